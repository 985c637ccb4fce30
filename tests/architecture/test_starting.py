"""What a start loads, as a count of modules: help in a blink, a command and the scheduler without pages."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from tests.architecture.source import ROOT, calls, imports, python_files
from tracker import web
from tracker.cli.commands import COMMANDS, HIDDEN, load, tracker
from tracker.core.db.database import Base

# Loaded by whoever needs them, and by nobody else: each costs a start dozens of modules, and a process megabytes.
OF_PAGES = {"flask_login", "flask_wtf", "govuk_frontend_jinja", "icalendar", "passlib", "qrcode", "webauthn", "wtforms"}
OF_FEW = {
    *("alembic", "cryptography", "email_validator", "fastjsonschema", "filetype", "flask_alembic", "holidays"),
    *("jsonschema", "psycopg", "pyhanko", "xlsxwriter"),
}
OF_THE_DATABASE = {"flask", "sqlalchemy", "werkzeug", "jinja2", "babel", "structlog", "argon2"}
# Which structlog shows its lines by, where it finds them: they come with the tests' tools, not with the product.
OF_TOOLS = {"rich", "pygments", "attr", "attrs", "markdown_it", "mdurl"}
DOORS = ("home", "monitoring", "administration", "enrolment")

SCENES = {
    # what is run: (the most modules that it may load besides the interpreter's own, what none of them may come from)
    "tracker --help": (94, OF_PAGES | OF_FEW | OF_THE_DATABASE),
    "tracker spans dump": (730, OF_PAGES | OF_FEW),
    "python -m jobs": (760, OF_PAGES | OF_FEW),
}
CODE = {
    "tracker --help": "from tracker.cli import tracker; tracker(['--help'], standalone_mode=False)",
    "tracker spans dump": "from tracker.cli import tracker; tracker(['spans', 'dump'], standalone_mode=False)",
    "python -m jobs": """
from jobs import __main__
from jobs.scheduler import catch_up
from jobs.timetable import TIMETABLE
from tracker.core import clock
from tracker.headless import headless_app
headless_app()
""",
}
# By name: what every import of a room comes by, a command once it was typed, a job when it runs.
BY_NAME = {"tracker/__init__.py", "tracker/cli/commands.py", "jobs/timetable.py", "jobs/__main__.py"}
LOADERS = {"import_module", "__import__", "resolve_name", "run_module", "run_path", "exec_module"}


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with an empty database."""
    folder = tmp_path_factory.mktemp("instance")
    run("from tracker.cli import tracker; tracker(['db', 'upgrade'], standalone_mode=False)", folder)
    return folder


def run(code: str, folder: Path, asked: str = "list(sys.modules)") -> list[Any]:
    """What is asked of a new process of an installation once it has done this, in order: the modules that it loaded."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    environment = clean | {"TRACKER_INSTANCE": str(folder), "TRACKER_SECRET_KEY": "k" * 40}
    told = f"{code}\nimport json, sys; print(chr(10) + json.dumps(sorted({asked})))"
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env=environment, capture_output=True, check=True, text=True
    )
    found: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("scene", SCENES)
def test_a_start_loads_what_it_needs(scene: str, instance: Path) -> None:
    most, kept_out = SCENES[scene]
    own = {*run("", instance)}  # the interpreter's, of which each has others
    loaded = [name for name in run(CODE[scene], instance) if name not in own and name.partition(".")[0] not in OF_TOOLS]
    assert sorted({name.partition(".")[0] for name in loaded} & kept_out) == []
    assert [name for name in loaded if name.startswith(tuple(f"tracker.{door}." for door in DOORS))] == []
    assert len(loaded) <= most


def test_a_job_that_an_installation_has_nothing_for_is_not_loaded(instance: Path) -> None:
    code = """
from jobs.timetable import entry
from jobs.work import Occasion
from tracker import settings
from tracker.core import clock
for name in ("seal", "sign_remotely"):
    assert list(entry(name).run(Occasion(clock.moment(), clock.today(), settings.load()))) == []
"""
    assert {name for name in run(code, instance) if name.startswith(("jobs.s", "pyhanko"))} == set()


def test_what_a_command_loads_is_not_searched_for_garbage(instance: Path) -> None:
    """To load is to make very many objects, all of which stay; what the command makes afterwards is searched."""
    code = """
import gc, sys
from tracker.cli import main
gc.collect()
began = [one["collections"] for one in gc.get_stats()]
from tracker.cli import commands
load = commands.load
def loaded(name):
    found = load(name)
    seen.append([one["collections"] for one in gc.get_stats()] == began)
    return found
seen = []
commands.load = loaded
sys.argv = ["tracker", "spans", "dump"]
try:
    main()
except SystemExit:
    pass
"""
    assert run(code, instance, "[*seen, gc.isenabled(), gc.get_freeze_count() > 100_000]") == [True, True, True]


def test_commands_and_jobs_know_every_table(instance: Path) -> None:
    """Who erases a person goes through all tables, so a command must not know fewer than the pages do."""
    assert callable(web.create_app)  # so that they are known here
    code = "import tracker.headless; from tracker.core.db.database import Base"
    assert run(code, instance, "list(Base.metadata.tables)") == sorted(Base.metadata.tables)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    listed, itself = tracker.get_command(click.Context(tracker), name), load(name)
    assert listed is not None
    assert (itself.name, listed.hidden) == (name, name in HIDDEN)
    for width in (40, 60, 120):
        assert listed.get_short_help_str(width) == itself.get_short_help_str(width)


def test_every_command_stands_in_the_table() -> None:
    """A command or group of commands that no other group holds is one of the table's."""
    places = {place for place, _ in COMMANDS.values()}
    for path in python_files("tracker/cli"):
        for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
            made = [ast.unparse(one) for one in getattr(node, "decorator_list", [])]
            if any(one.startswith(("click.command", "click.group")) for one in made) and path.stem != "commands":
                assert f"{path.stem}:{node.name}" in places  # type: ignore[attr-defined]


def test_modules_are_found_by_their_names_in_few_places_alone() -> None:
    """Elsewhere imports stand at the top, where the order of the rooms is seen."""
    found = {
        str(path)
        for path in python_files("tracker", "jobs")
        if "importlib" in imports(path) or any(name.rpartition(".")[2] in LOADERS for _line, name in calls(path))
    }
    assert found == BY_NAME
