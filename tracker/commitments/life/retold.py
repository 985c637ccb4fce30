"""A dossier retold from its moves, as a package brings them: where they lead by the table of `states`, or which of them
cannot have been. Pure.

What a dossier's own row says follows from its moves, so a package tells the moves alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from tracker.commitments.life.document import digest
from tracker.commitments.life.states import Move, Side, State, after, transition, unsettled
from tracker.core.clock import day_of

# What a move tells beside, without which its dossier would not know what it was.
NEEDED: Mapping[Move, tuple[str, ...]] = {
    Move.FREEZE: ("number", "day", "sha256"),
    Move.SIGN: ("day", "signed_how"),
    Move.COUNTERSIGN: ("day",),
    Move.COME_INTO_FORCE: ("from_on",),
    Move.TAKE_IN: ("number", "day", "signed_how", "from_on"),
    Move.ASSESS: ("until", "sha256", "content"),
}
_DATED = frozenset({Move.FREEZE, Move.SIGN, Move.COUNTERSIGN, Move.COME_INTO_FORCE})  # none before what it follows
# What may only stand in these moves, and must.
OWN: Mapping[str, frozenset[Move]] = {
    "comment": frozenset({Move.COMMENT}),
    "proposal": frozenset({Move.PROPOSE}),
    "answers": frozenset({Move.ACCEPT, Move.REFUSE, Move.TAKE_BACK}),
}


class Wrong(StrEnum):
    """Why a move cannot have been made."""

    NOT_NOW = "not_now"
    MISSING = "missing"  # what stands beside it
    FOREIGN = "foreign"
    UNSETTLED = "unsettled"
    NO_PROPOSAL = "no_proposal"
    OWN_PROPOSAL = "own_proposal"
    BACKWARDS = "backwards"
    OTHER_CONTENT = "other_content"


class Fault(NamedTuple):
    """One of them, of the move at this place; `key`: where in it; `state`: where the dossier stood."""

    place: int
    key: str
    wrong: Wrong
    state: State | None


@dataclass
class Retold:
    """What became of a dossier; `open`: the sides whose proposals wait for an answer, by the places (from 1) of these
    moves."""

    state: State | None = None
    state_since: datetime | None = None
    version: int = 0
    number: str | None = None
    document_on: date | None = None
    document_sha256: str | None = None
    document_version: int = 0
    signed_how: str | None = None
    signed_on: date | None = None
    countersigned_on: date | None = None
    countersign_until: date | None = None
    in_force_from: date | None = None
    statement_until: date | None = None
    closed_on: date | None = None
    open: dict[int, Side] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        """As its row holds it."""
        found = asdict(self)
        del found["open"], found["closed_on"]
        return {**found, "state": str(self.state)}

    def take(self, place: int, record: Mapping[str, Any]) -> Iterator[Fault]:
        """Make the next move; what is told instead where it cannot be."""
        move, side, was = Move(record["move"]), Side(record["side"]), self.state
        line = transition(move, was, side)
        if line is None:
            yield Fault(place, "move", Wrong.NOT_NOW, was)
            return
        found = [Fault(place, *one, was) for one in self._wrong(move, side, record)]
        if line.reason and "reason" not in record:
            found.append(Fault(place, "reason", Wrong.MISSING, was))
        if unsettled(line, side, self.open.values()):
            found.append(Fault(place, "move", Wrong.UNSETTLED, was))
        yield from found
        if found:
            return
        self.state, self.version = after(line, was), place + 1
        if self.state is not was:
            self.state_since = datetime.fromisoformat(record["at"])
        self._tell(move, side, record)

    def _wrong(self, move: Move, side: Side, record: Mapping[str, Any]) -> Iterator[tuple[str, Wrong]]:
        for key, moves in OWN.items():
            if (key in record) != (move in moves):
                yield key, Wrong.FOREIGN if key in record else Wrong.MISSING
        detail = record.get("detail", {})
        missing = [name for name in NEEDED.get(move, ()) if name not in detail]
        yield from ((f"detail/{name}", Wrong.MISSING) for name in missing)
        if "answers" in record and move in OWN["answers"]:
            proposed = self.open.get(record["answers"])
            if proposed is None:
                yield "answers", Wrong.NO_PROPOSAL
            elif (proposed is side) != (move is Move.TAKE_BACK):
                yield "answers", Wrong.OWN_PROPOSAL
        before = {Move.SIGN: self.document_on, Move.COUNTERSIGN: self.signed_on}.get(move, self.countersigned_on)
        name = "from_on" if move is Move.COME_INTO_FORCE else "day"
        if move is Move.ASSESS and not missing and detail["sha256"] != digest(detail["content"]):
            yield "detail/sha256", Wrong.OTHER_CONTENT
        if not missing and move in _DATED and before is not None and _day(detail, name) < before:
            yield f"detail/{name}", Wrong.BACKWARDS

    def _tell(self, move: Move, side: Side, record: Mapping[str, Any]) -> None:
        detail = record.get("detail", {})
        if move is Move.PROPOSE:
            self.open[self.version] = side
        elif move in OWN["answers"]:
            del self.open[record["answers"]]
        elif move is Move.FREEZE:
            self.number, self.document_sha256 = detail["number"], detail["sha256"]
            self.document_on, self.document_version = _day(detail, "day"), self.document_version + 1
        elif move is Move.REOPEN:
            self.number = self.document_on = self.document_sha256 = self.countersign_until = None
        elif move is Move.SIGN:
            self.signed_on, self.signed_how = _day(detail, "day"), detail["signed_how"]
        elif move is Move.SET_DAYS:
            self.countersign_until = _day(detail, "countersign_until") if "countersign_until" in detail else None
        elif move is Move.COUNTERSIGN:
            self.countersigned_on = _day(detail, "day")
        elif move is Move.COME_INTO_FORCE:
            self.in_force_from = _day(detail, "from_on")
        else:
            self._end(move, detail, record["at"])

    def _end(self, move: Move, detail: Mapping[str, Any], at: str) -> None:
        if move is Move.TAKE_IN:
            self.number, self.signed_how = detail["number"], detail["signed_how"]
            self.signed_on, self.in_force_from = _day(detail, "day"), _day(detail, "from_on")
        elif move is Move.ASSESS:
            self.statement_until = _day(detail, "until")
        elif move is Move.CLOSE:
            self.closed_on = day_of(datetime.fromisoformat(at))


def retell(moves: Iterable[Mapping[str, Any]]) -> tuple[Retold, list[Fault]]:
    """What became of a dossier by these moves (as a package writes them), as far as they can have been made."""
    told = Retold()
    for place, record in enumerate(moves):
        faults = list(told.take(place, record))
        if faults:  # where others would only follow from it
            return told, faults
    return told, []


def _day(detail: Mapping[str, Any], name: str) -> date:
    return date.fromisoformat(detail[name])
