"""What the rule judges: a target with everything that was signed, granted, sent and decided on it, as frozen records.

Days are days in Vietnam, both ends of every span included; figures are `Decimal`. Nothing is computed here.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.rule.calendar import WorkingCalendar
from tracker.rule.records import record

RULE_VERSION = 1


class Shape(StrEnum):
    """What kind of promise a target is."""

    DELIVERABLE = "deliverable"
    REACH = "reach"
    KEEP = "keep"


class Direction(StrEnum):
    """Which side of the goal a keep target holds; a range has none."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class JudgedBy(StrEnum):
    """Whether a keep target is judged in every period or over its whole term."""

    EVERY_PERIOD = "every_period"
    WHOLE_TERM = "whole_term"


class ReportKind(StrEnum):
    """A report for a period, or the one that says that the goal is reached."""

    PERIODIC = "periodic"
    COMPLETION = "completion"


class Outcome(StrEnum):
    """What a decision makes of a revision."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    REOPENED = "reopened"
    RECALLED = "recalled"


class Status(StrEnum):
    """Every status that the rule knows, in the order in which its lines name them first."""

    NOT_STARTED = "not_started"
    VOID = "void"
    MET_ON_TIME = "met_on_time"
    MET_LATE = "met_late"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    MISSED = "missed"
    UNREPORTED = "unreported"
    PENDING = "pending"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BEHIND = "behind"


@record(frozen=True, slots=True)
class Period:
    """One entry of the programme's reporting calendar; starts_on ≤ cut_off ≤ due_on."""

    code: str
    starts_on: date
    cut_off: date
    due_on: date


@record(frozen=True, slots=True)
class Policy:
    """The programme's figures: shares within [0, 1], working days, points of a score, lower edges of bands."""

    on_track: Decimal = Decimal("0.90")
    at_risk: Decimal = Decimal("0.70")
    keep_at_risk: Decimal = Decimal("0.90")
    grace_days: int = 3
    resubmit_days: int = 3
    late_penalty: Decimal = Decimal(1)
    late_floor: Decimal = Decimal(50)
    punctuality_weight: Decimal = Decimal("0.10")
    judged_share: Decimal = Decimal("0.30")
    bands: tuple[Decimal, ...] = (Decimal(90), Decimal(80), Decimal(70), Decimal(50))


@record(frozen=True, slots=True)
class PolicyVersion:
    """A policy and the first day on which it counts; none: from the beginning."""

    from_on: date | None
    policy: Policy


@record(frozen=True, slots=True)
class Milestone:
    """What the plan says of one day between the target's start and its due day."""

    on: date
    value: Decimal


@record(frozen=True, slots=True)
class Terms:
    """What was signed. A deliverable's goal and baseline are 100 and 0 whatever stands here; low and high: a range."""

    goal: Decimal | None = None
    baseline: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    milestones: tuple[Milestone, ...] = ()
    weight: Decimal = Decimal(1)


@record(frozen=True, slots=True)
class Amendment:
    """A signed change of terms from a day on. None leaves a term as it is; milestones () takes all of them away."""

    signed_on: date
    from_on: date
    recorded_on: date
    goal: Decimal | None = None
    baseline: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    milestones: tuple[Milestone, ...] | None = None
    weight: Decimal | None = None
    seq: int = 0  # among those signed on one day: the last word counts


@record(frozen=True, slots=True)
class Extension:
    """A later deadline; each reaches further than the one granted before it."""

    granted_on: date
    due_on: date
    recorded_on: date


@record(frozen=True, slots=True)
class Suspension:
    """Days on which a target rests; from_on and to_on are both inside."""

    from_on: date
    to_on: date
    decided_on: date
    recorded_on: date


@record(frozen=True, slots=True)
class End:
    """The day on which a target ended without being finished: withdrawn, transferred, or its body abolished."""

    on: date
    decided_on: date
    recorded_on: date


@record(frozen=True, slots=True)
class Decision:
    """One decision on a revision; an acceptance may name the appraised figure."""

    outcome: Outcome
    decided_on: date
    recorded_on: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    seq: int = 0  # among those of one day: the last word counts


@record(frozen=True, slots=True)
class Revision:
    """What was sent, once: a value, a numerator over a denominator, or "not applicable"; decisions in order."""

    seq: int
    submitted_on: date
    recorded_on: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_applicable: bool = False
    as_at: date | None = None
    decisions: tuple[Decision, ...] = ()


@record(frozen=True, slots=True)
class Report:
    """A report with all its revisions: for the period of that code, or on completion (no period)."""

    period: str | None
    kind: ReportKind
    revisions: tuple[Revision, ...]


@record(frozen=True, slots=True)
class Facts:
    """One target and whatever was recorded of it; a ledger of them (`ledger`) tells what was known on a day.

    `periods` are those of the programme at the target's frequency. The order of any of these tuples changes no answer.
    """

    shape: Shape
    starts_on: date
    due_on: date
    in_force_from: date
    terms: Terms
    periods: tuple[Period, ...]
    calendar: WorkingCalendar
    policies: tuple[PolicyVersion, ...] = (PolicyVersion(None, Policy()),)
    direction: Direction | None = None
    judged_by: JudgedBy = JudgedBy.EVERY_PERIOD
    cumulative: bool = False
    ratio: bool = False
    amendments: tuple[Amendment, ...] = ()
    extensions: tuple[Extension, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    end: End | None = None
    reports: tuple[Report, ...] = ()

    @property
    def is_range(self) -> bool:
        return self.shape is Shape.KEEP and self.direction is None

    @property
    def whole_term(self) -> bool:
        return self.shape is Shape.KEEP and self.judged_by is JudgedBy.WHOLE_TERM
