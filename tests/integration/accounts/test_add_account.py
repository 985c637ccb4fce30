"""`tracker add-account`: how the first administrator comes in, and how somebody who is known already becomes one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.errand import province
from tests.support.shell import environment_of
from tracker import cli
from tracker.accounts.models import Account
from tracker.agencies.models import OfficeHolding
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.people.models import Person

PASSWORD = "một câu dài dễ nhớ của riêng tôi"
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    """A way to type the command in a small province."""
    with unit_of_work() as work:
        province(work)
    environment = environment_of(settings_of(app))

    def typed(*words: str, answers: str | None = None) -> Result:
        line = ("add-account", "--email", "Quan.Tri@example.vn", "--agency", "SXD", *words)
        return CliRunner().invoke(cli.tracker, line, input=answers, env=environment)

    return typed


def held(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    rows = session.execute(
        sa.select(Person.name, OfficeHolding.office)
        .join(Person, Person.id == OfficeHolding.person_id)
        .where(Person.email == "quan.tri@example.vn")
        .order_by(OfficeHolding.id)
    )
    return [(name, str(office)) for name, office in rows]


def accounts(session: Session) -> int:
    found = session.scalar(sa.select(sa.func.count()).select_from(Account).where(Account.email.startswith("quan.tri@")))
    return found or 0


@pytest.mark.parametrize("office", ["administrator", "Administrator", "ADMINISTRATOR"])
def test_the_office_is_typed_as_it_stands_in_the_guide(run: Run, session: Session, office: str) -> None:
    done = run("--name", "Quản trị hệ thống", "--office", office, answers=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert held(session) == [("Quản trị hệ thống", "administrator")]
    assert accounts(session) == 1
    assert PASSWORD not in done.output


def test_who_is_known_already_gets_the_office_and_keeps_the_account(run: Run, session: Session) -> None:
    assert run("--name", "Quản trị hệ thống", "--office", "officer", "--password", PASSWORD).exit_code == 0
    again = run("--office", "administrator")
    assert again.exit_code == 0, again.output
    assert held(session) == [("Quản trị hệ thống", "officer"), ("Quản trị hệ thống", "administrator")]
    assert accounts(session) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--office", "administrator", "--password", "another one, long"), "leave --password out"),
        (("--office", "administrator", "--name", "Người khác"), "leave --name out"),
        (("--office", "king"), "is not one of"),
        (("--office", "administrator", "--agency", "NONE"), "there is no body with the code NONE"),
    ],
)
def test_what_was_typed_is_never_ignored(run: Run, session: Session, words: tuple[str, ...], said: str) -> None:
    assert run("--name", "Quản trị hệ thống", "--office", "officer", "--password", PASSWORD).exit_code == 0
    refused = run(*words)
    assert refused.exit_code == 2
    assert said in refused.output
    assert held(session) == [("Quản trị hệ thống", "officer")]


def test_a_new_address_needs_a_name(run: Run, session: Session) -> None:
    refused = run("--office", "administrator", "--password", PASSWORD)
    assert refused.exit_code == 2
    assert "give --name too" in refused.output
    assert held(session) == []


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", ".", "--password", PASSWORD), "Nhập tên"),
        (("--name", "A", "--password", "ngắn"), "12 ký tự"),
        (("--name", "A", "--password", PASSWORD, "--email", "a@b"), "ten@example.vn"),
    ],
)
def test_what_is_refused_of_what_was_typed_ends_with_2(
    run: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    refused = run("--office", "administrator", *words).exception
    assert refused is not None
    with pytest.raises(SystemExit) as ended, cli.told_in_a_line():
        raise refused
    told = capsys.readouterr().err
    assert (ended.value.code, told.count("\n"), said in told) == (2, 1, True)
