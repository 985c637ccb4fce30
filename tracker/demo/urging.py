"""The demo's letters of urging: of the bodies whose work is late one was sent its letter, of another one it is drafted;
and the programme asks for public apologies from today on. Each document is marked as a sample."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.demo.bodies import PPC_OFFICE
from tracker.demo.deeds import Readers
from tracker.programmes import queries as programmes
from tracker.settings import Settings
from tracker.urging import apologies, issuing, service
from tracker.urging.models import Letter
from tracker.urging.states import Move

URGED = ("SVHTTDL", "SXD25", "PVINHLOC", "SCT", "PCUALO")  # the worst of today's bodies, in this order
LATE_FILES = "T09"  # files that are settled in time
DECISION = "Quyết định (mẫu) về xin lỗi công khai"


@dataclass(frozen=True)
class Chancery:
    """Where letters are drafted and signed."""

    session: Session
    now: Moment
    readers: Readers
    settings: Settings

    def draft(self, body: str) -> Letter | None:
        """The monitor drafts the letter of a body; none where nothing is late there."""
        found = agencies.by_code(self.session, body)
        if found is None:
            raise RuntimeError(f"there is no body {body}")
        monitor = self.readers[(PPC_OFFICE, Office.MONITOR)]
        try:
            return service.draft(self.session, self.now, reader=monitor, agency_id=found.id)
        except DomainError:
            return None

    def send(self, letter: Letter) -> None:
        """It is reviewed, signed by the chair, and sent."""
        monitor, chair = (self.readers[(PPC_OFFICE, office)] for office in (Office.MONITOR, Office.CHAIR))
        self._press(service.submit, letter, monitor)
        head = issuing.Letterhead.of(self.settings, sample=True)
        given: dict[str, Any] = {"reader": chair, "move": Move.SIGN}
        made = issuing.compose(self.session, self.now, letter=letter, head=head, **given).made()
        kept: dict[str, Any] = {"made": made, "seen": None, "folder": self.settings.files_folder}
        self._press(issuing.issue, letter, chair, move=Move.SIGN, **kept)
        self._press(service.send, letter, monitor)

    def _press(self, verb: Any, letter: Letter, reader: Any, **given: Any) -> None:
        verb(self.session, self.now, reader=reader, letter_id=letter.id, version=letter.version, **given)


def enter(session: Session, now: Moment, readers: Readers, settings: Settings) -> None:
    """One letter sent, one drafted; apologies asked for in the current programme."""
    programme = programmes.current(session, now.on)
    if programme is None:
        raise RuntimeError("there is no current programme")
    chancery = Chancery(session, now, readers, settings)
    drafted = (letter for body in URGED if (letter := chancery.draft(body)) is not None)
    first = next(drafted, None)
    if first is not None:
        chancery.send(first)
        next(drafted, None)
    apologies.choose(
        session,
        now,
        actor_id=readers[(PPC_OFFICE, Office.ADMINISTRATOR)].person_id,
        programme=programme,
        from_on=now.on,
        targets=[LATE_FILES],
        days=apologies.USUAL_DAYS,
        reason=DECISION,
    )
