"""What is typed at a shell about statuses: the rows that the services give, as JSON and as CSV; wrong words refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.histories import morning
from tests.factories.worked_examples import entered
from tests.support.free_hand import free_hand
from tests.support.product import Scene
from tests.support.shell import environment_of
from tracker import cli
from tracker.compliance.steps.queries import SPAN
from tracker.compliance.telling import difference, export, forecast
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.programmes.models import Programme

TODAY, BEFORE = date(2021, 3, 12), date(2021, 2, 10)
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, at: Callable[[date], object]) -> Run:
    """A way to type commands on TODAY."""
    at(TODAY)
    environment = environment_of(settings_of(app))
    return lambda *words: CliRunner().invoke(cli.tracker, words, env=environment)


@pytest.fixture
def world(session: Session, scene: Scene) -> Session:
    """The second worked example as it stood on TODAY."""
    scene(entered, 1, TODAY, TODAY)
    return session


def code_of(session: Session) -> str:
    return session.scalars(sa.select(Programme.code)).one()


COMMANDS: dict[str, tuple[tuple[str, ...], Callable[[Session], Any]]] = {
    "assess": (
        ("assess", "--on", f"{TODAY}"),
        lambda session: export.assess_rows(session, TODAY, None),
    ),
    "assess as known before": (
        ("assess", "--on", f"{TODAY}", "--known-on", f"{BEFORE}"),
        lambda session: export.assess_rows(session, TODAY, BEFORE),
    ),
    "forecast": (
        ("forecast",),
        lambda session: forecast.rows(forecast.turns(session, TODAY, 30)),
    ),
    "forecast of scores": (
        ("forecast", "--days", "90", "--scores"),
        lambda session: forecast.rows(forecast.turns(session, TODAY, 90, scores=True)),
    ),
    "difference": (
        ("difference", "--from", f"{BEFORE}", "--to", f"{TODAY}"),
        lambda session: difference.rows(difference.between(session, BEFORE, TODAY)),
    ),
    "difference of scores": (
        ("difference", "--from", f"{BEFORE}", "--to", f"{TODAY}", "--scores"),
        lambda session: difference.rows(difference.between(session, BEFORE, TODAY, scores=True)),
    ),
    "spans": (
        ("spans", "dump"),
        export.span_rows,
    ),
}


@pytest.mark.one_database
@pytest.mark.parametrize(("words", "rows"), COMMANDS.values(), ids=COMMANDS)
def test_the_rows_of_the_services_are_printed(
    run: Run, world: Session, words: tuple[str, ...], rows: Callable[[Session], Any]
) -> None:
    expected = json.loads(json.dumps(list(rows(world))))
    world.rollback()
    assert expected
    printed = run(*words)
    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.stdout) == expected
    sheet = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert len(sheet) == len(expected)
    for line, row in zip(sheet, expected, strict=True):
        assert set(line) <= set(row)
        assert {name: text for name, text in line.items() if isinstance(row[name], str)} == {
            name: row[name] for name in line if isinstance(row[name], str)
        }
        assert all(text == "" for name, text in line.items() if row[name] is None)


@pytest.mark.parametrize("words", [("forecast",), ("difference", "--from", f"{BEFORE}", "--to", f"{TODAY}")])
def test_one_programme_only(run: Run, world: Session, words: tuple[str, ...]) -> None:
    code = code_of(world)
    world.rollback()
    assert run(*words, "--programme", code).stdout == run(*words).stdout
    refused = run(*words, "--programme", "NONE")
    assert refused.exit_code == 1
    assert refused.stdout == ""


def test_no_day_after_a_programmes_last_is_told(run: Run, world: Session) -> None:
    last = date(2021, 3, 1)
    expected = json.loads(json.dumps(list(difference.rows(difference.between(world, BEFORE, last)))))
    world.rollback()
    with unit_of_work() as session, free_hand(session.connection()):
        session.execute(sa.update(Programme).values(ends_on=last))
    words = ("difference", "--from", f"{BEFORE}", "--to", f"{TODAY}")
    assert json.loads(run(*words).stdout) == expected != []
    assert json.loads(run("forecast", "--days", "90").stdout) == []
    assert json.loads(run("difference", "--from", f"{last}", "--to", f"{TODAY}").stdout) == []


def test_nothing_is_an_empty_list(run: Run, world: Session) -> None:
    assert world.scalar(sa.select(sa.func.count(SPAN.target_id)))
    world.rollback()
    assert json.loads(run("difference", "--from", "2020-01-01", "--to", "2020-01-02").stdout) == []
    assert run("difference", "--from", "2020-01-01", "--to", "2020-01-02", "--format", "csv").stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("assess",), "--on"),
        (("assess", "--on", "12/03/2021"), "12/03/2021"),
        (("forecast", "--days", "0"), "--days"),
        (("forecast", "--days", "801"), "--days"),
        (("difference", "--from", f"{TODAY}", "--to", f"{TODAY}"), "--from must be before --to"),
        (("difference", "--from", f"{TODAY}", "--to", f"{BEFORE}"), "--from must be before --to"),
        (("difference", "--from", f"{BEFORE}", "--to", "2021-03-13"), "--to not after today"),
        (("spans", "dump", "--format", "xml"), "xml"),
    ],
)
@pytest.mark.usefixtures("context")
def test_wrong_words_are_refused_with_what_is_wrong(run: Run, words: tuple[str, ...], says: str) -> None:
    refused = run(*words)
    assert refused.exit_code == 2
    assert says in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("status", ["met_on_time", "no status at all"])
def test_a_stored_step_that_was_altered_is_named(run: Run, world: Session, status: str) -> None:
    world.rollback()
    assert run("spans", "verify").exit_code == 0
    with unit_of_work(morning(TODAY)) as changing:
        open_ones = sa.select(SPAN.target_id).where(SPAN.to_on.is_(None), SPAN.status != status)
        one = changing.scalars(open_ones.order_by(SPAN.target_id)).first()
        alter = sa.text("UPDATE status_span SET status = :status WHERE target_id = :one AND to_on IS NULL")
        changing.execute(alter, {"one": one, "status": status})
    found = run("spans", "verify")
    assert found.exit_code == 1
    assert status in found.stdout
    assert "differences" in found.stderr
