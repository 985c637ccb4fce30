"""Which strings stand on pages for everybody: those have a text in each language of such pages, not in the product's
alone.

A module that declares such a page (`for_everybody`) is one with all of its strings, and so is every template that it
renders, with what that extends, includes and imports. What other modules say on them is named here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, meta

MARK = "for_everybody"
PACKAGES = ("tracker", "jobs")
TEMPLATES = "templates"
ERRORS = "errors/*.html"  # of any page
# By module: the functions and names that such a page shows; none: all.
WORDS: dict[str, tuple[str, ...]] = {
    "tracker/agencies/offices.py": ("LABELS", "in_whose_name"),
    "tracker/commitments/life/life_words.py": ("SIDES", "SIGNED_HOW", "STRENGTHS"),
    "tracker/commitments/terms/units.py": ("UNITS", "unit_text"),
    "tracker/commitments/terms/words.py": ("days_left",),
    "tracker/compliance/telling/explain.py": (),
    "tracker/compliance/telling/green.py": (),
    "tracker/core/web/components.py": ("common", "draw_error_summary"),
    "tracker/core/web/forms.py": ("AtMost", "Form", "FileUpload"),
    "tracker/programmes/words.py": ("DOMAINS", "FREQUENCIES", "_PARTS", "period_name"),
    "tracker/signing/confirmations/signature_words.py": (),
    "tracker/signing/confirmations/signed.py": (),
    "tracker/signing/documents/form.py": ("_change",),
    "tracker/signing/documents/target_form.py": ("TERMS", "_VALUES", "_WRITTEN", "goal_of", "term_text"),
    "tracker/signing/names.py": (),
    "tracker/signing/outside/fault_words.py": (),
    "tracker/signing/verifying/verify_words.py": (),
    "tracker/signing/words.py": ("KINDS", "SIGNED_FILES"),
}


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a file; none: all of them."""

    file: str
    ranges: tuple[tuple[int, int], ...] = ()

    def hold(self, file: str, line: int) -> bool:
        """Whether a line of a file is one of them."""
        return file == self.file and (not self.ranges or any(first <= line <= last for first, last in self.ranges))


def public_lines(root: Path) -> list[Lines]:
    """Where the strings of pages for everybody stand. Raises LookupError for a name that a module does not have."""
    found, roots = [], {str(path.relative_to(root / TEMPLATES)) for path in (root / TEMPLATES).glob(ERRORS)}
    for path in sorted(path for package in PACKAGES for path in (root / package).rglob("*.py")):
        text = path.read_text()
        if f"@{MARK}" in text:
            found.append(Lines(str(path.relative_to(root))))
            roots |= set(_rendered(ast.parse(text)))
    found += [Lines(f"{TEMPLATES}/{name}") for name in sorted(_whole(root / TEMPLATES, roots))]
    here = {file: names for file, names in WORDS.items() if (root / file).exists()}
    found += [Lines(file, tuple(_ranges(root / file, names))) for file, names in here.items()]
    return found


def _rendered(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_template":
            yield from (str(one.value) for one in node.args[:1] if isinstance(one, ast.Constant))


def _whole(folder: Path, names: set[str]) -> set[str]:
    """Templates with all that they stand on."""
    environment, waiting, found = Environment(autoescape=True), list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            tree = environment.parse((folder / name).read_text())
            waiting += [one for one in meta.find_referenced_templates(tree) if one is not None]
    return found


def _ranges(path: Path, names: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The lines of what a module defines under these names."""
    body = ast.parse(path.read_text()).body
    where = {name: (node.lineno, node.end_lineno or node.lineno) for node in body for name in _defined(node)}
    for name in names:
        if name not in where:
            raise LookupError(f"{path}: {name} is not defined there")
        yield where[name]


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.AnnAssign | ast.Assign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [one.id for one in targets if isinstance(one, ast.Name)]
    return []
