"""The order of figures, the day that an early report names, and what becomes of decisions: "Words" of the rule."""

# ruff: noqa: E501 - tables, one case a line

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.factories.targets_by_hand import (
    MONTHS,
    accepted,
    amended,
    completion,
    keep,
    monthly,
    on,
    reach,
    recalled,
    reopened,
    returned,
    sent,
)
from tracker.rule import Facts, Ledger, assess, figures_on
from tracker.rule import met_on as met_on_of
from tracker.rule.facts import Decision, Period, Report, ReportKind

LONG = Period("H1", on("01-01"), on("06-30"), on("07-05"))  # lies over the first six months


def latest(facts: Facts, day: str) -> Fraction | None:
    """The value of the last applicable figure in force on a day, known on it."""
    return [f.value for f in figures_on(Ledger(facts).known(on(day)), on(day)) if f.value is not None][-1]


def half_year(day: str, figure: str, as_at: str) -> Report:
    return Report("H1", ReportKind.PERIODIC, (sent(day, figure, as_at=as_at),))


SAME_DAY = sent("04-01", "99"), sent("04-01", "100", as_at="03-31")
ORDER: list[tuple[str, list[Report], str, str]] = [
    ("the later as-at day", [monthly(2, "30"), monthly(1, sent("03-02", "10"))], "03-05", "30"),
    ("the later submission", [monthly(3, sent("04-02", "99")), completion(SAME_DAY[1])], "04-05", "99"),
    ("the later submission, the completion's", [monthly(3, "99"), completion(sent("04-02", "100", as_at="03-31"))], "04-05", "100"),
    ("completion before periodic", [monthly(3, SAME_DAY[0]), completion(SAME_DAY[1])], "04-05", "99"),
    ("the later cut-off", [half_year("07-01", "101", "03-31"), monthly(3, sent("07-01", "100"))], "07-02", "101"),
    ("a returned one is none", [monthly(2, "30"), monthly(3, sent("04-01", "50", returned("04-02")))], "04-02", "30"),
    ("nor one whose day has not come", [monthly(2, "30"), completion(sent("03-02", "100", as_at="03-02"))], "03-02", "100"),
]  # fmt: skip


@pytest.mark.parametrize(("reports", "day", "value"), [c[1:] for c in ORDER], ids=[c[0] for c in ORDER])
def test_the_latest_figure_in_whatever_order_they_are_told(reports: list[Report], day: str, value: str) -> None:
    for told in (reports, reports[::-1]):
        assert latest(reach(*told, periods=(*MONTHS, LONG)), day) == Fraction(value)


EARLY_5 = monthly(4, sent("05-03", "120", as_at="04-05"))
RAISED: dict[str, Any] = {"amendments": (amended("04-20", "05-01", goal="120"),)}
EARLY: list[tuple[str, Facts, str | None]] = [
    ("it counts while it meets the goal", reach(EARLY_5), "04-05"),
    ("not beside a completion of that very day that falls short", reach(EARLY_5, completion(sent("04-12", "100", as_at="04-05")), **RAISED), "04-30"),
    ("nor beside one of the cut-off", reach(EARLY_5, completion(sent("05-02", "100", as_at="04-30")), **RAISED), "04-30"),
    ("one of the day before says nothing against it", reach(EARLY_5, completion(sent("04-12", "100", as_at="04-04")), **RAISED), "04-05"),
    ("nor one that meets the goal", reach(EARLY_5, completion(sent("04-12", "120", as_at="04-10")), **RAISED), "04-05"),
    ("nor one that is returned", reach(EARLY_5, completion(sent("04-12", "100", returned("04-13"), as_at="04-10")), **RAISED), "04-05"),
    ("nor another period's that falls short", reach(EARLY_5, half_year("07-01", "119", "01-01"), periods=(*MONTHS, LONG), goal="120"), None),
    ("nor last month's", reach(EARLY_5, monthly(3, sent("04-01", "20"))), "04-05"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "met_on"), [c[1:] for c in EARLY], ids=[c[0] for c in EARLY])
def test_the_earlier_day_that_a_report_names(facts: Facts, met_on: str | None) -> None:
    assert met_on_of(Ledger(facts).known(on("07-05")), on("07-05")) == (None if met_on is None else on(met_on))


DECISIONS: list[tuple[str, tuple[Decision, ...], bool]] = [
    ("none", (), True),
    ("accepted", (accepted("02-02"),), True),
    ("returned", (returned("02-02"),), False),
    ("recalled", (recalled("02-02"),), False),
    ("accepted, later reopened", (accepted("02-02"), reopened("02-03")), False),
    ("accepted and reopened on one day", (accepted("02-02"), reopened("02-02")), False),
]


@pytest.mark.parametrize(("decisions", "stands"), [c[1:] for c in DECISIONS], ids=[c[0] for c in DECISIONS])
def test_the_last_decision_counts_in_whatever_order_they_are_told(
    decisions: tuple[Decision, ...], stands: bool
) -> None:
    for told in (decisions, decisions[::-1]):
        found = figures_on(Ledger(reach(monthly(1, sent("02-01", "17", *told)))).known(), on("02-05"))
        assert bool(found) is stands


NUMBERED: list[tuple[str, tuple[Decision, ...], str | None]] = [
    ("accepted after a return of that day", (returned("02-03"), accepted("02-03")), "17"),
    ("returned after an acceptance of that day", (accepted("02-03"), returned("02-03")), None),
    ("accepted again with another figure", (accepted("02-03"), reopened("02-04"), accepted("02-04", "16")), "16"),
    ("the later of two acceptances", (accepted("02-03", "15"), accepted("02-03", "16")), "16"),
]


@pytest.mark.parametrize(("decisions", "value"), [c[1:] for c in NUMBERED], ids=[c[0] for c in NUMBERED])
def test_of_decisions_of_one_day_the_last_word_counts(decisions: tuple[Decision, ...], value: str | None) -> None:
    last_word = tuple(replace(decision, seq=seq) for seq, decision in enumerate(decisions, start=1))
    for told in (last_word, last_word[::-1]):
        found = figures_on(Ledger(reach(monthly(1, sent("02-01", "17", *told)))).known(), on("02-05"))
        assert [figure.value for figure in found] == ([] if value is None else [Fraction(value)])


@pytest.mark.parametrize("blank", [("numerator",), ("denominator",), ("numerator", "denominator")])
def test_half_a_ratio_is_a_blank(blank: tuple[str, ...]) -> None:
    revision = replace(sent("02-01", "95/100"), **dict.fromkeys(blank))  # type: ignore[arg-type]
    record = keep(monthly(1, revision), ratio=True)
    assert figures_on(Ledger(record).known(), on("02-05")) == []
    assert assess(Ledger(record).known(), on("02-05")).status == "pending"
    assert assess(Ledger(record).known(), on("02-06")).punctuality == 100  # sent it was
    assert (
        assess(Ledger(reach(monthly(1, revision), ratio=True)).known(), on("02-11")).status == "unreported"
    )  # but said nothing


def test_an_appraisal_of_a_ratio_names_both_numbers() -> None:
    both = replace(accepted("02-02"), numerator=Decimal(38), denominator=Decimal(80))
    above, below = replace(both, denominator=None), replace(both, numerator=None)
    for decision, value in ((both, "47.5"), (above, "95"), (below, "95")):
        record = keep(monthly(1, sent("02-01", "38/40", decision)), ratio=True)
        assert [f.value for f in figures_on(Ledger(record).known(), on("02-05"))] == [Fraction(value)]


def test_revisions_in_whatever_order_they_are_told() -> None:
    report = monthly(1, sent("02-01", "10", returned("02-03")), sent("02-05", "17"))
    for told in (report, replace(report, revisions=report.revisions[::-1])):
        assert [f.value for f in figures_on(Ledger(reach(told)).known(), on("02-05"))] == [Fraction(17)]
        assert assess(Ledger(reach(told)).known(), on("02-20")).punctuality == 100


def test_not_yet_known_is_not_in_force() -> None:
    late = replace(accepted("02-02", "12"), recorded_on=on("02-10"))
    record = reach(monthly(1, sent("02-01", "17", late)))
    assert latest(record, "02-09") == 17
    assert latest(record, "02-10") == 12


def test_a_report_of_a_period_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="M13"):
        assess(Ledger(reach(replace(monthly(1, "17"), period="M13"))).known(), date(2021, 2, 5))
