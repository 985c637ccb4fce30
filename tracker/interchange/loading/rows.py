"""What a package's records are as rows of the database. Pure: ids and tokens are added where the rows are written."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from tracker.core import clock
from tracker.interchange.judging.known import Record, day
from tracker.progress.states import ReportState

Row = dict[str, Any]


def agency(record: Record) -> Row:
    """A body, without its successors."""
    return {
        "code": record["code"],
        **_classified(record["classifications"][0]),
        "name": dict(record["name"]),
        "exists_from": _day(record, "exists_from"),
        "exists_to": _day(record, "exists_to"),
        "appraised_by_id": None,
    }


def classifications(record: Record) -> list[Row]:
    """What a body is and was, from day to day."""
    return [{"from_on": _day(one, "from"), **_classified(one)} for one in record["classifications"]]


def programme(record: Record, calendar_id: int) -> Row:
    """A programme, without its policy and periods."""
    return {
        "code": record["code"],
        "title": dict(record["title"]),
        "starts_on": day(record["starts_on"]),
        "ends_on": day(record["ends_on"]),
        "calendar_id": calendar_id,
    }


def period(record: Record) -> Row:
    """One entry of the reporting calendar."""
    days = {name: day(record[name]) for name in ("starts_on", "cut_off", "due_on")}
    return {"frequency": record["frequency"], "code": record["code"], **days}


def commitment(record: Record, programme_id: int, agency_id: int) -> Row:
    """A commitment, without its targets."""
    return {
        "number": record["number"],
        "programme_id": programme_id,
        "agency_id": agency_id,
        "signed_on": day(record["signed_on"]),
        "in_force_from": day(record["in_force_from"]),
        "signed_how": record.get("signed_how", "paper"),
    }


def target(record: Record) -> Row:
    """A target with its end, without whose it is and what was granted on it."""
    ended = record.get("ended")
    return {
        **{name: record[name] for name in ("code", "domain", "shape", "unit", "frequency")},
        "title": dict(record["title"]),
        "weight": Decimal(record["weight"]),
        "starts_on": day(record["starts_on"]),
        "due_on": day(record["due_on"]),
        **{name: _figure(record, name) for name in ("baseline", "goal", "low", "high")},
        "direction": record.get("direction"),
        "judged_by": record.get("judged_by"),
        "ratio": record.get("ratio", False),
        "cumulative": record.get("cumulative", False),
        "milestones": _milestones(record.get("milestones", ())),
        "ended_on": day(ended["on"]) if ended else None,
        "end_decided_on": day(ended["decided_on"]) if ended else None,
        "end_recorded_on": _recorded(ended, "decided_on") if ended else None,
        "end_reason": ended.get("reason") if ended else None,
        "added_on": _day(record, "added_on"),
    }


def extension(record: Record) -> Row:
    """A later deadline."""
    return {
        "granted_on": day(record["granted_on"]),
        "due_on": day(record["due_on"]),
        "recorded_on": _recorded(record, "granted_on"),
        "reason": record.get("reason"),
    }


def suspension(record: Record) -> Row:
    """Days of rest."""
    return {
        "from_on": day(record["from"]),
        "to_on": day(record["to"]),
        "decided_on": day(record["decided_on"]),
        "recorded_on": _recorded(record, "decided_on"),
        "reason": record.get("reason"),
    }


def amendment(record: Record) -> Row:
    """A change of terms; what is none stays."""
    return {
        "signed_on": day(record["signed_on"]),
        "from_on": day(record["from"]),
        "recorded_on": _recorded(record, "signed_on"),
        **{name: _figure(record, name) for name in ("goal", "baseline", "low", "high", "weight")},
        "milestones": _milestones(record["milestones"]) if "milestones" in record else None,
        "reason": record.get("reason"),
    }


def report(record: Record, owner: Row, period_id: int | None) -> Row:
    """A report of a target's owner with the state that its last revision is in, without its revisions."""
    last = record["revisions"][-1]
    decided = last.get("decisions")
    return {
        "programme_id": owner["programme_id"],
        "agency_id": owner["agency_id"],
        "period_id": period_id,
        "kind": record["kind"],
        "state": ReportState(decided[-1]["outcome"]) if decided else ReportState.SENT,
        "sent_on": day(last["submitted_on"]),
    }


def revision(record: Record) -> Row:
    """What was sent, without the decisions on it."""
    return {
        "seq": record["seq"],
        "submitted_on": day(record["submitted_on"]),
        "recorded_on": _recorded(record, "submitted_on"),
        "as_at": _day(record, "as_at"),
        **_figures(record),
        "not_applicable": record.get("not_applicable", False),
    }


def decision(record: Record, seq: int) -> Row:
    """A decision, the seq-th on its revision."""
    return {
        "seq": seq,
        "outcome": record["outcome"],
        "decided_on": day(record["decided_on"]),
        "recorded_on": _recorded(record, "decided_on"),
        **_figures(record),
        "reason": record.get("reason"),
    }


def reopening(record: Record) -> Row:
    """The named decision behind a reopening, without whose it is."""
    return {"ground": record["ground"], "number": record.get("number"), "dated_on": _day(record, "dated_on")}


def correction(record: Record) -> Row:
    """What a head asked about an accepted revision; nobody here asked it."""
    at = datetime.fromisoformat(record["asked_at"])
    nobody = {"asked_by_id": None, "asked_for_id": None}
    return {"reason": record["reason"], "asked_at": at, "asked_on": clock.day_of(at), **nobody}


def correction_end(record: Record) -> Row:
    """What came of it."""
    at = datetime.fromisoformat(record["ended_at"])
    nobody = {"ended_by_id": None, "ended_for_id": None}
    told = {"outcome": record["outcome"], "reason": record.get("answer")}
    return {**told, "ended_at": at, "ended_on": clock.day_of(at), **nobody}


def _classified(record: Record) -> Row:
    return {"kind": record["kind"], "peer_group": record.get("peer_group")}


def _figures(record: Record) -> Row:
    return {name: _figure(record, name) for name in ("value", "numerator", "denominator")}


def _figure(record: Record, key: str) -> Decimal | None:
    return Decimal(record[key]) if key in record else None


def _day(record: Record, key: str) -> Any:
    return day(record[key]) if record.get(key) else None


def _recorded(record: Record, own_day: str) -> Any:
    return day(record.get("recorded_on", record[own_day]))


def _milestones(records: Any) -> list[dict[str, str]]:
    return sorted(({"on": stone["on"], "value": stone["value"]} for stone in records), key=lambda stone: stone["on"])
