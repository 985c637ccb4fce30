"""Bodies change: entered, changed, ended, succeeded; each rule with the cases that it refuses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.agencies import classifications, holdings, over_time, queries, service
from tracker.agencies.models import Agency, AgencyClassification, OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit.comparing import comparison
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db.constraints import as_field_error
from tracker.core.errors import FieldError
from tracker.people import service as people
from tracker.people.models import Person

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


def classify(session: Session, agency: Agency, from_on: date, kind: str, group: str | None = None) -> None:
    service.classify(session, NOW, actor_id=None, agency_id=agency.id, from_on=from_on, kind=kind, peer_group=group)


def told(session: Session, event: str) -> list[Any]:
    """What the record holds of each event of a kind, without digests of facts."""
    details = session.scalars(sa.select(AuditEvent.detail).where(AuditEvent.event == event).order_by(AuditEvent.id))
    return [{key: value for key, value in (detail or {}).items() if key != "facts"} for detail in details]


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
    found = body(session, "SXD")
    with pytest.raises(FieldError) as changed:
        classify(session, found, NOW.on, kind, group)
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
    change: dict[str, Any] = {"session": session, "now": NOW, "actor_id": None, "agency_id": made.id}
    assert not service.change(**change, name={"vi": "Sở  SYT"}, exists_from=SINCE)
    assert service.change(**change, name={"vi": "Sở Y tế", "en": ""}, exists_from=SINCE)
    assert made.name == {"vi": "Sở Y tế"}
    assert service.change(**change, name={"vi": "Sở Y tế"}, exists_from=SINCE + DAY)
    assert told(session, "agency.changed") == [
        {"before": {"name": {"vi": "Sở SYT"}}, "after": {"name": {"vi": "Sở Y tế"}}},
        {"before": {"exists_from": "2021-01-01"}, "after": {"exists_from": "2021-01-02"}},
    ]
    service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=END)
    with pytest.raises(FieldError) as refusal:
        service.change(**change, name=made.name, exists_from=END + DAY)
    assert refusal.value.field == "exists_from"


def test_the_offices_of_a_body_end_with_it(session: Session) -> None:
    made = body(session, "SYT")
    seat(session, made, Office.HEAD, SINCE, END - DAY)
    seat(session, made, Office.HEAD, END)
    seat(session, made, Office.OFFICER, SINCE)
    assert len(service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=END)) == 2
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
    service.succeed(session, NOW, successor_ids=[first.id], **take_over)
    service.succeed(session, NOW, successor_ids=[second.id], **take_over)
    assert old.exists_to is None, "whether it ends is decided by two"
    service.end(session, NOW, actor_id=None, agency_id=old.id, to_on=END)
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
        service.succeed(session, NOW, actor_id=None, agency_id=one.id, successor_ids=[successor.id], from_on=END)
    with pytest.raises(FieldError):
        service.succeed(session, NOW, actor_id=None, agency_id=made.id, successor_ids=choice, from_on=END)


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


TODAY = NOW.on


@pytest.mark.parametrize(
    ("from_on", "kind", "field"),
    [
        (TODAY - DAY, "commune", "from_on"),  # the past keeps its groups
        (SINCE, "commune", "from_on"),
        (TODAY + 31 * DAY, "commune", "from_on"),  # it has ended by then
        (TODAY, "department", ""),  # it is that already
    ],
)
def test_what_a_body_is_does_not_change_like_this(session: Session, from_on: date, kind: str, field: str) -> None:
    made = body(session, "SYT", exists_from=SINCE, exists_to=TODAY + 30 * DAY)
    with pytest.raises(FieldError) as refusal:
        classify(session, made, from_on, kind)
    assert refusal.value.field == field
    assert told(session, "agency.classified") == []


def test_what_a_body_is_counts_from_its_day_on(session: Session) -> None:
    """The later word counts of two from one day; each is a fact with its digest in the record."""
    made, other = body(session, "SYT"), body(session, "SXD")
    classify(session, made, TODAY + 9 * DAY, "vertical")
    classify(session, made, TODAY + 5 * DAY, "district")
    classify(session, made, TODAY + 5 * DAY, "commune", "wards")
    found = classifications.of_agency(session, made.id)
    assert [(one.from_on, one.kind, one.group) for one in found] == [
        (None, "department", "department"),
        (TODAY + 5 * DAY, "commune", "wards"),
        (TODAY + 9 * DAY, "vertical", "vertical"),
    ]
    told_of = {-99: found[0], 4: found[0], 5: found[1], 8: found[1], 9: found[2]}
    for days, right in told_of.items():
        on = TODAY + days * DAY
        asked = sa.select(Agency.id, classifications.group_on(on)).order_by(Agency.id)
        assert session.execute(asked).all() == [(made.id, right.group), (other.id, "department")]
        joined = sa.select(Agency.id, classifications.KIND, classifications.GROUP).outerjoin(
            AgencyClassification, classifications.standing_on(on)
        )
        assert session.execute(joined.where(Agency.id == made.id)).one() == (made.id, right.kind, right.group)
        assert classifications.on_day(found, on) == right
    assert told(session, "agency.classified")[2] == {
        "from_on": str(TODAY + 5 * DAY),
        "before": {"kind": "district", "peer_group": None},
        "after": {"kind": "commune", "peer_group": "wards"},
    }
    assert list(comparison(session).unsealed()) == []
    assert classifications.kinds_in_use(session) == {"department", "commune", "vertical"}
    assert classifications.groups_in_use(session) == {"department", "wards", "vertical"}


def test_a_body_that_a_worker_of_the_version_before_entered_is_what_its_columns_say(session: Session) -> None:
    session.add(Agency(code="OLD", kind="commune", name={"vi": "Xã"}, sort_key="xa"))
    session.flush()
    assert session.scalars(sa.select(classifications.group_on(TODAY)).select_from(Agency)).one() == "commune"
    (found,) = classifications.of_agencies(session).values()
    assert [(one.from_on, one.kind) for one in found] == [(None, "commune")]


def test_undoing_the_end_of_a_body_restores_the_offices_that_it_ended(session: Session) -> None:
    """Those that had ended before, that somebody corrected since, or whose holder was erased, stay as they are."""
    made = body(session, "SYT")
    before = seat(session, made, Office.HEAD, SINCE, END - 30 * DAY)
    head = seat(session, made, Office.HEAD, END - 29 * DAY, END + 400 * DAY)
    open_ended, corrected, erased = (seat(session, made, Office.OFFICER, SINCE) for _ in range(3))
    assert set(service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=END)) == {
        head, open_ended, corrected, erased,
    }  # fmt: skip
    service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=END - 5 * DAY)
    holdings.correct_holding(session, NOW, actor_id=None, holding_id=corrected, from_on=SINCE, to_on=END - 6 * DAY)
    holder = session.get_one(OfficeHolding, erased).person_id
    session.execute(sa.update(Person).where(Person.id == holder).values(erased_on=TODAY, email=None))
    assert set(service.reopen(session, NOW, actor_id=None, agency_id=made.id)) == {head, open_ended}
    assert made.exists_to is None
    assert {one.id: one.to_on for one in over_time.of_agency(session, made.id)} == {
        before: END - 30 * DAY, head: END + 400 * DAY, open_ended: None, corrected: END - 6 * DAY,
        erased: END - 5 * DAY,
    }  # fmt: skip
    assert told(session, "agency.reopened") == [
        {"before": {"exists_to": str(END - 5 * DAY)}, "after": {"exists_to": None}}
    ]
    with pytest.raises(FieldError):
        service.reopen(session, NOW, actor_id=None, agency_id=made.id)


def test_an_office_that_ended_by_itself_is_not_restored_by_a_later_undoing(session: Session) -> None:
    made = body(session, "SYT")
    officer = seat(session, made, Office.OFFICER, SINCE)
    service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=END)
    assert service.reopen(session, NOW, actor_id=None, agency_id=made.id) == [officer]
    holdings.close_holding(session, NOW, actor_id=None, holding_id=officer, to_on=END)
    service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=END)
    assert service.reopen(session, NOW, actor_id=None, agency_id=made.id) == []
    assert session.get_one(OfficeHolding, officer).to_on == END


def test_the_record_of_a_body_tells_old_and_new_by_ids_and_days(session: Session) -> None:
    made, other = body(session, "SYT"), body(session, "SNV")
    officer = seat(session, made, Office.OFFICER, SINCE)
    service.assign_appraisal(session, NOW, actor_id=None, agency_id=made.id, appraised_by_id=other.id)
    service.end(session, NOW, actor_id=None, agency_id=made.id, to_on=END)
    service.reopen(session, NOW, actor_id=None, agency_id=made.id)
    assert told(session, "agency.appraisal_assigned") == [
        {"before": {"appraised_by_id": None}, "after": {"appraised_by_id": other.id}}
    ]
    assert told(session, "agency.ended") == [
        {"before": {"exists_to": None}, "after": {"exists_to": str(END)}, "holdings": {str(officer): None}}
    ]
    held, ended = {"to_on": None}, {"to_on": str(END)}
    for event, before, after in (("holding.closed", held, ended), ("holding.restored", ended, held)):
        (detail,) = told(session, event)
        assert (detail["before"], detail["after"]) == (before, after)
        assert "officer SYT" not in str(detail)
