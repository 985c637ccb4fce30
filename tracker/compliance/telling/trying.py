"""A figure that nobody has sent yet, as the rule would read it if it were sent on a day."""

from datetime import date

from tracker.progress.rules import Entry
from tracker.rule.facts import Facts, Report, ReportKind, Revision


def one_more(facts: Facts, code: str, entry: Entry, on: date) -> Report:
    """The report of a period with one revision more; a new one, where it has none."""
    standing = next((report for report in facts.reports if report.period == code), None)
    before = standing.revisions if standing is not None else ()
    numbers = (entry.value, entry.numerator, entry.denominator)
    seq = before[-1].seq + 1 if before else 1
    new = Revision(seq, on, on, *numbers, not_applicable=entry.not_applicable, as_at=entry.as_at)
    return Report(code, ReportKind.PERIODIC, (*before, new))
