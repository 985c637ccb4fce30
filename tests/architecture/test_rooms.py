"""Each room has the same few files, and each file does only what its name says (docs/architecture.md)."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.architecture.source import calls, has_import, imports, python_files, room_files

USUAL = {"models", "queries", "service", "forms", "views", "constraints"}

# A room's further files are its pure rules. One that needs the database or the web stands here, with the usual file
# that it was split from: it may know what that one may know.
SPLIT_FROM = {
    "accounts/account_views": "views",
    "accounts/blueprint": "views",
    "accounts/demands": "queries",
    "accounts/factor_views": "views",
    "accounts/factors": "service",
    "accounts/import_bodies": "service",
    "accounts/import_people": "service",
    "accounts/import_views": "views",
    "accounts/importing": "service",
    "accounts/link_views": "views",
    "accounts/links": "service",
    "accounts/listing": "queries",
    "accounts/offices": "service",
    "accounts/parts": "views",
    "accounts/people_views": "views",
    "accounts/request_views": "views",
    "accounts/rekeying": "service",
    "accounts/resetting": "service",
    "accounts/second_say": "service",
    "accounts/security": "views",
    "accounts/sessions": "service",
    "accounts/telling": "service",
    "accounts/erasing": "service",
    "agencies/holdings": "service",
    "agencies/loading": "service",
    "agencies/over_time": "queries",
    "audit/triggers": "models",
    "audit/upgrade": "service",
    "audit/verify": "queries",
    "backup/dumps": "queries",
    "backup/restoring": "service",
    "backup/telling": "service",
    "compliance/answers": "queries",
    "compliance/as_of": "queries",
    "commitments/loading": "service",
    "compliance/ahead": "queries",
    "compliance/difference": "queries",
    "compliance/facts": "queries",
    "compliance/filing": "service",
    "compliance/forecast": "queries",
    "compliance/frames": "queries",
    "compliance/inquiries": "service",
    "compliance/inquiry": "models",
    "compliance/known": "queries",
    "compliance/leaders": "queries",
    "compliance/locks": "queries",
    "compliance/names": "queries",
    "compliance/nightly": "service",
    "compliance/owed": "queries",
    "compliance/rebuilding": "service",
    "compliance/rounds": "service",
    "compliance/standings": "queries",
    "compliance/statements": "queries",
    "compliance/store": "service",
    "compliance/sums": "service",
    "compliance/targets": "queries",
    "compliance/verify": "queries",
    "compliance/writing": "service",
    "demo/deeds": "service",
    "mail/composing": "views",
    "monitoring/inquiry_rows": "queries",
    "monitoring/target_page": "queries",
    "people/uploads": "service",
    "permissions/administrators": "service",
    "permissions/guard": "views",
    "permissions/publication": "service",
    "permissions/scope": "queries",
    "permissions/standing": "queries",
    "permissions/table_views": "views",
    "privacy/whole": "service",
    "programmes/loading": "service",
    "programmes/planning": "service",
    "progress/appraisal": "service",
    "progress/erasing": "service",
    "progress/loading": "service",
}

# Rooms whose every file may know Flask: the doors, and core's own web half.
WEB_ROOMS = {"home", "monitoring", "administration", "briefings", "interchange", "public", "api", "core"}
WEB = ("flask", "flask_wtf", "wtforms", "werkzeug")
DATABASE = ("sqlalchemy", "flask_sqlalchemy")


def room(path: Path) -> str:
    return path.parts[1]


def role(path: Path) -> str:
    """The usual file that this one is, or was split from; else `rule`."""
    return path.stem if path.stem in USUAL else SPLIT_FROM.get(f"{room(path)}/{path.stem}", "rule")


def test_a_file_with_a_name_of_its_own_is_a_pure_rule() -> None:
    """Neither the web nor the database: otherwise it belongs into one of the usual files, or into the list above."""
    rules = [path for path in room_files() if role(path) == "rule" and room(path) not in WEB_ROOMS]
    assert [str(path) for path in rules if has_import(path, *WEB, *DATABASE)] == []


def test_the_list_of_split_files_names_only_files_that_exist() -> None:
    assert {f"{room(path)}/{path.stem}" for path in room_files()} >= set(SPLIT_FROM)


def test_only_views_forms_and_doors_know_flask() -> None:
    wrong = [
        str(path)
        for path in room_files()
        if role(path) in {"models", "queries", "service", "constraints"} and has_import(path, *WEB)
    ]
    assert wrong == []


def test_the_rule_and_the_ladder_use_the_standard_library_only() -> None:
    pure = [path for path in room_files() if room(path) == "rule" or path.parts[1:] == ("reminders", "ladder.py")]
    allowed = sys.stdlib_module_names | {"tracker"}
    for path in pure:
        for name in imports(path):
            assert name.split(".")[0] in allowed, f"{path} imports {name}"
            assert name.split(".")[:2] in (["tracker", "rule"], ["tracker"]) or not name.startswith("tracker."), (
                f"{path} imports {name}"
            )


def test_only_reading_files_use_another_rooms_models() -> None:
    """Joins and foreign keys need them; whoever changes or shows something asks that room's queries and service."""
    for path in room_files():
        if role(path) in {"models", "queries"} or room(path) == "core":
            continue
        for name in imports(path):
            parts = name.split(".")
            foreign = parts[0] == "tracker" and parts[2:3] == ["models"] and parts[1] != room(path)
            assert not foreign, f"{path} reaches into {name}"


def test_nobody_imports_the_root_of_the_product() -> None:
    """`tracker` itself puts the rooms together: one that imports `create_app` closes a circle. Commands stand above."""
    wrong = [str(path) for path in room_files() if room(path) != "cli" and "tracker.create_app" in imports(path)]
    assert wrong == []


def test_only_the_unit_of_work_commits() -> None:
    wrong = [
        f"{path}:{line}"
        for path in python_files("tracker", "jobs")
        for line, name in calls(path)
        if name.endswith(".commit") and path != Path("tracker/core/unit_of_work.py")
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
