"""Reads the targets of a commitment package into the rule's facts, for tests of the rule alone: no checks."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import (
    Amendment,
    Decision,
    Direction,
    End,
    Extension,
    Facts,
    JudgedBy,
    Milestone,
    Outcome,
    Period,
    Policy,
    PolicyVersion,
    Report,
    ReportKind,
    Revision,
    Shape,
    Suspension,
    Terms,
)

Json = dict[str, Any]


def facts_of_package(package: Json) -> Iterator[tuple[str, str, Facts]]:
    """Commitment number, target code and the whole record of each target of the package."""
    calendar = WorkingCalendar(_days(package["calendar"]["off_days"]), _days(package["calendar"]["working_days"]))
    programmes = {programme["code"]: programme for programme in package["programmes"]}
    for commitment in package["commitments"]:
        for target in commitment["targets"]:
            programme = programmes[commitment["programme"]]
            yield commitment["number"], target["code"], facts_of_target(target, commitment, programme, calendar)


def facts_of_target(target: Json, commitment: Json, programme: Json, calendar: WorkingCalendar) -> Facts:
    """One target's whole record."""
    direction, ended = target.get("direction"), target.get("ended")
    return Facts(
        shape=Shape(target["shape"]),
        direction=Direction(direction) if direction else None,
        judged_by=JudgedBy(target.get("judged_by", "every_period")),
        cumulative=target.get("cumulative", False),
        ratio=target.get("ratio", False),
        starts_on=_day(target["starts_on"]),
        due_on=_day(target["due_on"]),
        in_force_from=_day(commitment["in_force_from"]),
        periods=tuple(_period(p) for p in programme["periods"] if p["frequency"] == target["frequency"]),
        calendar=calendar,
        policies=(PolicyVersion(None, policy(programme.get("policy", {}))),),
        terms=Terms(
            goal=_figure(target, "goal"),
            baseline=_figure(target, "baseline"),
            low=_figure(target, "low"),
            high=_figure(target, "high"),
            milestones=_milestones(target.get("milestones", ())),
            weight=Decimal(target["weight"]),
        ),
        amendments=tuple(_amendment(a, seq) for seq, a in enumerate(target.get("amendments", ()), start=1)),
        extensions=tuple(
            Extension(_day(x["granted_on"]), _day(x["due_on"]), _recorded(x, "granted_on"))
            for x in target.get("extensions", ())
        ),
        suspensions=tuple(
            Suspension(_day(s["from"]), _day(s["to"]), _day(s["decided_on"]), _recorded(s, "decided_on"))
            for s in target.get("suspensions", ())
        ),
        end=End(_day(ended["on"]), _day(ended["decided_on"]), _recorded(ended, "decided_on")) if ended else None,
        reports=tuple(_report(r) for r in target.get("reports", ())),
    )


def policy(given: Json) -> Policy:
    """The defaults, with what the programme sets."""
    named: Json = {
        key: value if isinstance(value, int) else Decimal(value) for key, value in given.items() if key != "bands"
    }
    if "bands" in given:
        named["bands"] = tuple(Decimal(edge) for edge in given["bands"])
    return Policy(**named)


def _report(report: Json) -> Report:
    return Report(
        report.get("period"), ReportKind(report["kind"]), tuple(_revision(revision) for revision in report["revisions"])
    )


def _revision(revision: Json) -> Revision:
    return Revision(
        seq=revision["seq"],
        submitted_on=_day(revision["submitted_on"]),
        recorded_on=_recorded(revision, "submitted_on"),
        value=_figure(revision, "value"),
        numerator=_figure(revision, "numerator"),
        denominator=_figure(revision, "denominator"),
        not_applicable=revision.get("not_applicable", False),
        as_at=date.fromisoformat(revision["as_at"]) if "as_at" in revision else None,
        decisions=tuple(
            Decision(
                outcome=Outcome(d["outcome"]),
                decided_on=_day(d["decided_on"]),
                recorded_on=_recorded(d, "decided_on"),
                value=_figure(d, "value"),
                numerator=_figure(d, "numerator"),
                denominator=_figure(d, "denominator"),
                seq=seq,
            )
            for seq, d in enumerate(revision.get("decisions", ()), start=1)
        ),
    )


def _amendment(amendment: Json, seq: int) -> Amendment:
    return Amendment(
        signed_on=_day(amendment["signed_on"]),
        from_on=_day(amendment["from"]),
        recorded_on=_recorded(amendment, "signed_on"),
        goal=_figure(amendment, "goal"),
        baseline=_figure(amendment, "baseline"),
        low=_figure(amendment, "low"),
        high=_figure(amendment, "high"),
        milestones=_milestones(amendment["milestones"]) if "milestones" in amendment else None,
        weight=_figure(amendment, "weight"),
        seq=seq,
    )


def _period(period: Json) -> Period:
    return Period(period["code"], _day(period["starts_on"]), _day(period["cut_off"]), _day(period["due_on"]))


def _milestones(given: Any) -> tuple[Milestone, ...]:
    return tuple(Milestone(_day(m["on"]), Decimal(m["value"])) for m in given)


def _recorded(record: Json, own_day: str) -> date:
    return _day(record["recorded_on"] if "recorded_on" in record else record[own_day])


def _figure(record: Json, key: str) -> Decimal | None:
    return Decimal(record[key]) if key in record else None


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _days(texts: list[str]) -> list[date]:
    return [_day(text) for text in texts]
