"""Bodies change: entered, changed, ended, succeeded; each rule with the cases that it refuses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.agencies import holdings, over_time, queries, service
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db.constraints import as_field_error
from tracker.core.errors import FieldError
from tracker.people import service as people

NOW = clock.moment()
SINCE, END = date(2021, 1, 1), date(2025, 2, 28)
DAY = timedelta(days=1)


def body(session: Session, code: str, **more: Any) -> Agency:
    return service.register(
        session, NOW, actor_id=None, code=code, kind="department", name={"vi": f"Sở {code}"}, **more
    )


def seat(session: Session, agency: Agency, office: Office, start: date, end: date | None = None) -> int:
    person = people.register(session, NOW, actor_id=None, name=f"{office} {agency.code}")
    return holdings.open_holding(
        session,
        NOW,
        actor_id=None,
        person_id=person.id,
        agency_id=agency.id,
        office=office,
        from_on=start,
        to_on=end,
    ).id


def events(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)))


@pytest.mark.parametrize(
    ("kind", "group", "field"),
    [("Sở, ban, ngành", None, "kind"), ("", None, "kind"), ("department", "Sở, ngành", "peer_group")],
)
def test_a_kind_and_a_peer_group_are_codes(session: Session, kind: str, group: str | None, field: str) -> None:
    """A package has no others; what stands otherwise from before is mended at the next change."""
    with pytest.raises(FieldError) as entered:
        service.register(session, NOW, actor_id=None, code="SYT", name={"vi": "Sở Y tế"}, kind=kind, peer_group=group)
    days: dict[str, Any] = {"exists_from": None, "exists_to": None}
    found = body(session, "SXD")
    with pytest.raises(FieldError) as changed:
        service.change(
            session, NOW, actor_id=None, agency_id=found.id, name=found.name, kind=kind, peer_group=group, **days
        )
    assert (entered.value.field, changed.value.field) == (field, field)


@pytest.mark.parametrize(
    ("code", "vi", "first", "last", "field"),
    [
        ("SХD", "Sở Xây dựng", None, None, "code"),  # the second letter is Cyrillic
        ("SGD", "Së Gi¸o dôc", None, None, "name"),
        ("SGD", "Sở\ufffd", None, None, "name"),
        ("\u200b", "Sở Xây dựng", None, None, "code"),
        ("SXD", "\u200b\ufeff", None, None, "name"),
        ("SYT", "  ", None, None, "name"),
        ("SYT", "Sở " * 86, None, None, "name"),
        ("a/b", "Sở Y tế", None, None, "code"),
        ("có cách", "Sở Y tế", None, None, "code"),
        ("x" * 41, "Sở Y tế", None, None, "code"),
        ("SYT", "Sở Y tế", END, SINCE, "exists_to"),
    ],
)
def test_a_body_is_entered_with_a_name_a_code_and_days_in_order(
    session: Session, code: str, vi: str, first: date | None, last: date | None, field: str
) -> None:
    with pytest.raises(FieldError) as refusal:
        service.register(
            session,
            NOW,
            actor_id=None,
            code=code,
            kind="department",
            name={"vi": vi},
            exists_from=first,
            exists_to=last,
        )
    assert refusal.value.field == field


def test_only_what_is_new_of_a_body_is_changed_and_told(session: Session) -> None:
    made = body(session, "SYT", exists_from=SINCE)
    same: dict[str, Any] = {"kind": "department", "peer_group": None, "exists_from": SINCE, "exists_to": None}
    change: dict[str, Any] = {"session": session, "now": NOW, "actor_id": None, "agency_id": made.id}
    assert not service.change(**change, name={"vi": "Sở  SYT"}, **same)
    assert service.change(**change, name={"vi": "Sở Y tế", "en": ""}, **same | {"kind": "vertical"})
    assert (made.name, made.kind) == ({"vi": "Sở Y tế"}, "vertical")
    detail = session.scalar(sa.select(AuditEvent.detail).where(AuditEvent.event == "agency.changed"))
    assert detail == {"fields": ["kind", "name"]}
    with pytest.raises(FieldError, match="Kết thúc hoạt động"):
        service.change(**change, name={"vi": "Sở Y tế"}, **same | {"exists_to": END})


def test_the_offices_of_a_body_end_with_it(session: Session) -> None:
    made = body(session, "SYT")
    seat(session, made, Office.HEAD, SINCE, END - DAY)
    seat(session, made, Office.HEAD, END)
    seat(session, made, Office.OFFICER, SINCE)
    assert service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=END) == 2
    held = over_time.of_agency(session, made.id)
    assert sorted((str(one.office), one.to_on) for one in held) == [
        ("head", END - DAY),
        ("head", END),
        ("officer", END),
    ]
    assert queries.listed(session, END + DAY) == []
    for day in (END, END + DAY):
        with pytest.raises(FieldError):
            service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=day)
    with pytest.raises(FieldError):
        seat(session, made, Office.OFFICER, END, END + DAY)


@pytest.mark.parametrize("office", [Office.HEAD, Office.ADMINISTRATOR])
def test_a_body_does_not_end_before_its_offices_begin_or_with_the_last_administrator(
    session: Session, office: Office
) -> None:
    made = body(session, "SYT", exists_from=SINCE)
    seat(session, made, office, END + DAY if office is Office.HEAD else SINCE)
    with pytest.raises(FieldError):
        service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=END)
    with pytest.raises(FieldError):
        service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=SINCE - DAY)


def test_a_body_may_have_several_successors_and_go_on_itself(session: Session) -> None:
    old, first, second = (body(session, code) for code in ("OLD", "ONE", "TWO"))
    seat(session, old, Office.HEAD, SINCE)
    take_over: dict[str, Any] = {"actor_id": None, "agency_id": old.id, "from_on": END + DAY}
    service.succeed(session, NOW, successor_ids=[first.id], ends=False, **take_over)
    assert old.exists_to is None
    service.succeed(session, NOW, successor_ids=[second.id], ends=True, **take_over)
    assert old.exists_to == END
    assert [(one.code, one.from_on) for one in over_time.successors(session, old.id)] == [
        ("ONE", END + DAY),
        ("TWO", END + DAY),
    ]
    assert [one.code for one in over_time.predecessors(session, second.id)] == ["OLD"]
    assert queries.head_of(session, old.id, END) is not None
    assert queries.head_of(session, old.id, END + DAY) is None
    assert [event for event in events(session) if event.startswith("agency.") and "registered" not in event] == [
        "agency.succeeded",
        "agency.succeeded",
        "agency.ended",
    ]


@pytest.mark.parametrize("who", ["itself", "predecessor", "again", "ended", "later", "nobody"])
def test_who_cannot_take_over(session: Session, who: str) -> None:
    before, made, after = body(session, "BEF"), body(session, "MADE"), body(session, "AFT")
    choice = {
        "itself": [made.id],
        "predecessor": [before.id],
        "again": [after.id],
        "ended": [body(session, "END", exists_to=SINCE).id],
        "later": [body(session, "LATE", exists_from=END + DAY).id],
        "nobody": [],
    }[who]
    for one, successor in ((before, made), (made, after)):
        service.succeed(
            session, NOW, actor_id=None, agency_id=one.id, successor_ids=[successor.id], from_on=END, ends=False
        )
    with pytest.raises(FieldError):
        service.succeed(session, NOW, actor_id=None, agency_id=made.id, successor_ids=choice, from_on=END, ends=False)


def test_a_body_is_appraised_by_another_or_by_any(session: Session) -> None:
    made, other = body(session, "SNV"), body(session, "VP")
    assign: dict[str, Any] = {"session": session, "now": NOW, "actor_id": None, "agency_id": made.id}
    with pytest.raises(FieldError):
        service.assign_appraisal(**assign, appraised_by_id=made.id)
    for appraiser in (other.id, other.id, None):
        service.assign_appraisal(**assign, appraised_by_id=appraiser)
    assert made.appraised_by_id is None
    assert events(session).count("agency.appraisal_assigned") == 2


@pytest.mark.parametrize("code", ["syt", "ＳＹＴ", " SY\u2060T "])
def test_no_two_codes_differ_by_what_one_does_not_see(session: Session, code: str) -> None:
    first = body(session, "SYT")
    with pytest.raises(IntegrityError) as violation, session.begin_nested():
        body(session, code)
    explained = as_field_error(violation.value)
    assert explained is not None
    assert explained.field == "code"
    for named in (code, "SYT"):
        found = queries.by_code(session, named)
        assert found is not None
        assert found.id == first.id


def test_a_body_of_before_whose_code_differs_by_its_case_is_found_by_it(session: Session) -> None:
    first, second = body(session, "SYT"), body(session, "SYT2")
    session.execute(sa.update(Agency).where(Agency.id == second.id).values(code="syt", code_key=None))
    found = [queries.by_code(session, code) for code in ("SYT", "syt", "Syt")]
    assert [one.id if one else None for one in found] == [first.id, second.id, first.id]


@pytest.mark.parametrize(
    ("kind", "group", "field"), [("Sở, ban", None, "kind"), ("department", "Khối 1", "peer_group")]
)
def test_what_no_package_could_carry_is_refused(session: Session, kind: str, group: str | None, field: str) -> None:
    with pytest.raises(FieldError) as refused:
        service.register(session, NOW, actor_id=None, code="X", kind=kind, peer_group=group, name={"vi": "Sở"})
    assert refused.value.field == field
