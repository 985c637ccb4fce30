"""The end of a commitment through its services, on both databases: assessed, stated upon, closed, read only, and taken
over by the next programme."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import endings, errand
from tests.factories.documents import BASE_URL
from tests.factories.lives import Table
from tests.integration.audit.conftest import chain
from tests.support.product import Scene
from tracker.agencies.offices import Office
from tracker.audit import queries
from tracker.audit.service import seal
from tracker.audit.verify import Verification
from tracker.commitments.dossiers import Dossier, DraftTarget
from tracker.commitments.life import closing as life_end
from tracker.commitments.life import document, drafting, lineage, lives
from tracker.commitments.life.states import State
from tracker.commitments.models import Target
from tracker.compliance.closing import service, taking_over
from tracker.compliance.closing.waiting import StillWaiting
from tracker.compliance.records.facts import known_of
from tracker.compliance.standings.queries import commitments_on
from tracker.compliance.telling.explain import why
from tracker.core import clock
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.languages import in_language
from tracker.programmes.models import PeriodChange, Programme
from tracker.rule import assess as judged
from tracker.signing import originals
from tracker.signing.documents import canonical, freezing
from tracker.signing.documents.freezing import Form
from tracker.signing.models import MadeDocument

FORM = Form("{year}/CK-{body}", "{year}/SĐCK-{body}", "Nghệ An", BASE_URL, True, "{year}/ĐGCK-{body}")
UNTIL = date(2022, 1, 19)
SAID = "Cơ quan đã cố gắng.\nMột số việc chậm do chờ hướng dẫn."


@pytest.fixture
def table(session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Table:
    now = at(endings.OVER)
    scene(endings.ended)
    return Table(session, errand.found(session), at, now)


def assessed(table: Table, **more: Any) -> int:
    """SXD's commitment, shown to its head."""
    commitment_id = table.made.commitments["SXD"].id
    dossier: int = table.do(life_end.take_in, table.monitor, commitment_id=commitment_id)
    table.do(service.assess, table.monitor, dossier_id=dossier, **{"until": UNTIL, **more})
    return dossier


def state(table: Table, dossier: int, text: str = SAID, reader: Any = None) -> None:
    version = table.dossier(dossier).version
    table.do(life_end.state, reader or table.head, dossier_id=dossier, version=version, text=text)


def close(table: Table, dossier: int, app: Flask, reader: Any = None) -> None:
    """As the page does it: the file is made first."""
    who, version = reader or table.chair, table.dossier(dossier).version
    found = table.session.get_one(Dossier, dossier)
    made = service.prepare(table.session, table.now, reader=who, dossier=found, form=FORM)
    table.session.rollback()
    folder = settings_of(app).files_folder
    table.do(service.close, who, dossier_id=dossier, version=version, made=made, folder=folder)


def unrecorded(table: Table) -> list[str]:
    """What of all facts does not stand in the record as it is."""
    table.session.rollback()
    chain()
    found = [str(finding) for finding in Verification(table.session, queries.heads(table.session)).findings()]
    table.session.rollback()
    return found


def frozen(table: Table, dossier: int, app: Flask) -> dict[str, Any]:
    made = freezing.assessment_of(table.session, table.dossier(dossier))
    assert made is not None
    return dict(canonical.read(originals.content(made, settings_of(app).files_folder)))


def test_from_the_programmes_end_to_a_document_that_nobody_changes(table: Table, app: Flask) -> None:
    dossier = assessed(table)
    assert lives.turn_of(table.dossier(dossier)).side == "body"
    state(table, dossier, "Tạm ghi")
    state(table, dossier)  # the last word counts
    table.go_to("2022-01-12")
    close(table, dossier, app)
    found = frozen(table, dossier, app)
    assert (found["kind"], found["number"], found["amends"]) == ("assessment", "01/2022/ĐGCK-SXD", "01/CK-SXD")
    told = found["assessment"]
    assert (told["on"], told["known_on"], told["statement"]) == ("2021-12-31", "2022-01-05", SAID)
    assert (told["stated_on"], told["statement_until"]) == ("2022-01-05", "2022-01-19")
    first, second, third = told["results"]
    assert (first["reported"], first["accepted"], first["difference"]) == ("150", "140", "-10")
    assert first["first"] == {"goal": "200", "due_on": "2021-12-31"}
    assert [one["on"] for one in first["decided"]] == ["2021-06-01", "2021-07-01"]
    assert first["decided"][0]["reason"] == "Chờ hướng dẫn của bộ"
    assert (second["status"], second["as_at"]) == ("overdue", "2021-09-14")
    assert third["accepted_of"] == {"numerator": "45", "denominator": "49"}
    assert [one.get("period") for one in third["figures"]] == ["2021-H1", "2021-Y"]
    assert table.dossier(dossier).state == State.CLOSED
    mine = sa.select(Target.code, Target.closed_on).order_by(Target.code)
    closed = {row.code: row.closed_on for row in table.session.execute(mine)}
    assert closed == {"T01": table.now.on, "T02": table.now.on, "T03": table.now.on, "T04": None}
    assert unrecorded(table) == []


def test_what_stands_in_the_document_is_what_the_pages_tell(table: Table, app: Flask) -> None:
    dossier = assessed(table)
    state(table, dossier)
    close(table, dossier, app)
    found = frozen(table, dossier, app)["assessment"]
    table.session.rollback()
    codes = {row.id: row.code for row in table.session.scalars(sa.select(Target))}
    results = {one["target"]: one for one in found["results"]}
    on = date.fromisoformat(found["on"])
    for target_id, known in known_of(table.session, list(codes), table.now.on).items():
        if codes[target_id] in results:
            one, said = results[codes[target_id]], judged(known, on)
            scores = [None if part is None else f"{part:.2f}" for part in (said.score, said.delivery, said.punctuality)]
            assert [one.get(name) for name in ("score", "delivery", "punctuality")] == scores
            assert one["status"] == said.status
            for language in ("vi", "en"):
                with in_language(language):
                    unit = "%" if codes[target_id] != "T01" else "procedures"
                    assert one["reason"][language] == why(said.reason.as_json(), unit)
    commitment = table.made.commitments["SXD"].id
    assert commitments_on(table.session, on, [commitment]) == {commitment: int(Decimal(found["score"]) * 100)}


def test_nothing_is_assessed_before_the_programme_is_over_and_its_last_report_due(table: Table) -> None:
    dossier = table.do(life_end.take_in, table.monitor, commitment_id=table.made.commitments["SXD"].id)
    table.go_to("2021-12-31")
    with pytest.raises(DomainError, match="01/01/2022"):
        table.do(service.assess, table.monitor, dossier_id=dossier, until=UNTIL)
    last = table.made.periods["2021-Y"]
    days = {"starts_on": last.starts_on, "cut_off": last.cut_off, "due_on": date(2022, 1, 8)}
    by = {"set_by_id": table.monitor.person_id, "set_at": table.now.at, "reason": "Lùi hạn"}
    table.session.add(PeriodChange(period_id=last.id, **days, **by))
    table.session.commit()
    table.go_to("2022-01-10")  # the 8th was a Saturday
    with pytest.raises(DomainError, match="11/01/2022"):
        table.do(service.assess, table.monitor, dossier_id=dossier, until=UNTIL)


def test_what_waits_for_a_decision_keeps_it_open(table: Table, app: Flask) -> None:
    target = table.made.targets["SXD-T02"]
    endings.report(table.session, table.made, target, "2021-Y", outcome=None, value=Decimal(80))
    table.session.commit()
    with pytest.raises(StillWaiting) as refused:
        assessed(table)
    assert refused.value.waiting.reports == 1
    done = table.do(service.assess_all, table.monitor, programme_id=table.made.programme.id, until=UNTIL)
    bodies = [table.session.get_one(Dossier, one).agency_id for one in done.assessed]
    assert bodies == [table.made.bodies["SYT"].id]


@pytest.mark.parametrize("until", ["2022-01-11", "2022-01-04"])
def test_a_head_has_five_working_days(table: Table, until: str) -> None:
    with pytest.raises(FieldError) as refused:
        assessed(table, until=date.fromisoformat(until))
    assert refused.value.field == "until"
    assert "12/01/2022" in str(refused.value.message)


def test_only_the_head_states_something_and_only_in_time(table: Table) -> None:
    dossier = assessed(table)
    for reader in (table.officer, table.monitor, table.reader(Office.HEAD, "SYT")):
        with pytest.raises((Forbidden, NotFound)):
            state(table, dossier, reader=reader)
    with pytest.raises(FieldError):
        state(table, dossier, " … ")
    table.go_to("2022-01-20")
    with pytest.raises(DomainError, match="19/01/2022"):
        state(table, dossier)


def test_without_a_statement_it_is_ready_after_the_day(table: Table, app: Flask) -> None:
    dossier = assessed(table)
    table.go_to("2022-01-19")
    assert table.do(life_end.lapse) == []
    with pytest.raises(DomainError):
        close(table, dossier, app)
    table.go_to("2022-01-20")
    assert table.do(life_end.lapse) == [dossier]
    assert table.do(life_end.lapse) == []
    close(table, dossier, app)
    told = frozen(table, dossier, app)["assessment"]
    assert "statement" not in told
    assert told["statement_until"] == "2022-01-19"


def test_facts_that_came_in_since_are_shown_to_the_head_first(table: Table, app: Flask) -> None:
    dossier = assessed(table)
    state(table, dossier)
    target = table.made.targets["SXD-T02"]
    endings.report(table.session, table.made, target, "2021-Y", value=Decimal(80))
    table.session.commit()
    with pytest.raises(StaleEdit):
        close(table, dossier, app)
    table.do(service.assess, table.monitor, dossier_id=dossier, until=UNTIL)
    assert table.dossier(dossier).state == State.ASSESSED
    found = life_end.shown(table.session, dossier)
    assert found is not None
    assert found[1] == []  # what was stated to the one before is not stated to this one
    state(table, dossier)
    close(table, dossier, app)
    assert frozen(table, dossier, app)["assessment"]["results"][1]["accepted"] == "80"


def test_the_chair_closes_and_nobody_else(table: Table, app: Flask) -> None:
    dossier = assessed(table)
    state(table, dossier)
    for reader in (table.monitor, table.head):
        with pytest.raises(Forbidden):
            close(table, dossier, app, reader)
    close(table, dossier, app, table.reader(Office.VICE_CHAIR))
    (signatory,) = frozen(table, dossier, app)["signatories"]
    assert (signatory["authority"], signatory["title"]) == ("KT.", "Phó Chủ tịch")
    kept = table.session.scalars(sa.select(MadeDocument)).one()
    assert (kept.kind, kept.agency_id) == ("assessment", table.made.bodies["SXD"].id)


def next_year(table: Table, body: str = "SXD") -> int:
    """A draft of next year's commitment, still without a target."""
    head = table.made.programme
    programme = table.session.scalar(sa.select(Programme).where(Programme.code == "PAR-2022"))
    if programme is None:
        days = {"starts_on": date(2022, 1, 1), "ends_on": date(2022, 12, 31)}
        programme = Programme(code="PAR-2022", title={"vi": "CCHC 2022"}, calendar_id=head.calendar_id, **days)
        table.session.add(programme)
        table.session.flush()
        seal(table.session, table.now)
        table.session.commit()
    given = {"programme_id": programme.id, "agency_id": table.made.bodies[body].id, "lines": []}
    found: int = table.do(drafting.draft, table.monitor, **given)
    return found


def take(table: Table, draft: int, *codes: str, reader: Any = None, version: int | None = None) -> Any:
    ids = [table.made.targets[code].id for code in codes]
    version = version or table.dossier(draft).version
    who = reader or table.monitor
    return table.do(taking_over.take_over, who, dossier_id=draft, version=version, target_ids=ids)


def test_what_was_not_met_is_taken_over_once_with_its_lineage(table: Table, app: Flask) -> None:
    dossier = assessed(table)
    state(table, dossier)
    close(table, dossier, app)
    draft = next_year(table)
    offered = taking_over.origins(table.session, table.dossier(draft), table.now.on)
    assert {one.terms["code"] for one in offered} == {"T01", "T02", "T03"}
    assert take(table, draft, "SXD-T01", "SXD-T02") == 2
    taken = table.targets(draft)
    origin = taken["T01"].taken_over_from
    assert (origin["number"], origin["target"], origin["goal"], origin["reached"]) == ("01/CK-SXD", "T01", "180", "140")
    assert (taken["T01"].terms["baseline"], taken["T01"].terms["due_on"]) == ("140", "2022-12-31")
    with pytest.raises(DomainError, match="T01"):
        take(table, draft, "SXD-T01")
    with pytest.raises(NotFound):
        take(table, draft, "SYT-T04")  # of another body, and met
    with pytest.raises(StaleEdit):
        take(table, draft, "SXD-T03", version=1)
    with pytest.raises(Forbidden):
        take(table, draft, "SXD-T03", reader=table.chair)
    kin = lineage.kin_of(table.session, table.monitor, table.made.targets["SXD-T01"].id)
    assert kin.successor is not None
    assert (kin.successor.code, kin.successor.programme) == ("T01", {"vi": "CCHC 2022"})
    assert lineage.kin_of(table.session, table.head, table.made.targets["SXD-T01"].id).successor is None  # no offer yet
    assert unrecorded(table) == []


def test_the_lineage_stands_in_the_document_of_the_commitment(table: Table) -> None:
    draft = next_year(table)
    take(table, draft, "SXD-T02")
    found = document.targets(table.targets(draft).values())
    assert found[0]["taken_over_from"]["target"] == "T02"
    written = {**endings.plain_document(found)}
    assert canonical.read(canonical.canonical(written)) == json.loads(json.dumps(written))


def test_what_was_dropped_again_can_be_taken_over_anew(table: Table) -> None:
    draft = next_year(table)
    take(table, draft, "SXD-T02")
    (target,) = table.targets(draft).values()
    version = table.dossier(draft).version
    table.do(drafting.drop_target, table.monitor, dossier_id=draft, version=version, draft_target_id=target.id)
    assert take(table, draft, "SXD-T02") == 1
    assert len(table.session.scalars(sa.select(DraftTarget)).all()) == 1
