"""Lines of a draft from versions of templates: what is usual, for a programme of these days. Pure."""

from datetime import date, timedelta
from decimal import Decimal

from tracker.commitments.life.drafting import Line
from tracker.commitments.terms.limits import Periods
from tracker.commitments.terms.terms import Terms
from tracker.programmes import templates
from tracker.programmes.templates import Template, Version
from tracker.rule.facts import Milestone, Shape

_PLAIN = (
    *("title", "domain", "shape", "unit", "weight", "frequency", "baseline", "goal", "direction", "judged_by", "low"),
    *("high", "ratio", "cumulative"),
)


def line(template: Template, version: Version, starts_on: date, ends_on: date, periods: Periods | None = None) -> Line:
    """The target that a version usually becomes; its code is the template's. What the version leaves open stays so.

    A target to keep that no period of the calendar would ask for by the usual day is due with the first that does."""
    due_on = templates.due_on(version, starts_on, ends_on)
    if version.shape == Shape.KEEP:
        asked = [one.cut_off for one in (periods or {}).get(version.frequency or "", ()) if one.cut_off >= starts_on]
        due_on = max(due_on, min(asked, default=due_on))
    terms = Terms(
        code=template.code,
        **{name: getattr(version, name) for name in _PLAIN},
        starts_on=starts_on,
        due_on=due_on,
        milestones=tuple(_milestone(one, starts_on, due_on) for one in version.milestones),
        evidence=(version.evidence or {}).get("vi"),
    )
    return Line(terms, version.id, template.code)


def _milestone(stone: dict[str, str], starts_on: date, due_on: date) -> Milestone:
    days = int((due_on - starts_on).days * Decimal(stone["share_of_term"]))
    return Milestone(starts_on + timedelta(days=max(1, days)), Decimal(stone["value"]))
