"""Who signs a document for the People's Committee, and by which authority: its chair in its name (TM.), a vice chair in
the chair's place (KT.), or whoever was given authority on paper (TUQ.). Chosen when it is made, and told in it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import LABELS, Office
from tracker.core.languages import capital, in_language

LONGEST_NAME = 80  # that a document tells
_TITLES = {Office.CHAIR: "Chủ tịch", Office.VICE_CHAIR: "Phó Chủ tịch"}


@dataclass(frozen=True, slots=True)
class Signatory:
    """One person who can sign, as the document tells it."""

    person_id: int
    name: str
    authority: str
    title: str
    holder: str | None = None  # the title of whoever gave the authority

    @property
    def key(self) -> str:
        """How a form names it."""
        return str(self.person_id)

    @property
    def label(self) -> str:
        """How a form shows it."""
        place = f" {self.holder}" if self.holder else ""
        return f"{self.name} – {self.authority}{place} · {self.title}"

    def told(self) -> dict[str, Any]:
        """As a document says it."""
        found = {"side": "ppc", "authority": self.authority, "title": self.title}
        found |= {"for": self.holder} if self.holder not in (None, _TITLES[Office.CHAIR]) else {}
        return found | ({"name": self.name} if 0 < len(self.name) <= LONGEST_NAME else {})

    def kept(self) -> dict[str, Any]:
        """As the move keeps it, by which a document was made: who countersigns is held to it."""
        return {"person_id": self.person_id, "authority": self.authority, "title": self.title}


def of_person(session: Session, on: date, person_id: int | None) -> Signatory | None:
    """How a person can sign on a day (none: the first who can); none where nobody can, or not they."""
    able = choices(session, on)
    return next((one for one in able if person_id in (None, one.person_id)), None)


def choices(session: Session, on: date) -> list[Signatory]:
    """Everybody who can sign on a day, each once: the chair, the vice chairs, then whoever acts for one of them."""
    found: dict[int, Signatory] = {}
    for office in _TITLES:
        for one in agencies.holders(session, on, offices=(office,)):
            chair = office is Office.CHAIR
            given = ("TM.", _TITLES[office]) if chair else ("KT.", _TITLES[office], _TITLES[Office.CHAIR])
            found.setdefault(one.person_id, Signatory(one.person_id, one.name, *given))
    acting = [one for one in agencies.stand_ins(session, on, offices=tuple(_TITLES)) if one.person_id not in found]
    held = agencies.held_by_each(session, [one.person_id for one in acting], on) if acting else {}
    with in_language("vi"):
        for one in acting:
            own = next((office.office for office in held[one.person_id] if office.for_id is None), None)
            title = capital(str(LABELS[own])) if own else "Người được ủy quyền"
            found.setdefault(one.person_id, Signatory(one.person_id, one.name, "TUQ.", title, _TITLES[one.office]))
    return list(found.values())
