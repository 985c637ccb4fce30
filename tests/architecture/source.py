"""The project's own files, as the tests in this folder read them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("tracker", "jobs")
TYPES_ONLY = "TYPE_CHECKING"


@cache
def own_files() -> tuple[Path, ...]:
    """Every file that is, or would be, committed, relative to the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return tuple(sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()))


def python_files(*folders: str) -> list[Path]:
    """Our Python files, of these top folders or of all, without migrations, which are written once and kept."""
    return [
        path
        for path in own_files()
        if path.suffix == ".py" and "migrations" not in path.parts and (not folders or path.parts[0] in folders)
    ]


def room_files() -> list[Path]:
    """The files of the tracker's rooms: tracker/<room>/<file>.py."""
    return [path for path in python_files("tracker") if len(path.parts) > 2 and path.name != "__init__.py"]


@cache
def tree(path: Path) -> ast.Module:
    """One file, parsed."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Every module that a file imports, by its full name; `from a import b` counts as `a` and as `a.b`."""
    found: list[str] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(found)


@cache
def calls(path: Path) -> tuple[tuple[int, str], ...]:
    """Every call that a file makes: its line, and the called name with its dots (`datetime.now`)."""
    found = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    return tuple((node.lineno, ast.unparse(node.func)) for node in found)


def has_import(path: Path, *modules: str) -> bool:
    """Whether a file imports one of these modules or something inside of one."""
    return any(name == module or name.startswith(f"{module}.") for name in imports(path) for module in modules)
