"""A form carries out a service: refusals and violated constraints stand beside the field, and nothing is committed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.core.db import constraints, database, listeners
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound, StaleEdit
from tracker.core.web.forms import Form, TextField
from tracker.people.models import Person


class PersonForm(Form):
    token = TextField("Token")


def add(session: Session, now: Moment, *, token: str) -> Person:
    person = Person(token=token, name="Giám đốc Sở Nội vụ", email=None, language="vi")
    session.add(person)
    session.flush()
    return person


def count() -> int:
    with database.db.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(Person)).scalar_one()


@pytest.fixture
def form(app: Flask) -> Iterator[PersonForm]:
    with app.test_request_context("/", method="POST", data={"token": "t1"}):
        yield PersonForm()


def test_what_the_service_returns_is_the_result_and_it_is_committed(form: PersonForm) -> None:
    assert form.carry_out(add, token="t1")
    assert form.result.token == "t1"
    assert count() == 1


def test_a_refusal_stands_beside_its_field_and_what_was_typed_stays(form: PersonForm) -> None:
    def refuse(session: Session, now: Moment) -> None:
        add(session, now, token="t1")
        raise FieldError("token", "Taken already")

    assert not form.carry_out(refuse)
    assert form.errors == {"token": ["Taken already"]}
    assert 'value="t1"' in form.token.render()
    assert count() == 0


def test_a_refusal_that_concerns_no_field_stands_on_top(form: PersonForm) -> None:
    def refuse(session: Session, now: Moment) -> None:
        add(session, now, token="t1")
        raise DomainError("Sent already")

    assert not form.carry_out(refuse)
    assert form.all_errors() == [("", "Sent already")]
    assert count() == 0


@pytest.mark.parametrize("kind", [Forbidden, NotFound])
def test_what_is_no_fault_of_the_typing_goes_up_to_the_view(form: PersonForm, kind: type[DomainError]) -> None:
    def refuse(session: Session, now: Moment) -> None:
        add(session, now, token="t1")
        raise kind("Not for you")

    with pytest.raises(kind):
        form.carry_out(refuse)
    assert form.all_errors() == []
    assert count() == 0


def test_the_verb_and_its_consequences_have_one_moment(form: PersonForm, monkeypatch: pytest.MonkeyPatch) -> None:
    moments: list[Moment] = []
    monkeypatch.setattr(listeners, "before_commit", lambda: [lambda _session, _touched, now: moments.append(now)])

    def note(session: Session, now: Moment) -> None:
        moments.append(now)
        touch(session, "target", 1)

    assert form.carry_out(note)
    assert len(moments) == 2
    assert moments[0] is moments[1]


def test_a_violated_constraint_stands_beside_its_field(form: PersonForm) -> None:
    known = dict.fromkeys(("uq_person_token", "person.token"), ("token", "This token is taken"))
    constraints.explain(known)
    assert form.carry_out(add, token="t1")
    assert not form.carry_out(add, token="t1")
    assert form.errors == {"token": ["This token is taken"]}
    assert form.all_errors() == [("token", "This token is taken")]
    assert count() == 1


def test_a_stale_edit_goes_up_to_the_view(form: PersonForm) -> None:
    def stale(session: Session, now: Moment) -> None:
        add(session, now, token="t1")
        raise StaleEdit("Changed meanwhile", current="t2")

    with pytest.raises(StaleEdit) as caught:
        form.carry_out(stale)
    assert caught.value.current == "t2"
    assert count() == 0


def test_a_constraint_that_nobody_explained_is_a_fault(form: PersonForm) -> None:
    def unexplained(session: Session, now: Moment) -> None:
        session.add(Person(token="t3", name=None, email=None, language="vi"))

    with pytest.raises(sa.exc.IntegrityError):
        form.carry_out(unexplained)
    assert count() == 0
