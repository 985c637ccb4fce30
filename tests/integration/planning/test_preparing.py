"""A programme in preparation counts nowhere; what is approved becomes the programme as it was handed over, for ever."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.integration.monitoring.conftest import World
from tests.support.at_once import at_once
from tracker.agencies.offices import Office
from tracker.audit.verify import Verification
from tracker.backup import queries as backup
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError, StaleEdit
from tracker.core.files.store import StoredUpload
from tracker.programmes import moving, plans, preparing, queries, reporting, templates
from tracker.programmes.frames import Frames
from tracker.programmes.models import (
    Period,
    PeriodChange,
    Programme,
    ProgrammePlan,
    TargetTemplate,
    TargetTemplateVersion,
)
from tracker.programmes.reporting import Days

Enter = Callable[..., World]
FILE = StoredUpload("ab" * 32, 9, "application/pdf", "QĐ 12.pdf")
BASIS = {
    "basis": ["Căn cứ Quyết định số 12/QĐ-UBND"],
    "basis_number": "12/QĐ-UBND",
    "basis_on": date(2021, 6, 15),
    "basis_issuer": "UBND tỉnh",
}


NEW = re.compile(r"programme 2|period change|programme plan|template|period \d+ to 3[0-9]")


class Preparer:
    """Somebody who prepares a programme, each step in a transaction of its own, on the version seen last."""

    def __init__(self, world: World) -> None:
        self.actor_id = world.people[Office.MONITOR]
        self.token = ""
        self.version = 0

    def does(self, verb: Any, **arguments: Any) -> Any:
        with unit_of_work() as session:
            told = {"token": self.token, "version": self.version} if self.token else {}
            found = verb(session, clock.moment(), actor_id=self.actor_id, **told, **arguments)
            if isinstance(found, ProgrammePlan):
                self.token, self.version = found.token, found.version
            return found

    def begin_from_last_year(self, session: Session, **typed: Any) -> None:
        before = queries.programme(session, "PAR-2021")
        calendar = plans.working_calendar(session, before.calendar_id)
        values = {**preparing.proposed(before, None, 2022, calendar), **typed}
        self.does(preparing.begin_from, values=values, before=before, agencies=[1, 2], calendar=calendar)

    def fill_in(self) -> None:
        self.does(preparing.change, values=BASIS)
        self.does(preparing.attach_basis, file=FILE)
        head = {name: getattr(self.plan(), name) for name in preparing.HEAD}
        self.does(preparing.change, values={**head, "responsible_id": 1})

    def plan(self) -> ProgrammePlan:
        with unit_of_work() as session:
            found = plans.by_token(session, self.token)
            session.expunge(found)
            return found


@pytest.fixture
def preparer(enter: Enter, session: Session) -> Preparer:
    someone = Preparer(enter(2))
    someone.begin_from_last_year(session)
    session.rollback()
    return someone


def unsound(session: Session) -> list[str]:
    """What the record says of facts that were altered, added or taken away, but for those of the example, which came
    without a record."""
    session.rollback()
    told = (str(one) for one in Verification(session, ()).findings())
    return [one for one in told if one.startswith(("altered", "missing")) or NEW.search(one)]


def test_last_years_programme_moves_on_by_a_year(preparer: Preparer, session: Session) -> None:
    plan = preparer.plan()
    assert (plan.code, plan.year, plan.starts_on, plan.ends_on) == (
        "PAR-2022",
        2022,
        date(2021, 12, 15),
        date(2022, 12, 31),
    )
    assert plan.title["vi"].endswith("2022")
    assert (plan.basis, plan.basis_number, plan.agencies) == ([], None, [1, 2])
    before, after = preparing.periods_of(session, 1), plans.periods(plan)
    assert [one.code for one in after] == [one.code.replace("2021", "2022") for one in before]
    calendar = plans.working_calendar(session, plan.calendar_id)
    assert all(calendar.is_working(one.due_on) for one in after)


def test_its_year_and_not_its_first_day_says_how_far_days_move(enter: Enter, session: Session) -> None:
    """The ministry's year begins in December of the year before; a programme may begin in January all the same."""
    someone = Preparer(enter(2))
    someone.begin_from_last_year(session, starts_on=date(2022, 1, 1))
    assert {one.code[:4] for one in plans.periods(someone.plan())} == {"2022"}


def test_a_programme_in_preparation_counts_nowhere(preparer: Preparer, session: Session) -> None:
    assert [one.code for one in queries.programmes(session)] == ["PAR-2021"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Period).where(Period.code.like("2022%"))) == 0
    assert queries.current(session, date(2022, 6, 1)).code == "PAR-2021"  # type: ignore[union-attr]


def test_what_was_handed_over_becomes_the_programme(preparer: Preparer, session: Session) -> None:
    with pytest.raises(DomainError, match="thiếu"):
        preparer.does(preparing.hand_over)
    preparer.fill_in()
    assert FILE.sha256 in backup.named_files(session), "a backup without it is told of"
    session.rollback()
    handed = preparer.does(preparing.hand_over)
    with pytest.raises(DomainError, match="đang trình"):
        preparer.does(preparing.choose_bodies, agencies=[1])
    assert handed.programme_id is None
    opened = preparer.does(preparing.approve, for_id=None)
    plan = preparer.plan()
    assert (plan.programme_id, plan.approved_by_id) == (opened.id, preparer.actor_id)
    assert queries.programme(session, "PAR-2022").starts_on == plan.starts_on
    assert preparing.periods_of(session, opened.id) == plans.periods(plan)
    assert len(Frames(session).of([opened.id])[opened.id].policies) == 1
    assert unsound(session) == []
    with pytest.raises(DomainError, match="đã được phê duyệt"):
        preparer.does(preparing.change, values=BASIS)
    with pytest.raises(IntegrityError), unit_of_work() as other:
        other.execute(sa.update(ProgrammePlan).values(agencies=[1]))
    with pytest.raises(IntegrityError), unit_of_work() as other:
        other.execute(sa.delete(ProgrammePlan))


def test_one_that_is_taken_back_or_stale_is_not_approved(preparer: Preparer) -> None:
    preparer.fill_in()
    seen = preparer.does(preparing.hand_over).version
    preparer.does(preparing.take_back)
    with pytest.raises(DomainError, match="rút lại"):
        preparer.does(preparing.approve, for_id=None)
    preparer.does(preparing.hand_over)
    preparer.version = seen
    with pytest.raises(StaleEdit) as refused:
        preparer.does(preparing.approve, for_id=None)
    assert isinstance(refused.value.current, ProgrammePlan)


def test_a_preparation_is_given_up_without_a_trace_but_the_record(preparer: Preparer, session: Session) -> None:
    preparer.does(preparing.discard)
    assert session.scalars(sa.select(ProgrammePlan)).all() == []
    assert unsound(session) == []


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "par-2021"}, "code"),
        ({"code": "=A"}, "code"),
        ({"ends_on": date(2021, 12, 1)}, "ends_on"),
        ({"ends_on": date(2029, 12, 1)}, "ends_on"),
        ({"year": 2020}, "year"),
        ({"unsigned_until": date(2021, 1, 1)}, "unsigned_until"),
    ],
)
def test_what_no_programme_can_be_is_refused_beside_its_field(
    preparer: Preparer, values: dict[str, Any], field: str
) -> None:
    head = {name: getattr(preparer.plan(), name) for name in preparing.HEAD}
    with pytest.raises(FieldError) as refused:
        preparer.does(preparing.change, values={**head, **values})
    assert refused.value.field == field


def moved(periods: list[Days], code: str, **days: Any) -> list[Days]:
    return [one._replace(**days) if one.code == code else one for one in periods]


def test_a_period_in_force_moves_ahead_alone_and_its_first_days_stay(enter: Enter, session: Session) -> None:
    """On 1 July: the third quarter is cut off on 14 September and due on the 20th."""
    world = enter(2)
    programme = queries.programme(session, "PAR-2021")
    own = [one for one in preparing.periods_of(session, programme.id) if one.frequency == "quarterly"]
    session.rollback()

    def move(periods: list[Days], stood: list[Days] | None = None) -> None:
        with unit_of_work() as inner:
            moving.move(
                inner,
                clock.moment(),
                actor_id=world.people[Office.MONITOR],
                programme=inner.get_one(Programme, programme.id),
                frequency="quarterly",
                periods=periods,
                reason="QĐ 1",
                stood=stood,
            )

    for refused in (
        own,
        own[1:],
        moved(own, own[0].code, due_on=date(2021, 9, 1)),
        moved(own, "2021-Q3", cut_off=date(2021, 6, 30)),
        moved(own, "2021-Q3", due_on=date(2021, 6, 30)),
        moved(own, "2021-Q3", starts_on=date(2021, 6, 20)),
        moved(own, "2021-Q3", cut_off=date(2021, 12, 20), due_on=date(2021, 12, 21)),
    ):
        with pytest.raises(DomainError):
            move(refused)
    move(moved(own, "2021-Q3", due_on=date(2021, 9, 24)))
    with pytest.raises(DomainError, match="người khác đã đổi"):
        move(moved(own, "2021-Q3", due_on=date(2021, 9, 28)), stood=own)
    move(moved(own, "2021-Q3", due_on=date(2021, 9, 27)))
    frame = Frames(session).of([programme.id])[programme.id]
    due = {one.code: one.due_on for one in frame.periods["quarterly"]}
    assert due == {**{one.code: one.due_on for one in own}, "2021-Q3": date(2021, 9, 27)}
    row = session.scalars(sa.select(Period).where(Period.code == "2021-Q3", Period.due_on == date(2021, 9, 27))).one()
    assert (row.first_due_on, row.due_on) == (date(2021, 9, 20), date(2021, 9, 27))
    assert session.scalar(sa.select(sa.func.count()).select_from(PeriodChange)) == 2
    assert unsound(session) == []


def test_a_template_keeps_every_version(enter: Enter, session: Session) -> None:
    actor_id = enter(2).people[Office.MONITOR]

    def does(verb: Any, **arguments: Any) -> Any:
        with unit_of_work() as inner:
            return verb(inner, clock.moment(), **{"actor_id": actor_id, **arguments})

    assert does(templates.write_typical, actor_id=None) == 27, "the demo writes them in nobody's name"
    assert does(templates.write_typical) == 0, "each once"
    template, first = next(one for one in templates.in_use(session) if one[0].code == "3.01")
    goal, token = first.goal, template.token
    assert goal is not None
    session.rollback()
    does(templates.rewrite, token=token, version=1, values={"goal": goal + 1})
    with pytest.raises(StaleEdit):
        does(templates.rewrite, token=token, version=1, values={"goal": goal + 2})
    with pytest.raises(DomainError, match="Không có gì khác"):
        does(templates.rewrite, token=token, version=2, values={"goal": goal + 1})
    both = templates.versions(session, templates.by_token(session, token).id)
    assert [(one.version, one.goal) for one in both] == [(2, goal + 1), (1, goal)]
    assert templates.differences(both[1], both[0]) == ["goal"]
    session.rollback()
    does(templates.retire, token=token)
    assert "3.01" not in {one.code for one, _last in templates.in_use(session)}
    session.rollback()
    with pytest.raises(DomainError, match="ngừng dùng"):
        does(templates.rewrite, token=token, version=2, values={"goal": goal})
    does(templates.put_back, token=token)
    assert len(templates.in_use(session)) == 27
    assert unsound(session) == []
    with pytest.raises(IntegrityError), unit_of_work() as other:
        other.execute(sa.update(TargetTemplateVersion).values(version=9))


def test_of_two_who_write_at_the_same_moment_one_is_told(app: Flask, enter: Enter, session: Session) -> None:
    """The next version of a template, and other days of a period in force."""
    actor_id = enter(2).people[Office.MONITOR]
    programme = queries.programme(session, "PAR-2021")
    own = [one for one in preparing.periods_of(session, programme.id) if one.frequency == "quarterly"]
    with unit_of_work() as inner:
        templates.write_typical(inner, clock.moment(), actor_id=actor_id)
    token = session.scalars(sa.select(TargetTemplate.token).limit(1)).one()
    session.rollback()

    def rewrite(goal: int) -> None:
        values = {"why": {"vi": f"Lý do {goal}"}}
        with unit_of_work() as inner:
            templates.rewrite(inner, clock.moment(), actor_id=actor_id, token=token, version=1, values=values)

    def move(day: int) -> None:
        days = moved(own, "2021-Y", due_on=date(2021, 12, day))
        asked: dict[str, Any] = {"frequency": "quarterly", "periods": days, "stood": own, "reason": "QĐ"}
        with unit_of_work() as inner:
            moving.move(inner, clock.moment(), actor_id=actor_id, programme=inner.get_one(Programme, 1), **asked)

    assert at_once(app, *(partial(rewrite, goal) for goal in (1, 2))) == ["StaleEdit", "done"]
    assert at_once(app, *(partial(move, day) for day in (27, 28))) == ["DomainError", "done"]


def test_a_usual_deadline_lies_in_the_programme() -> None:
    version = TargetTemplateVersion(due="02-29")
    assert templates.due_on(version, date(2026, 12, 15), date(2027, 12, 31)) == date(2027, 2, 28)
    version = TargetTemplateVersion(due="12-20")
    assert templates.due_on(version, date(2026, 12, 15), date(2027, 12, 31)) == date(2026, 12, 20)
    assert templates.due_on(TargetTemplateVersion(due=None), date(2027, 1, 1), date(2027, 12, 31)).month == 12
    assert list(reporting.clashes([])) == []
