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
    weight_on,
)
from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import RULE_VERSION, Facts, Status
from tracker.rule.ledger import Known, Ledger
from tracker.rule.reasons import Reason, ReasonCode
from tracker.rule.standing import Band, band, mean_of_sums, ranks, weighted_mean

__all__ = [
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
    "WorkingCalendar",
    "assess",
    "band",
    "deadline",
    "figures_on",
    "mean_of_sums",
    "met_on",
    "owed_periods",
    "plan_on",
    "ranks",
    "settled_deadline",
    "terms_on",
    "weight_on",
    "weighted_mean",
]
