"""Each room has the same few files, and each file does only what its name says (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import calls, has_import, imports, python_files, room_files, tree

# What a file is, its name says; one that grew too long is split into `<what>_views`, `<what>_forms`, or into a folder.
WEB_NAMES = {"views", "forms", "blueprint", "shortcuts", "security", "guard", "composing"}

# Rooms whose every file may know Flask: the doors, and core's own web half.
WEB_ROOMS = {
    "home",
    "monitoring",
    "planning",
    "administration",
    "briefings",
    "interchange",
    "search",
    "public",
    "api",
    "core",
    "auditing",
}
WEB = ("flask", "flask_wtf", "wtforms", "werkzeug")
DATABASE = ("sqlalchemy", "flask_sqlalchemy")


def room(path: Path) -> str:
    return path.parts[1]


def knows_pages(path: Path) -> bool:
    """Whether its name says that a file stands between the product and a browser or a reader of mail."""
    return path.stem in WEB_NAMES or path.stem.endswith(("_views", "_forms")) or room(path) in WEB_ROOMS


def test_only_views_forms_and_doors_know_flask() -> None:
    assert [str(path) for path in room_files() if not knows_pages(path) and has_import(path, *WEB)] == []


def test_a_file_that_says_that_it_is_pure_knows_neither_the_web_nor_the_database() -> None:
    pure = [path for path in room_files() if re.search(r"\bPure\b", ast.get_docstring(tree(path)) or "")]
    assert len(pure) > 10
    assert [str(path) for path in pure if has_import(path, *WEB, *DATABASE)] == []


def test_the_rule_and_the_ladder_use_the_standard_library_only() -> None:
    pure = [path for path in room_files() if room(path) == "rule" or path.parts[1:] == ("reminders", "ladder.py")]
    allowed = sys.stdlib_module_names | {"tracker"}
    for path in pure:
        for name in imports(path):
            assert name.split(".")[0] in allowed, f"{path} imports {name}"
            assert name.split(".")[:2] in (["tracker", "rule"], ["tracker"]) or not name.startswith("tracker."), (
                f"{path} imports {name}"
            )


def test_whoever_uses_another_rooms_models_only_reads() -> None:
    """Joins and foreign keys need them; whoever changes something asks that room's service."""
    wrong = [
        f"{path}:{line}: {name} of {', '.join(sorted(foreign))}"
        for path in room_files()
        if room(path) != "core" and (foreign := set(_foreign_models(path)))
        for line, name in _changes(path, foreign)
    ]
    assert wrong == []


def test_a_page_asks_another_rooms_queries_and_selects_nothing_itself() -> None:
    """It may hold a row. What a column means is for the room that owns it to say."""
    wrong = [
        f"{path}:{node.lineno}"
        for path in room_files()
        if _is_page(path) and (foreign := set(_foreign_models(path)))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("select")
        if foreign & {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    ]
    assert wrong == []


def _is_page(path: Path) -> bool:
    return path.stem in WEB_NAMES or path.stem.endswith(("_views", "_forms"))


def _foreign_models(path: Path) -> Iterator[str]:
    """Names of classes that a file takes from the models of another room."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            if parts[0] == "tracker" and parts[-1] == "models" and parts[1] != room(path):
                yield from (alias.asname or alias.name for alias in node.names)


def _changes(path: Path, classes: set[str]) -> Iterator[tuple[int, str]]:
    """Where a file makes or changes rows of these classes: `Class(…)`, `sa.insert(Class)`, `update`, `delete`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            first = ast.unparse(node.args[0]) if node.args else ""
            if called in classes or (called.split(".")[-1] in {"insert", "update", "delete"} and first in classes):
                yield node.lineno, called


def test_nobody_imports_the_root_of_the_product() -> None:
    """`tracker` itself puts the rooms together: one that imports `create_app` closes a circle. Commands stand above."""
    wrong = [str(path) for path in room_files() if room(path) != "cli" and "tracker.create_app" in imports(path)]
    assert wrong == []


def test_only_the_unit_of_work_commits() -> None:
    wrong = [
        f"{path}:{line}"
        for path in python_files("tracker", "jobs")
        for line, name in calls(path)
        if name.endswith(".commit") and path != Path("tracker/core/db/unit_of_work.py")
    ]
    assert wrong == []


def test_only_the_clock_reads_the_clock() -> None:
    readers = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
    wrong = [
        f"{path}:{line}"
        for path in python_files("tracker", "jobs")
        for line, name in calls(path)
        if ".".join(name.split(".")[-2:]) in readers and path != Path("tracker/core/clock.py")
    ]
    assert wrong == []


def test_only_mail_speaks_smtp() -> None:
    wrong = [
        str(path)
        for path in python_files("tracker", "jobs")
        if has_import(path, "smtplib", "aiosmtplib", "flask_mail") and path.parts[:2] != ("tracker", "mail")
    ]
    assert wrong == []
