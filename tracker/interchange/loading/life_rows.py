"""What the records of format 3 are as rows of the database, beside those in `rows`. Pure; nobody here did any of it, so
no row names a person."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker.commitments.life import retold
from tracker.commitments.life.document import agreed_terms
from tracker.commitments.life.states import Move
from tracker.core import clock
from tracker.interchange.judging import dossier_checks
from tracker.interchange.judging.known import DAYS, Record, day
from tracker.programmes import reporting, ways
from tracker.programmes.reporting import Days
from tracker.progress.states import RequestState

Row = dict[str, Any]
OUTCOMES = {Move.ACCEPT: "accepted", Move.REFUSE: "refused", Move.TAKE_BACK: "taken_back"}


def change(record: Record) -> Row:
    """Other days of a period."""
    return {
        **{name: day(record[name]) for name in DAYS},
        "reason": record["reason"],
        "set_by_id": None,
        "set_at": _moment(record, "set_at"),
    }


def signing(record: Record) -> Row:
    """The ways of signing of a programme, from a day on."""
    return {
        "from_on": day(record["from"]) if "from" in record else None,
        "ways": list(ways.in_order(record["ways"])),
        "key_to_send": record.get("key_to_send") or None,
        "reason": record.get("reason"),
        "set_by_id": None,
        "set_at": _moment(record, "set_at"),
    }


def template(record: Record) -> Row:
    """A template, without its versions."""
    return {"code": record["code"], "retired_at": _moment(record, "retired_at"), "retired_by_id": None}


def template_version(record: Record) -> Row:
    """What a template said from a moment on."""
    plain = ("version", "domain", "title", "shape", "unit", "frequency")
    maybe = ("direction", "judged_by", "due", "evidence", "why", "source")
    return {
        **{name: record[name] for name in plain},
        **{name: record.get(name) for name in maybe},
        **{name: _figure(record, name) for name in ("baseline", "goal", "low", "high", "weight")},
        "ratio": record.get("ratio", False),
        "cumulative": record.get("cumulative", False),
        "milestones": record.get("milestones", []),
        "set_by_id": None,
        "set_at": _moment(record, "set_at"),
    }


def plan(record: Record, agencies: Mapping[str, int], programmes: Mapping[str, int]) -> Row:
    """A programme as it is prepared, or was approved; without its calendar."""
    file = record.get("basis_file", {})
    people = ("prepared_by_id", "handed_by_id", "approved_by_id", "approved_for_id")
    return {
        **{name: record[name] for name in ("code", "title", "year", "version")},
        **{name: record.get(name) for name in ("slogan", "basis_number", "basis_issuer")},
        **{name: _day(record, name) for name in ("starts_on", "ends_on", "unsigned_until", "basis_on")},
        **{name: _moment(record, name) for name in ("prepared_at", "handed_at", "approved_at")},
        **{f"basis_{name}": file.get(name) for name in ("name", "size", "sha256")},
        **dict.fromkeys(people),
        "basis": record.get("basis", []),
        "responsible_id": agencies[record["responsible"]] if "responsible" in record else None,
        "agencies": sorted(agencies[code] for code in record["agencies"]),
        "periods": [one.stored() for one in reporting.in_order(map(Days.read, record["periods"]))],
        "based_on_id": programmes.get(record.get("based_on", "")),
        "programme_id": programmes[record["code"]] if "approved_at" in record else None,
    }


def number(record: Record) -> Row:
    """A number of the register."""
    return {
        **{name: record[name] for name in ("symbol", "year", "number")},
        "drawn_at": _moment(record, "drawn_at"),
        "drawn_by_id": None,
        "cancelled_at": _moment(record, "cancelled_at"),
        "cancelled_by_id": None,
        "cancel_reason": record.get("cancel_reason"),
    }


def request(record: Record) -> Row:
    """What was asked of one target."""
    asked_at, answer = datetime.fromisoformat(record["asked_at"]), record.get("answer")
    state = RequestState.WAITING
    if answer is not None:
        state = RequestState.GRANTED if answer["granted"] else RequestState.REFUSED
    elif "withdrawn_at" in record:
        state = RequestState.WITHDRAWN
    return {
        "kind": record["kind"],
        "state": state,
        "version": 1,
        "typed": None,
        "due_on": _day(record, "due_on"),
        "from_on": _day(record, "from"),
        "to_on": _day(record, "to"),
        "reason": record["reason"],
        "written_by_id": None,
        "written_at": asked_at,
        "asked_by_id": None,
        "asked_for_id": None,
        "asked_at": asked_at,
        "asked_on": clock.day_of(asked_at),
        "withdrawn_by_id": None,
        "withdrawn_at": _moment(record, "withdrawn_at"),
    }


def ruling(record: Record, kind: str, request_id: int | None) -> Row:
    """What was decided on one target; without the extension or suspension that it made."""
    decided_at = datetime.fromisoformat(record["decided_at"])
    return {
        "request_id": request_id,
        "kind": kind,
        "granted": record.get("granted", True),
        "decided_on": clock.day_of(decided_at),
        "decided_by_id": None,
        "decided_for_id": None,
        "decided_at": decided_at,
        "reason": record["reason"],
    }


def dossier(record: Record) -> Row:
    """A dossier, as its moves leave it; without whose it is, and its commitment."""
    told, _faults = retold.retell(record["moves"])
    terms = [(one["terms"], one.get("base"), one.get("dropped", False)) for one in record["targets"]]
    return {
        **told.columns(),
        "kind": dossier_checks.kind(record),
        "expires_on": _day(record, "expires_on"),
        "terms_sha256": agreed_terms(terms) if told.document_on is not None else None,
    }


def closed_on(record: Record) -> date | None:
    """The day on which a commitment was closed, by its dossier; none of an amendment, which goes with it."""
    return None if "amends" in record else retold.retell(record["moves"])[0].closed_on


def draft(record: Record) -> Row:
    """A drafted target; without its dossier, and what it names."""
    return {
        "code": record["terms"]["code"],
        "terms": record["terms"],
        "base": record.get("base"),
        "taken_over_from": record.get("taken_over_from"),
        "template_code": record.get("template", {}).get("code"),
        "version": record.get("version", 1),
        "dropped": record.get("dropped", False),
    }


def moves(record: Record) -> Iterable[Row]:
    """The moves of a dossier in order; without their dossier, and the rows of what was said and proposed by them."""
    was = None
    told = retold.Retold()
    for place, one in enumerate(record["moves"]):
        for _fault in told.take(place, one):
            raise ValueError("a dossier that was judged is retold")
        at = datetime.fromisoformat(one["at"])
        detail = {**one.get("detail", {}), **({"office": one["office"]} if "office" in one else {})}
        if "targets" in detail:
            detail["targets"] = [{**row, "changes": _changes(row["changes"])} for row in detail["targets"]]
        yield {
            "seq": place + 1,
            "move": one["move"],
            "state_before": was,
            "state_after": str(told.state),
            "side": one["side"],
            "person_id": None,
            "for_person_id": None,
            "at": at,
            "day": clock.day_of(at),
            "reason": one.get("reason"),
            "detail": detail or None,
        }
        was = str(told.state)


def comment(move: Record) -> Row:
    """What was said by a move; without its dossier and target."""
    said = move["comment"]
    term = said.get("term")
    return {**_by(move), "term": term, "value": {term: said.get("value")} if term else None, "text": said["text"]}


def proposal(move: Record, answered: Record | None) -> Row:
    """What was proposed by a move, and how another one answered it; without its dossier and target."""
    told = move["proposal"]
    answer: Record = answered or {}
    return {
        **_by(move),
        "changes": _changes(told["changes"]),
        "reason": told.get("reason"),
        "outcome": OUTCOMES[Move(answer["move"])] if answer else None,
        "answered_by_id": None,
        "answered_for_id": None,
        "answered_at": _moment(answer, "at"),
        "answer_reason": answer.get("reason"),
    }


def _changes(records: Iterable[Record]) -> list[Row]:
    """Terms before and after: none where they were, or are, open."""
    return [{"term": one["term"], "from": one.get("from"), "to": one.get("to")} for one in records]


def _by(move: Record) -> Row:
    return {"side": move["side"], "person_id": None, "for_person_id": None, "at": _moment(move, "at")}


def _moment(record: Record, key: str) -> datetime | None:
    return datetime.fromisoformat(record[key]) if key in record else None


def _day(record: Record, key: str) -> Any:
    return day(record[key]) if key in record else None


def _figure(record: Record, key: str) -> Decimal | None:
    return Decimal(record[key]) if key in record else None
