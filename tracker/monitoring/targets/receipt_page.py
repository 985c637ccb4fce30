"""What the page of a receipt tells besides the rule's own: who sent and accepted each figure, and what would be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.agencies.offices import LABELS
from tracker.agencies.queries import OfficeThen
from tracker.commitments.terms import words as target_words
from tracker.compliance.telling.explain import why
from tracker.compliance.telling.green import to_green
from tracker.compliance.telling.trying import one_more
from tracker.core.languages import (
    PUBLIC_LANGUAGES,
    Text,
    _,
    _l,
    current_language,
    format_day,
    format_score,
    in_language,
    text_by_language,
    within,
)
from tracker.core.numbers import DayError, parse_day
from tracker.monitoring.targets import receipt_words
from tracker.programmes.words import period_name, period_title
from tracker.progress import beside, rules
from tracker.progress.beside import Beside
from tracker.progress.limits import Limits
from tracker.progress.queries import Sending
from tracker.progress.rules import CONFIRMED, Entry, Question
from tracker.rule import Known, View, owed_periods
from tracker.rule.facts import Facts, Period, ReportKind, Shape
from tracker.rule.receipt import receipt

FIELDS = ("value", "numerator", "denominator")


def as_json(
    head: Any, facts: Facts, known: Known, on: date, sendings: Iterable[Sending], told: Beside
) -> dict[str, Any]:
    """The receipt with the names around it: the target, who sent and accepted, and both sentences in each language."""
    found = receipt(facts, known.day, on)
    unit, why_so = target_words.unit_of(head.target), found["answer"]["reason"]
    sentences = {}
    for language in PUBLIC_LANGUAGES:
        with in_language(language):
            sentences[language] = {"why": why(why_so, unit), "green": to_green(known, on, why_so, unit)}
    target = {
        "programme": head.programme.code,
        "agency": head.agency_code,
        "commitment": head.number,
        "code": head.target.code,
        "title": head.target.title,
        "unit": head.target.unit,
    }
    return {**found, "target": target, "sentences": sentences, "reports": reports(sendings, told, known.day)}


def reports(sendings: Iterable[Sending], told: Beside, until: date) -> list[dict[str, Any]]:
    """What was sent up to a day, and what was decided on it, each with the office that acted; nobody's name."""
    found = []
    for sending in sorted(sendings, key=lambda one: (one.revision.submitted_on, one.revision.id)):
        revision = sending.revision
        if revision.submitted_on > until:
            continue
        sender = told.office(revision.sent_for_id or revision.sent_by_id, revision.submitted_on, beside.SENDS)
        decisions = [
            {
                "outcome": str(one.outcome),
                "decided_on": one.decided_on.isoformat(),
                "by": _office(told.office(one.decided_for_id or one.decided_by_id, one.decided_on, beside.DECIDES)),
            }
            for one in sending.decisions
            if one.decided_on <= until and one.withdrawn_at is None
        ]
        found.append(
            {
                "period": revision.period,
                "revision": revision.seq,
                "submitted_on": revision.submitted_on.isoformat(),
                "by": _office(sender),
                "decisions": decisions,
            }
        )
    return found


def _office(office: OfficeThen | None) -> dict[str, Any] | None:
    return None if office is None else {"office": str(office.office), "body": office.agency_name}


def office_text(office: Mapping[str, Any] | None) -> str:
    """An office of a receipt, in the reader's language."""
    if office is None:
        return ""
    held = within(str(LABELS[office["office"]]))
    return _("%(office)s, %(body)s", office=held, body=text_by_language(office["body"]))


def decided(told: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """By period ("" for the completion): when and by which office its last revision was decided on."""
    found: dict[str, str] = {}
    for one in told:
        last = one["decisions"][-1] if one["decisions"] else None
        if last is None:
            found[one["period"] or ""] = _("not decided on yet")
            continue
        day = format_day(date.fromisoformat(last["decided_on"]))
        outcomes = {"accepted": _("accepted"), "returned": _("returned"), "reopened": _("reopened")}
        outcome = outcomes.get(last["outcome"], _("recalled"))
        by = office_text(last["by"])
        found[one["period"] or ""] = " · ".join(text for text in (f"{outcome} {day}", by) if text)
    return found


def trace_rows(found: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines that decided the status, and those of the score."""
    rows = [receipt_words.line(one) for one in found["trace"]["lines"]]
    return [row for row in rows if row["rule"]], [row for row in rows if not row["rule"]]


def timely(found: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """(period, due, sent, how it counts) of each period that punctuality looked at."""
    rows = []
    for one in found["trace"]["periods"]:
        due, sent = (format_day(date.fromisoformat(day)) if day else "" for day in (one["due_on"], one["sent_on"]))
        counts = _("in time") if one["in_time"] else _("late or missing") if one["counted"] else _("does not count")
        rows.append((period_title(one["period"]), due, sent or "–", counts))
    return rows


@dataclass(slots=True)
class WhatIf:
    """A figure or a day that somebody typed, what is wrong with it, and what the rule would say; nothing is kept."""

    typed: Mapping[str, str]
    faults: dict[str, Text] = field(default_factory=dict)
    period: Period | None = None
    on: date | None = None
    status: str = ""
    score: str = ""
    why: str = ""
    green: str = ""

    @property
    def asked(self) -> bool:
        """Whether anything was typed."""
        return any(self.typed.values())

    @property
    def report(self) -> str:
        """The report that a figure is tried as."""
        return "" if self.period is None else _("report for %(period)s", period=period_name(self.period.code))


def what_if(target: Any, known: Known, today: date, last: date, arguments: Mapping[str, str]) -> WhatIf:
    """What the rule would say with one figure more (that of the next report), or on a later day, or both."""
    typed = {name: arguments.get(name, "").strip()[:100] for name in (*FIELDS, "day")}
    found = WhatIf(typed, period=_next_period(known, today))
    if not found.asked:
        return found
    found.on = _day(found, today, last)
    entry = _entry(target, known, found, today)
    if found.faults or found.on is None:
        return found
    view = View(known, found.on)
    if entry is not None and found.period is not None:
        view = View(known, today).sending(one_more(known.facts, found.period.code, entry, found.on), found.on)
    answer, reason = view.answer()
    unit = target_words.unit_of(target)
    found.status, found.score = answer.status.value, format_score(answer.score)
    found.why = why(reason.as_json(), unit)
    found.green = to_green(view.known, found.on, reason.as_json(), unit)
    return found


def _next_period(known: Known, today: date) -> Period | None:
    """That of the first report that is owed and gives no figure; else the last that has begun."""
    in_hand = [one for one in owed_periods(known, today) if one.owed and (one.revision is None or one.returned_on)]
    return in_hand[0].period if in_hand else None


def _day(found: WhatIf, today: date, last: date) -> date | None:
    least = today
    if found.period is not None and any(found.typed[name] for name in FIELDS):
        least = max(today, found.period.cut_off)
    if not found.typed["day"]:
        return least
    try:
        day = parse_day(found.typed["day"])
    except DayError as error:
        found.faults["day"] = error.message
        return None
    if day < least:
        found.faults["day"] = _l("Choose %(day)s or a later day", day=format_day(least))
    elif day > last:
        found.faults["day"] = _l("Choose %(day)s or an earlier day", day=format_day(last))
    return day


def _entry(target: Any, known: Known, found: WhatIf, today: date) -> Entry | None:
    if not any(found.typed[name] for name in FIELDS):
        return None
    if found.period is None:
        found.faults["value"] = _l("No report is to come, so there is no figure to try")
        return None
    facts = known.facts
    question = Question(
        ReportKind.PERIODIC, Shape(facts.shape), facts.ratio, known.measure_on(today), Limits.on(target.unit, facts),
        facts.starts_on, found.period.starts_on, found.period.cut_off,
    )  # fmt: skip
    reading = rules.read_appraised(question, found.typed, current_language())
    reading.faults.pop(CONFIRMED, None)  # an odd figure may be tried
    found.faults |= reading.faults
    return reading.entry
