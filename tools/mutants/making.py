"""Makes mutants of a module: mutmut's operators on every expression of it, decorated functions and constants too.

Nothing is run here. A mutant is a whole source text that differs in one place.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper
from mutmut.mutation.mutators import mutation_operators

# What mutmut has no operator for, and the rule is full of.
_SWAPPED = {"min": "max", "max": "min", "all": "any", "any": "all", "bisect_right": "bisect_left"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """`name` says where and what, and stays the same while other lines move; `function` is its path, none: outside."""

    name: str
    module: str
    function: tuple[str, ...] | None
    source: str


def mutants_of(path: Path, module: str) -> list[Mutant]:
    """Every mutant of the module in the file, in the order of the text."""
    text = path.read_text(encoding="utf-8")
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    finder = _Finder(wrapper.module.body)
    wrapper.visit(finder)
    parts = [wrapper.module.code_for_node(statement) for statement in wrapper.module.body]
    assert "".join(parts) == text[len(text) - sum(map(len, parts)) :]  # noqa: S101 - nothing stands between or after
    head = text[: len(text) - sum(map(len, parts))]
    short, seen, found = module.rpartition(".")[2], Counter[str](), []
    for place, node, mutated in finder.found:
        statement = wrapper.module.body[place.statement].deep_replace(node, mutated)
        changed = wrapper.module.code_for_node(statement)
        source = "".join([head, *parts[: place.statement], changed, *parts[place.statement + 1 :]])
        if source == text or not _compiles(source):
            continue
        name = f"{'.'.join([short, *place.path])}: {_difference(text, source)}"
        seen[name] += 1
        if seen[name] > 1:
            name = f"{name} ({seen[name]})"
        found.append(Mutant(name, module, place.path if place.in_code else None, source))
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    statement: int  # which of the module's
    path: tuple[str, ...]
    in_code: bool  # inside the body of a function, so that its code alone differs


class _Finder(cst.CSTVisitor):
    """Collects the places and what may stand there instead."""

    def __init__(self, body: Sequence[cst.CSTNode]) -> None:
        self.found: list[tuple[_Place, cst.CSTNode, cst.CSTNode]] = []
        self._numbers = {id(statement): number for number, statement in enumerate(body)}
        self._statement = -1
        self._path: list[str] = []
        self._in_code = [False]
        self._defaults: cst.CSTNode | None = None  # parameters of a function outside any other: they are no code of it

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._statement = self._numbers.get(id(node), self._statement)
        if _left_alone(node, inside=bool(self._path)):
            return False
        place = _Place(self._statement, tuple(self._path), self._in_code[-1])
        self.found += [(place, node, mutated) for mutated in _mutations(node)]
        if isinstance(node, cst.FunctionDef | cst.ClassDef) and not self._in_code[-1]:
            self._path.append(node.name.value)
            self._defaults = node.params if isinstance(node, cst.FunctionDef) else None
        self._in_code.append((self._in_code[-1] or isinstance(node, cst.FunctionDef)) and node is not self._defaults)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if _left_alone(original_node, inside=bool(self._path)):
            return
        self._in_code.pop()
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef) and not self._in_code[-1]:
            self._path.pop()


def _mutations(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from operator(node)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _SWAPPED:
        yield node.with_changes(func=cst.Name(_SWAPPED[node.func.value]))
    if isinstance(node, cst.If) and not m.matches(node.test, m.Name()):
        yield node.with_changes(test=cst.Name("True"))
        yield node.with_changes(test=cst.Name("False"))


def _left_alone(node: cst.CSTNode, *, inside: bool) -> bool:
    """What decides no answer: types, how functions are kept, imports, exports, storage, texts of errors."""
    if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom | cst.Raise):
        return True
    if isinstance(node, cst.If) and m.matches(node.test, m.Name("TYPE_CHECKING")):
        return True
    if isinstance(node, cst.Assign):
        target = node.targets[0].target
        if isinstance(target, cst.Name) and target.value in ("__slots__", "__all__"):
            return True
        a_type = m.Subscript() | m.Call(func=m.Name("TypeVar"))
        return not inside and m.matches(node.value, a_type)
    return isinstance(node, cst.FunctionDef) and node.name.value == "__repr__"


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _difference(before: str, after: str) -> str:
    """The lines that differ, as one line: `before → after`."""
    old, new = before.splitlines(), after.splitlines()
    first = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    parts = [" ".join(line.strip() for line in text[first : len(text) - last]) for text in (old, new)]
    return " → ".join(parts)
