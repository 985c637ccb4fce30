"""The assessment rule (docs/rule.md) and nothing else: frozen facts in, an answer out. No clock, no database."""

from tracker.rule.assess import (
    Assessment,
    FigureInForce,
    OwedPeriod,
    assess,
    deadline,
    figures_on,
    met_on,
    owed_periods,
    plan_on,
    settled_deadline,
    terms_on,
    traced,
    weight_on,
)
from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import RULE_VERSION, Facts, Status
from tracker.rule.ledger import Known, Ledger
from tracker.rule.reasons import Reason, ReasonCode
from tracker.rule.standing import NO_SCORES, Band, Weighed, added, band, ranked_score, ranks, weighed
from tracker.rule.trace import Trace
from tracker.rule.view import View

__all__ = [
    "NO_SCORES",
    "RULE_VERSION",
    "Assessment",
    "Band",
    "Facts",
    "FigureInForce",
    "Known",
    "Ledger",
    "OwedPeriod",
    "Reason",
    "ReasonCode",
    "Status",
    "Trace",
    "View",
    "Weighed",
    "WorkingCalendar",
    "added",
    "assess",
    "band",
    "deadline",
    "figures_on",
    "met_on",
    "owed_periods",
    "plan_on",
    "ranked_score",
    "ranks",
    "settled_deadline",
    "terms_on",
    "traced",
    "weighed",
    "weight_on",
]
