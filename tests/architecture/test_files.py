"""What every committed file keeps to: short, documented, finished, and free of addresses and paths of any machine."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import PRODUCT, ROOT, TYPES_ONLY, own_files, python_files, tree

LONGEST = 400
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WANTED: dict[str, list[str]] = {"run": PYPROJECT["project"]["dependencies"], **PYPROJECT["dependency-groups"]}

# Put together from pieces, so that this file does not name what it forbids.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org"))]
INDEX = ["index" + "-url", "resolved" + '": "http', "registry" + ' = "http', "find" + "-links"]
MACHINE_PATH = re.compile(rb"(?<![\w.*-])/(work|root|tmp|home/\w+)/")
UNFINISHED = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" * 3, "NotImplemented" + "Error", "x" + "fail"]))
SWITCHED_OFF = re.compile(r"pytest\." + r"skip|mark\." + r"skip")


def test_no_python_file_is_longer_than_the_cap() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST} == {}


def test_every_module_says_in_its_first_lines_what_lives_in_it() -> None:
    silent = [path for path in python_files() if path.name != "__init__.py" and not ast.get_docstring(tree(path))]
    assert silent == []


@pytest.mark.parametrize("address", HOSTS + INDEX)
def test_no_file_names_the_address_of_an_index(address: str) -> None:
    found = [str(path) for path in own_files() if address.encode() in (ROOT / path).read_bytes()]
    assert found == []


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [str(path) for path in own_files() if MACHINE_PATH.search((ROOT / path).read_bytes())]
    assert found == []


def test_nothing_is_left_unfinished_or_switched_off() -> None:
    found = [
        f"{path}:{number}"
        for path in python_files()
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line) or SWITCHED_OFF.search(line)
    ]
    assert found == []


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith(TYPES_ONLY)


def test_imports_stand_at_the_top_where_the_order_of_rooms_is_seen() -> None:
    for path in python_files(*PRODUCT):
        top = {id(node) for node in tree(path).body}
        for block in filter(_is_for_types, tree(path).body):
            top |= {id(node) for node in ast.walk(block)}
        found = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Import | ast.ImportFrom)]
        assert [f"{path}:{node.lineno}" for node in found if id(node) not in top] == []


@pytest.mark.parametrize("locked", sorted(ROOT.glob("requirements/*.txt")), ids=lambda path: path.name)
def test_every_locked_requirement_is_an_exact_version_with_hashes(locked: Path) -> None:
    """Options, addresses and paths would tie the lock to one machine."""
    text = locked.read_text(encoding="utf-8").replace("\\\n", "")
    entries = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert entries
    for entry in entries:
        assert re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==\S+( ; [^@]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", entry), entry


@pytest.mark.parametrize("group", sorted(WANTED))
def test_every_wanted_requirement_is_locked(group: str) -> None:
    locked = (ROOT / f"requirements/{group}.txt").read_text(encoding="utf-8").lower()
    assert WANTED[group]
    for wanted in WANTED[group]:
        name = re.split(r"[^\w.-]", wanted)[0].lower().replace("_", "-")
        assert re.search(rf"^{re.escape(name)}(\[.*\])?==", locked, re.MULTILINE), wanted


def test_every_lock_is_of_what_pyproject_names() -> None:
    assert {path.stem for path in ROOT.glob("requirements/*")} == set(WANTED)
