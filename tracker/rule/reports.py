"""Reports as they were known on a day: what was sent, how it stands, and whether each return was answered in time.

Section "Words" (report) of docs/rule.md.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tracker.rule.days import Days
from tracker.rule.exact import exact, percent
from tracker.rule.facts import Decision, Outcome, Period, Report, ReportKind, Revision
from tracker.rule.records import record

_RANK = {Outcome.ACCEPTED: 0, Outcome.RETURNED: 1, Outcome.REOPENED: 2, Outcome.RECALLED: 3}
_SENT_BACK = (Outcome.RETURNED, Outcome.REOPENED)


@record(frozen=True, slots=True)
class Amount:
    """A figure: its value, none where it is not applicable; for a ratio also the two numbers."""

    value: Fraction | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


NOT_APPLICABLE = Amount(None)


@record(frozen=True, slots=True, eq=False)  # itself the key of what is kept of it
class Sent:
    """One report as known on a day, its recalled revisions left out as never sent."""

    report: Report
    period: Period | None
    first_on: date  # its first revision was submitted
    last: Revision
    returned_on: date | None  # the last revision stands returned or reopened since then
    amount: Amount | None  # of the last revision; none: left blank
    returns: tuple[
        tuple[date, date | None], ...
    ]  # each return or reopening, and the day of the revision that answered it

    @property
    def in_force(self) -> bool:
        """Whether it gives a figure, once its as-at day has come."""
        return self.returned_on is None and self.amount is not None

    @property
    def completion(self) -> bool:
        return self.report.kind is ReportKind.COMPLETION

    @property
    def latest_as_at(self) -> date:
        """The cut-off of a periodic report; the day that a completion names."""
        if self.period is not None:
            return self.period.cut_off
        return self.last.as_at or self.last.submitted_on

    def late_after(self, days: Days) -> date | None:
        """The last day on which no return stands unanswered past its time; none where each was answered in time."""
        missed = []
        for returned_on, answered_on in self.returns:
            answer_by = days.answer_by(returned_on)
            if answered_on is None or answered_on > answer_by:
                missed.append(answer_by)
        return min(missed, default=None)

    def timely_until(self, due_on: date, days: Days) -> date | None:
        """The last day that sees it sent in time: by P, and no return unanswered past its time; none: no day does."""
        if self.first_on > due_on:
            return None
        return (self.late_after(days) if self.returns else None) or date.max


def in_order(report: Report) -> Report:
    """The report with its revisions by number and its decisions by day, those of one day by number.

    Without numbers an acceptance comes before its reopening.
    """
    if len(report.revisions) == 1 and len(report.revisions[0].decisions) < 2:
        return report
    revisions = sorted(report.revisions, key=lambda r: r.seq)
    return replace(report, revisions=tuple(_decisions_in_order(revision) for revision in revisions))


def _decisions_in_order(revision: Revision) -> Revision:
    if len(revision.decisions) < 2:
        return revision
    return replace(
        revision, decisions=tuple(sorted(revision.decisions, key=lambda d: (d.decided_on, d.seq, _RANK[d.outcome])))
    )


def sent_by(report: Report, period: Period | None, ratio: bool, known_on: date) -> Sent | None:
    """The report (in order) as known on the day; none where nothing of it was known, or all of it recalled."""
    live: list[tuple[Revision, Decision | None]] = []
    for revision in report.revisions:
        if revision.recorded_on <= known_on:
            standing = None
            for decision in revision.decisions:
                if decision.recorded_on <= known_on:
                    standing = decision
            if standing is None or standing.outcome is not Outcome.RECALLED:
                live.append((revision, standing))
    if not live:
        return None
    returns = []
    for place, (_, standing) in enumerate(live):
        if standing is not None and standing.outcome in _SENT_BACK:
            answered = live[place + 1][0].submitted_on if place + 1 < len(live) else None
            returns.append((standing.decided_on, answered))
    last, standing = live[-1]
    sent_back = standing is not None and standing.outcome in _SENT_BACK
    return Sent(
        report=report,
        period=period,
        first_on=live[0][0].submitted_on,
        last=last,
        returned_on=standing.decided_on if standing is not None and sent_back else None,
        amount=_amount(last, None if sent_back else standing, ratio),
        returns=tuple(returns),
    )


def _amount(revision: Revision, acceptance: Decision | None, ratio: bool) -> Amount | None:
    """The appraised figure where the acceptance names one, else the reported one."""
    if revision.not_applicable:
        return NOT_APPLICABLE
    if ratio:
        numerator, denominator = revision.numerator, revision.denominator
        if acceptance is not None and acceptance.numerator is not None and acceptance.denominator is not None:
            numerator, denominator = acceptance.numerator, acceptance.denominator
        if numerator is None or denominator is None:
            return None
        return Amount(percent(numerator, denominator), numerator, denominator)
    value = revision.value
    if acceptance is not None and acceptance.value is not None:
        value = acceptance.value
    return None if value is None else Amount(exact(value))
