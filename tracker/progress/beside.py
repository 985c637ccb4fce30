"""What is told beside what was sent and decided: in which office each acted, on which named decision a figure was
opened again, and what was asked about an accepted one. Read for all of it at once; `history` puts it in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.agencies.queries import OfficeThen
from tracker.progress.cells import answers
from tracker.progress.cells.answers import Answered
from tracker.progress.corrections import queries as corrections
from tracker.progress.queries import Sending
from tracker.progress.threads import questions
from tracker.progress.threads.questions import Thread

WRITES = (Office.OFFICER, Office.DEPUTY, Office.HEAD)
SENDS = (Office.HEAD,)
DECIDES = (Office.APPRAISER, Office.INSPECTOR)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside some sendings. `grounds` by decision, `asked` and `answered` (checks) by revision, `offices`
    by person, `threads` (questions of the appraiser) by report."""

    grounds: Mapping[int, Any] = field(default_factory=dict)
    asked: Mapping[int, Sequence[Any]] = field(default_factory=dict)
    offices: Mapping[int, Sequence[OfficeThen]] = field(default_factory=dict)
    answered: Mapping[int, Sequence[Answered]] = field(default_factory=dict)
    threads: Mapping[int, Thread] = field(default_factory=dict)

    def office(self, person_id: int | None, on: date, offices: Sequence[Office]) -> OfficeThen | None:
        """In which of these offices somebody acted on a day; none where it is not known."""
        held = [one for one in self.offices.get(person_id or 0, ()) if one.held_on(on)]
        return next((one for office in offices for one in held if one.office == office), None)


NOTHING = Beside()


def read(session: Session, sendings: Iterable[Sending]) -> Beside:
    """What stands beside these sendings: five statements at most, none where nothing was sent."""
    told = list(sendings)
    if not told:
        return NOTHING
    reopened = [one.id for sending in told for one in sending.decisions if one.outcome == "reopened"]
    asked: dict[int, list[Any]] = {}
    for row in corrections.of_revisions(session, [sending.revision.id for sending in told]):
        asked.setdefault(row.Correction.revision_id, []).append(row)
    return Beside(
        grounds=corrections.grounds_of(session, reopened),
        asked=asked,
        offices=agencies.offices_ever(session, _persons(told)),
        answered=answers.answers_of(session, [sending.revision.id for sending in told]),
        threads=questions.threads(session, list({sending.revision.report_id for sending in told})),
    )


def _persons(sendings: Iterable[Sending]) -> set[int]:
    found: set[int | None] = set()
    for sending in sendings:
        found |= {sending.revision.entered_by_id, sending.revision.sent_for_id or sending.revision.sent_by_id}
        found |= {one.decided_for_id or one.decided_by_id for one in sending.decisions}
    return {one for one in found if one is not None}
