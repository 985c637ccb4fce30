"""Refusals of dossiers: moves that the table of `commitments.states` does not know, terms that `commitments.terms` does
not allow, and what neither the file nor the installation has. Pure."""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.agencies.offices import Office
from tracker.commitments.dossiers import FIRST
from tracker.commitments.life import retold
from tracker.commitments.life.life_words import STATES
from tracker.commitments.life.retold import Retold, Wrong
from tracker.commitments.life.states import OVER, TABLE, Move, Side, State
from tracker.commitments.terms import limits, terms
from tracker.commitments.terms.limits import Periods
from tracker.core.languages import Text, _, _l
from tracker.interchange.judging.faults import Code, Fault, Remark
from tracker.interchange.judging.known import Known, Programme, Record, Signed
from tracker.permissions import policy
from tracker.signing.documents import canonical

COMPLETE = frozenset(
    {
        *(State.AGREED, State.FROZEN, State.SIGNED, State.COUNTERSIGNED),
        *(State.IN_FORCE, State.ASSESSED, State.HEARD, State.CLOSED),
    }
)  # nothing of the terms is open
TO_COME = frozenset({State.FROZEN, State.SIGNED, State.COUNTERSIGNED})  # a reporting calendar is held against them
_OF_FIRST = frozenset({Move.TAKE_IN, Move.ASSESS, Move.STATE, Move.LAPSE})  # an amendment ends with its commitment
_OF_AMENDMENT = frozenset({Move.ASK})
_UNREADABLE = _l("This cannot be read as this term.")
_CODES = {
    Wrong.UNSETTLED: Code.UNSETTLED,
    Wrong.NO_PROPOSAL: Code.NO_PROPOSAL,
    Wrong.OWN_PROPOSAL: Code.OWN_PROPOSAL,
    Wrong.BACKWARDS: Code.DAY_BACKWARDS,
    Wrong.OTHER_CONTENT: Code.OTHER_CONTENT,
    Wrong.FOREIGN: Code.KEY_NOT_HERE,
}


@dataclass
class Lives:
    """The dossiers of a file that were met so far, and what they are held against."""

    known: Known
    signed: Callable[[str], Signed | None]  # of the file, or of those that stand here
    versions: Mapping[str, int] = field(default_factory=dict)  # of templates, the last one's number by code
    doubted: Container[str] = frozenset()  # numbers of commitments of the file that are at fault themselves
    first: set[tuple[str, str]] = field(default_factory=set)
    amended: set[str] = field(default_factory=set)
    frozen: set[str] = field(default_factory=set)

    def faults(self, record: Record, pointer: str, programme: Programme | None) -> Iterator[Fault]:
        """Everything that is wrong with a dossier whose programme and body are known."""
        told, wrong = retold.retell(record["moves"])
        yield from (_move_fault(one, f"{pointer}/moves") for one in wrong)
        yield from self._targets(record, pointer, told, programme)
        yield from _moves(record, f"{pointer}/moves")
        if not wrong:
            yield from self._whose(record, pointer, told)

    def unknown(self, record: Record, pointer: str) -> Iterator[Remark]:
        """The targets of earlier programmes that it continues, and that nobody here knows: loaded without them."""
        for index, one in enumerate(record["targets"]):
            if "follows" in one:
                signed = self.signed(one["follows"]["commitment"])
                if signed is None or one["follows"]["target"] not in signed.targets:
                    yield Remark(f"{pointer}/targets/{index}/follows", _l("The target that it continues is not here."))

    def _whose(self, record: Record, pointer: str, told: Retold) -> Iterator[Fault]:
        """One commitment of a body in a programme, one amendment under way; a number of its own; and the commitment
        that it became, or that it changes."""
        amends = record.get("amends")
        yield from self._alone(record, pointer, told)
        became = amends is None and told.in_force_from is not None
        if told.number is not None and told.state not in OVER and not became:
            taken = told.number in self.frozen or told.number in self.known.frozen
            if taken or self.signed(told.number) is not None:
                yield Fault(f"{pointer}/moves", Code.CODE_TWICE, {"value": told.number})
            self.frozen.add(told.number)
        if amends is not None:
            yield from self._of(record, f"{pointer}/amends", amends, pointer, told.in_force_from is not None)
        elif became and told.number is not None:
            days = (str(told.countersigned_on or told.signed_on), str(told.in_force_from))
            yield from self._of(record, f"{pointer}/moves", told.number, pointer, True, days)

    def _alone(self, record: Record, pointer: str, told: Retold) -> Iterator[Fault]:
        amends, key = record.get("amends"), (record["programme"], record["agency"])
        if amends is None and told.state not in OVER:
            if key in self.first or key in self.known.dossiers:
                yield Fault(f"{pointer}/agency", Code.ONE_DOSSIER)
            self.first.add(key)
        elif amends is not None and told.state not in {*OVER, State.IN_FORCE, State.CLOSED}:
            if amends in self.amended or amends in self.known.amended:
                yield Fault(f"{pointer}/amends", Code.ONE_AMENDMENT)
            self.amended.add(amends)

    def _of(
        self,
        record: Record,
        place: str,
        number: str,
        pointer: str,
        entered: bool,
        days: tuple[str, str] | None = None,
    ) -> Iterator[Fault]:
        """Of a commitment that there is: of the same body and programme, of these days, with these targets; with those
        that an amendment adds, once it came into force (`entered`)."""
        signed = self.signed(number)
        if number in self.doubted:
            return
        if signed is None:
            yield Fault(place, Code.UNKNOWN_COMMITMENT, {"value": number})
            return
        whose = (signed.programme, signed.agency) == (record["programme"], record["agency"])
        if not whose or days not in (None, (signed.signed_on, signed.in_force_from)):
            yield Fault(place, Code.OTHER_COMMITMENT, {"value": number})
        for index, one in enumerate(record["targets"]):
            code = one["terms"]["code"]
            if stands(one, entered) and code not in signed.targets:
                yield Fault(f"{pointer}/targets/{index}/terms/code", Code.UNKNOWN_TARGET, {"value": code})

    def _targets(self, record: Record, pointer: str, told: Retold, programme: Programme | None) -> Iterator[Fault]:
        asked = programme.at_frequency if programme is not None and programme.periods is not None else None
        periods = asked if told.state in TO_COME else None
        seen: set[str] = set()
        for index, one in enumerate(record["targets"]):
            place, code = f"{pointer}/targets/{index}", one["terms"]["code"]
            if code in seen:
                yield Fault(f"{place}/terms/code", Code.CODE_TWICE, {"value": code})
            seen.add(code)
            complete = told.state in COMPLETE and not one.get("dropped")
            yield from _terms(one["terms"], f"{place}/terms", periods, complete)
            if "base" in one and "amends" not in record:
                yield Fault(f"{place}/base", Code.KEY_NOT_HERE)
            elif "base" in one:
                changed = terms.unamendable(terms.stored(one["base"]), terms.stored(one["terms"]))
                yield from (Fault(f"{place}/terms/{term}", Code.UNAMENDABLE) for term in changed)
            pinned = one.get("template", {})
            if "version" in pinned and pinned["version"] > self.versions.get(pinned["code"], 0):
                values = {"version": pinned["version"], "value": pinned["code"]}
                yield Fault(f"{place}/template", Code.UNKNOWN_TEMPLATE, values)


def stands(target: Record, entered: bool) -> bool:
    """Whether a drafted target is one of its commitment: it was when it was drafted, or became one."""
    return "base" in target or (entered and not target.get("dropped"))


def _terms(record: Record, pointer: str, periods: Periods | None, complete: bool) -> Iterator[Fault]:
    """What is wrong with drafted terms, as far as they are filled in."""
    foreign = list(limits.foreign(record))
    yield from (Fault(f"{pointer}/{term}", Code.KEY_NOT_HERE) for term in foreign)
    missing = [term for term in limits.missing(record) if complete or term == "shape"]
    yield from (Fault(pointer, Code.KEY_MISSING, {"key": term}) for term in missing)
    if not foreign and not missing:
        for fault in terms.judged(record, periods):
            yield Fault(pointer + fault.pointer, Code(fault.code), fault.values)


def _moves(record: Record, pointer: str) -> Iterator[Fault]:
    """What was said and proposed: of a target and a term that there are, by an office that may."""
    codes = {one["terms"]["code"] for one in record["targets"]}
    for index, move in enumerate(record["moves"]):
        place = f"{pointer}/{index}"
        yield from _of_other_kind(move, f"{place}/move", "amends" in record)
        if "office" in move and move["office"] not in offices(move):
            yield Fault(f"{place}/office", Code.OFFICE_OF_MOVE)
        for key in ("comment", "proposal"):
            code = move.get(key, {}).get("target")
            if code is not None and code not in codes:
                yield Fault(f"{place}/{key}/target", Code.UNKNOWN_TARGET, {"value": code})
        yield from _assessed(move.get("detail", {}), f"{place}/detail/content")
        said = move.get("comment", {})
        if "term" in said:
            if "target" not in said:
                yield Fault(f"{place}/comment", Code.KEY_MISSING, {"key": "target"})
            yield from _value(said["term"], said.get("value"), f"{place}/comment/value")
        for number, change in enumerate(move.get("proposal", {}).get("changes", ())):
            yield from _difference(change, f"{place}/proposal/changes/{number}")
        for first, target in enumerate(move.get("detail", {}).get("targets", ())):
            for number, change in enumerate(target["changes"]):
                yield from _difference(change, f"{place}/detail/targets/{first}/changes/{number}")


def _assessed(detail: Record, pointer: str) -> Iterator[Fault]:
    """What the head was shown, held to what a document tells of an assessment: it becomes one."""
    if "content" in detail:
        try:
            canonical.check_assessed(detail["content"])
        except canonical.DocumentFault as fault:
            yield Fault(pointer, Code.NO_ASSESSMENT, {"fault": str(fault)})


def _of_other_kind(move: Record, pointer: str, amends: bool) -> Iterator[Fault]:
    """A commitment is drafted and closed by the PPC, with its assessment; an amendment can be asked for, and is closed
    by the product, with its commitment."""
    alone = move["move"] in _OF_AMENDMENT or (move["move"] == Move.CLOSE and move["side"] != Side.PPC)
    if move["move"] in _OF_FIRST if amends else alone:
        yield Fault(pointer, Code.KEY_NOT_HERE)


def _difference(change: Record, pointer: str) -> Iterator[Fault]:
    term = change["term"]
    if term != terms.WHOLE and term not in terms.NAMES:
        yield _not_it(f"{pointer}/term", terms.NO_TERM)
        return
    for key in ("from", "to"):
        value = change.get(key)
        if term != terms.WHOLE:
            yield from _value(term, value, f"{pointer}/{key}")
        elif isinstance(value, dict):
            for name, one in value.items():
                yield from _value(name, one, f"{pointer}/{key}/{name}")
        elif value is not None:
            yield _not_it(f"{pointer}/{key}", _UNREADABLE)


def _value(term: str, value: Any, pointer: str) -> Iterator[Fault]:
    """A value that its term cannot have, or not as a package writes it."""
    try:
        read = terms.values_of({term: value}) if value is not None or term not in terms.NAMES else {}
    except terms.BadTerms as error:
        yield _not_it(pointer, next(iter(error.faults.values())))
        return
    except (AttributeError, TypeError):  # a number for a list, a text for an object
        yield _not_it(pointer, _UNREADABLE)
        return
    if read and value not in (False, []) and terms.Terms(**{"code": "x", **read}).record().get(term) != value:
        yield _not_it(pointer, _UNREADABLE)


def _not_it(pointer: str, sentence: Text) -> Fault:
    return Fault(pointer, Code.TERM_VALUE, {"sentence": sentence})


def _move_fault(one: retold.Fault, pointer: str) -> Fault:
    place = f"{pointer}/{one.place}"
    if one.wrong is Wrong.MISSING:
        where, _slash, key = one.key.rpartition("/")
        return Fault(f"{place}/{where}" if where else place, Code.KEY_MISSING, {"key": key})
    if one.wrong is Wrong.NOT_NOW:
        stood = STATES[one.state] if one.state is not None else _("not begun")
        return Fault(f"{place}/move", Code.MOVE_NOT_NOW, {"state": stood})
    return Fault(f"{place}/{one.key}", _CODES[one.wrong])


def offices(move: Record) -> tuple[Office, ...]:
    """The offices that can make a move for its side, in their order."""
    on_paper = move["move"] != Move.TAKE_IN and move.get("detail", {}).get("signed_how") == "paper"
    actions = {
        way.action
        for line in TABLE
        if line.move is Move(move["move"])
        for way in line.ways
        if way.side is Side(move["side"]) and way.action is not None and way.on_paper == on_paper
    }
    able = {office for action in actions for grant in policy.entry(action).grants for office in grant.offices}
    return tuple(office for office in Office if office in able)


def kind(record: Record) -> str:
    """The kind of a dossier, as its row holds it."""
    return FIRST if "amends" not in record else "amendment"
