"""Nothing of a closed commitment can be changed: a table of all verbs on it, which no verb may be missing from."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import errand
from tests.factories.lives import Table
from tests.integration.commitments.test_closing import assessed, close, state, table
from tracker.agencies.offices import Office
from tracker.commitments.closed import READ_ONLY
from tracker.commitments.life import amending, closing, moving
from tracker.commitments.life.states import TABLE
from tracker.commitments.models import Target
from tracker.commitments.rulings import Kind, Ruling
from tracker.core.errors import DomainError, Forbidden
from tracker.core.files.store import StoredUpload
from tracker.permissions.reader import Reader
from tracker.progress import appraisal, attaching, handing, queries, recalling, service, withdrawing
from tracker.progress.models import Report, TargetRequest
from tracker.progress.requests import deciding
from tracker.progress.requests import service as requests

__all__ = ["table"]
FILE = StoredUpload("5" * 64, 10, "application/pdf", "tệp.pdf")
TYPED = {"value": "200"}
WRITTEN = {"typed": TYPED, "version": 0}
END = Ruling(Kind.END, ended_on=None)
# Every verb that changes something of a target, by whom, and with what besides: whatever is here is refused.
VERBS: dict[Callable[..., Any], tuple[str, dict[str, Any]]] = {
    service.keep_draft: ("officer", WRITTEN | {"language": "vi"}),
    service.hand_to_head: ("officer", {"version": 1}),
    service.keep_and_hand: ("officer", WRITTEN | {"language": "vi"}),
    service.keep_and_check: ("officer", WRITTEN | {"language": "vi"}),
    service.hand_back: ("head", {"comment": "Sửa lại", "version": 1}),
    service.send: ("head", {"version": 1}),
    recalling.recall: ("head", {"seq": 1}),
    handing.take_back: ("officer", {"version": 1}),
    attaching.attach: ("officer", {"file": FILE}),
    attaching.detach: ("officer", {"token": "x"}),
    attaching.put_back: ("officer", {"token": "x"}),
    appraisal.accept: ("appraiser", {"seq": 1}),
    appraisal.accept_with_value: ("appraiser", {"seq": 1, "typed": TYPED, "language": "vi", "reason": "Đếm lại"}),
    appraisal.return_report: ("appraiser", {"seq": 1, "reason": "Kiểm tra lại"}),
    withdrawing.withdraw: ("appraiser", {"seq": 1, "reason": "Nhầm", "told": lambda *_given: False}),
    requests.keep_draft: ("head", {"typed": {"reason": "Chậm"}, "version": 0}),
    requests.keep_and_ask: ("head", {"typed": {"reason": "Chậm"}, "version": 0}),
    requests.withdraw: ("head", {"token": "x"}),
    requests.attach: ("head", {"file": FILE}),
    requests.detach: ("head", {"token": "x"}),
    deciding.decide: ("chair", {"request": TargetRequest(), "ruling": None, "reason": "Không đủ căn cứ"}),
    deciding.rule: ("chair", {"ruling": END, "reason": "Giải thể"}),
}
# What asks and changes nothing, and what leaves out one by one whatever is refused.
NO_VERBS = {
    *(service.check_draft, service.contents_at, service.ready, service.send_all, handing.note_opened),
    *(appraisal.with_value, appraisal.accept_all, appraisal.decidable, deciding.check),
    *(withdrawing.keeps_from_withdrawing, withdrawing.decided_today),
}
ROOMS = (service, recalling, handing, attaching, appraisal, withdrawing, requests, deciding)


def test_no_verb_is_missing_from_the_table() -> None:
    found = {
        verb
        for room in ROOMS
        for name, verb in vars(room).items()
        if inspect.isfunction(verb) and verb.__module__ == room.__name__ and not name.startswith("_")
        if list(inspect.signature(verb).parameters)[:2] == ["session", "now"]
    }
    assert found == VERBS.keys() | NO_VERBS


def whose(table: Table, who: str) -> Reader:
    return table.reader(Office.APPRAISER) if who == "appraiser" else getattr(table, who)


def test_every_verb_is_refused_with_one_sentence(table: Table, app: Flask) -> None:
    dossier = assessed(table)
    state(table, dossier)
    close(table, dossier, app)
    for verb, (who, given) in VERBS.items():
        of = inspect.signature(verb).parameters
        slot = queries.find_slot(table.session, errand.EVERYWHERE, "target-SXD-T01", "2021-Y")
        report = table.session.scalars(sa.select(Report).where(Report.token == "report-target-SXD-T01-2021-Y")).one()
        about: dict[str, Any] = {"slot": slot} if "slot" in of else {"report": report}
        with pytest.raises(DomainError) as refused:
            verb(table.session, table.now, reader=whose(table, who), **about, **given)
        assert refused.value.message == READ_ONLY, verb
        table.session.rollback()
    for line in TABLE:
        for way in (way for way in line.ways if way.action and line.sources != (None,)):
            readers = (table.monitor, table.head, table.chair, table.reader(Office.CLERK))
            refusals = [move_refused(table, dossier, line.move, reader, way.on_paper) for reader in readers]
            assert READ_ONLY in refusals, line.move
    with pytest.raises(DomainError) as refused:
        amending.amend(
            table.session,
            table.now,
            reader=table.monitor,
            commitment_id=table.made.commitments["SXD"].id,
            reason="Việc tăng",
            from_on=None,
        )
    assert refused.value.message == READ_ONLY
    assert closing.take_in(
        table.session, table.now, reader=table.monitor, commitment_id=table.made.commitments["SXD"].id
    ) == table.dossier(dossier)


def move_refused(table: Table, dossier: int, move: Any, reader: Reader, on_paper: bool) -> Any:
    try:
        moving.permitted(reader, table.dossier(dossier), move, on_paper=on_paper)
    except Forbidden:
        return None
    except DomainError as refused:
        return refused.message
    raise AssertionError(f"{move} is permitted")


def test_the_database_refuses_what_a_verb_forgot(table: Table, app: Flask) -> None:
    dossier = assessed(table)
    state(table, dossier)
    close(table, dossier, app)
    mine = sa.update(Target).where(Target.code == "T01")
    for values in ({"ended_on": table.now.on}, {"closed_on": None}, {"due_on": table.now.on}):
        with pytest.raises(sa.exc.DBAPIError):
            table.session.execute(mine.values(**values))
        table.session.rollback()
