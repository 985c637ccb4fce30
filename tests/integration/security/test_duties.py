"""Separation of duties where it is decided: in the services. Each verb is called as anybody, without any page."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.progress.conftest import Desk
from tests.integration.progress.conftest import desk as desk  # a fixture
from tracker.agencies.offices import Office
from tracker.core.errors import Forbidden
from tracker.core.files.store import StoredUpload
from tracker.permissions.reader import Reader
from tracker.progress import appraisal, attaching, recalling, service
from tracker.progress.models import Report
from tracker.progress.queries import ReportSlot

FILE = StoredUpload("b" * 64, 1, "application/pdf", "b.pdf")
WRITERS = {("SXD", Office.HEAD), ("SXD", Office.DEPUTY), ("SXD", Office.OFFICER)}
SENDERS = {("SXD", Office.HEAD)}
APPRAISERS = {("SNV", Office.APPRAISER), ("VP", Office.APPRAISER), ("SYT", Office.APPRAISER)}
Verb = Callable[[Desk, Reader, "Matter"], object]


@dataclass(frozen=True)
class Matter:
    """What is done something with: a slot with a draft, and one whose report was sent."""

    drafted: ReportSlot
    sent: ReportSlot
    report: Report


WRITING: dict[str, Verb] = {
    "write": lambda desk, who, on: desk.keep(on.drafted, 1, who, value="7"),
    "hand to the head": lambda desk, who, on: desk.press(service.hand_to_head, reader=who, slot=on.drafted, version=1),
    "attach": lambda desk, who, on: desk.press(attaching.attach, reader=who, slot=on.drafted, file=FILE),
    "detach": lambda desk, who, on: desk.press(attaching.detach, reader=who, slot=on.drafted, token="none"),
}
SENDING: dict[str, Verb] = {
    "send": lambda desk, who, on: desk.press(service.send, reader=who, slot=on.drafted, version=1),
    "hand back": lambda desk, who, on: desk.press(
        service.hand_back, reader=who, slot=on.drafted, comment="Kiểm tra lại", version=1
    ),
    "recall": lambda desk, who, on: desk.press(recalling.recall, reader=who, slot=on.sent, seq=1),
}
APPRAISING: dict[str, Verb] = {
    "accept": lambda desk, who, on: desk.press(appraisal.accept, reader=who, report=on.report, seq=1),
    "accept with another value": lambda desk, who, on: desk.press(
        appraisal.accept_with_value,
        reader=who,
        report=on.report,
        seq=1,
        typed={"value": "7"},
        language="vi",
        reason="Tính trùng",
    ),
    "return": lambda desk, who, on: desk.press(
        appraisal.return_report, reader=who, report=on.report, seq=1, reason="Thiếu"
    ),
}
CASES = [
    *((name, verb, WRITERS) for name, verb in WRITING.items()),
    *((name, verb, SENDERS) for name, verb in SENDING.items()),
    *((name, verb, APPRAISERS) for name, verb in APPRAISING.items()),
]


def somebody(desk: Desk, *offices: tuple[str, Office], person_id: int = 0) -> Reader:
    """Whoever holds these offices, and did nothing yet."""
    stranger = desk.made.people[("VP", Office.ADMINISTRATOR)].id
    pattern = desk.officer
    held = tuple(
        dataclasses.replace(pattern.held[0], office=office, agency_id=desk.made.bodies[body].id, agency_code=body)
        for body, office in offices
    )
    return dataclasses.replace(pattern, person_id=person_id or stranger, held=held)


@pytest.mark.one_database
def test_nobody_else_may(desk: Desk) -> None:
    """(That those who may can is told by the tests of `progress`.)"""
    on = Matter(desk.slot("SXD-T03"), desk.slot(), desk.sent(desk.slot()))
    desk.keep(on.drafted, value="5")
    everybody = [(body, office) for body in ("SXD", "SYT", "SNV", "VP") for office in Office]
    for one in [*everybody, None]:
        who = somebody(desk, *([one] if one else []))
        for name, verb, may in CASES:
            if one not in may:
                with pytest.raises(Forbidden):
                    pytest.fail(f"{one} may {name}: {verb(desk, who, on)}")


def two_hats(desk: Desk) -> Reader:
    return somebody(desk, ("SNV", Office.APPRAISER), ("SXD", Office.OFFICER))


def its_writer(desk: Desk) -> Reader:
    return somebody(desk, ("SNV", Office.APPRAISER), person_id=desk.officer.person_id)


def its_sender(desk: Desk) -> Reader:
    return somebody(desk, ("SNV", Office.APPRAISER), person_id=desk.head.person_id)


def test_no_appraiser_decides_on_what_is_their_own(desk: Desk) -> None:
    """An office in its body, or a hand in it, is one too many, whatever else one holds."""
    report = desk.sent(desk.slot())
    on = Matter(desk.slot("SXD-T03"), desk.slot(), report)
    for who in (two_hats, its_writer, its_sender):
        for name, verb in APPRAISING.items():
            with pytest.raises(Forbidden):
                pytest.fail(f"{who.__name__} may {name}: {verb(desk, who(desk), on)}")
        accepted, left = desk.press(appraisal.accept_all, reader=who(desk), reports=[(report, 1)])
        assert (accepted, [one.id for one in left]) == (0, [report.id])


def test_a_body_that_one_other_appraises_is_left_to_that_one(desk: Desk) -> None:
    """Home Affairs' own reports go to the People's Committee's Office, and to nobody else."""
    head = desk.reader("SNV", Office.HEAD)
    slot = desk.slot("SNV-T01")
    desk.keep(slot, reader=head, value="5")
    report = desk.press(service.send, reader=head, slot=slot, version=1)
    for body in ("SNV", "SXD", "SYT"):
        with pytest.raises(Forbidden):
            desk.press(appraisal.accept, reader=somebody(desk, (body, Office.APPRAISER)), report=report, seq=1)
    decided: Any = desk.press(appraisal.accept, reader=somebody(desk, ("VP", Office.APPRAISER)), report=report, seq=1)
    assert decided.outcome == "accepted"
