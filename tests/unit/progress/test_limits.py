"""Figures that cannot be, and figures that are asked back: one table, held against every door at which they come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

import pytest
from flask import Flask

from tracker.commitments.terms.units import UNITS, VIETNAMESE, unit_named, unit_text
from tracker.core import languages
from tracker.interchange.judging import report_checks
from tracker.interchange.judging.faults import Fault, Remark
from tracker.interchange.judging.report_checks import Aim
from tracker.progress import appraisal, rules
from tracker.progress.limits import Limits, What
from tracker.progress.rules import Question, Reading
from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import Amendment, Direction, Facts, Milestone, ReportKind, Shape, Terms
from tracker.rule.plan import Measure

DAY = date(2021, 2, 4)
TODAY = date(2021, 6, 20)
NEGATIVE, ABOVE, DECIMALS, LOW, HIGH, FAR = What


class Case(NamedTuple):
    """A target, a figure, and what is odd about it."""

    target: dict[str, Any]
    figure: str
    odd: Mapping[str, What] = MappingProxyType({})
    asked: bool = False  # odd, and possible by the target's own terms


def share(**terms: Any) -> dict[str, Any]:
    return {"shape": "keep", "ratio": True, "unit": "%", "direction": "at_least", "goal": "95", **terms}


def reach(unit: str, baseline: str = "0", goal: str = "31", **terms: Any) -> dict[str, Any]:
    return {"shape": "reach", "unit": unit, "baseline": baseline, "goal": goal, **terms}


def amended(**terms: Any) -> dict[str, Any]:
    return {"amendments": [{"signed_on": "2021-05-10", "from": "2021-05-15", **terms}]}


CASES = (
    # a part and its whole
    Case(share(), "9/10"),
    Case(share(), "0/0"),
    Case(share(), "10/10"),
    Case(share(), "9.5/10"),
    Case(share(), "120/10", {"numerator": ABOVE}),
    Case(share(), "-1/10", {"numerator": NEGATIVE}),
    Case(share(), "3400/31", {"numerator": ABOVE}),
    Case(share(), "10.000000000001/10", {"numerator": ABOVE}),
    Case(share(), "5/0", {"numerator": ABOVE}),
    Case(share(unit="files"), "9.5/10", {"numerator": DECIMALS}),
    Case(share(unit="hồ sơ"), "9/10.5", {"denominator": DECIMALS}),
    Case(share(direction="at_most", goal="5"), "6/5", {"numerator": ABOVE}),
    Case(share(shape="deliverable", direction=None, goal=None), "11/10", {"numerator": ABOVE}),
    # whose terms go as far
    Case(share(goal="110"), "12/10", {"numerator": ABOVE}, asked=True),
    Case(share(goal="110"), "-1/10", {"numerator": NEGATIVE}),
    Case(share(direction="at_most", goal="100"), "104/100", {"numerator": ABOVE}, asked=True),
    Case(share(goal=None, direction=None, low="80", high="120"), "13/10", {"numerator": ABOVE}, asked=True),
    Case(share(**amended(goal="105")), "12/10", {"numerator": ABOVE}, asked=True),
    Case(share(shape="reach", direction=None, baseline="-20", goal="50"), "-1/10", {"numerator": NEGATIVE}, asked=True),
    # what a unit has
    Case(reach("files"), "31"),
    Case(reach("files"), "31.00"),
    Case(reach("files"), "310"),
    Case(reach("files"), "311", {"value": FAR}, asked=True),
    Case(reach("files"), "3400", {"value": FAR}, asked=True),
    Case(reach("files", "500", "31"), "3400"),
    Case(
        reach("files", milestones=[{"on": "2021-05-01", "value": "30"}]),
        "999999999999999999",
        {"value": FAR},
        asked=True,
    ),
    Case({**reach("files"), "shape": "keep", "direction": "at_most", "baseline": None}, "3400"),
    Case({**reach("files", goal="0"), "shape": "keep", "direction": "at_least", "baseline": None}, "3400"),
    Case(reach("files"), "-3.5", {"value": DECIMALS}),
    Case(reach("hồ sơ"), "-3", {"value": LOW}),
    Case(reach("Hồ sơ"), "3.5", {"value": DECIMALS}),
    Case(reach("days"), "3.5"),
    Case(reach("days"), "-0.5", {"value": LOW}),
    Case(reach("count", goal="8.2"), "4.1", {"value": DECIMALS}, asked=True),
    Case(reach("count", "-5", "5"), "-2", {"value": LOW}, asked=True),
    Case(reach("%", goal="95"), "100"),
    Case(reach("%", goal="95"), "1200", {"value": HIGH}),
    Case(reach("%", goal="95"), "150", {"value": HIGH}),
    Case(reach("%", goal="95"), "-0.01", {"value": LOW}),
    Case(reach("%", goal="95", milestones=[{"on": "2021-05-01", "value": "101"}]), "150", {"value": HIGH}, asked=True),
    Case({"shape": "deliverable", "unit": "count"}, "100"),
    Case({"shape": "deliverable", "unit": "count"}, "100.01", {"value": HIGH}),
    Case({"shape": "deliverable", "unit": "%"}, "-1", {"value": LOW}),
    # a unit that nobody here knows
    Case(reach("điểm"), "3.5"),
    Case(reach("điểm"), "99999", {"value": FAR}, asked=True),
    Case(reach("điểm"), "-1", {"value": LOW}, asked=True),
)
EACH = pytest.mark.parametrize("case", CASES, ids=[f"{n}: {case.figure}" for n, case in enumerate(CASES)])


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    app = Flask("words")
    languages.init_app(app)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def number(terms: dict[str, Any], name: str) -> Decimal | None:
    return None if terms.get(name) is None else Decimal(terms[name])


def facts(target: dict[str, Any]) -> Facts:
    milestones = tuple(
        Milestone(date.fromisoformat(one["on"]), Decimal(one["value"])) for one in target.get("milestones", ())
    )
    return Facts(
        shape=Shape(target["shape"]),
        starts_on=DAY,
        due_on=date(2021, 12, 31),
        in_force_from=DAY,
        terms=Terms(
            number(target, "goal"),
            number(target, "baseline"),
            number(target, "low"),
            number(target, "high"),
            milestones,
        ),
        periods=(),
        calendar=WorkingCalendar(),
        direction=Direction(target["direction"]) if target.get("direction") else None,
        ratio=target.get("ratio", False),
        amendments=tuple(Amendment(DAY, DAY, DAY, goal=number(one, "goal")) for one in target.get("amendments", ())),
    )


def question(target: dict[str, Any]) -> Question:
    known = facts(target)
    return Question(
        kind=ReportKind.PERIODIC,
        shape=known.shape,
        ratio=known.ratio,
        measure=Measure(known, Terms(goal=Decimal(1), baseline=Decimal(0)), known.due_on),
        limits=Limits.on(target["unit"], known),
        begins_on=DAY,
        starts_on=date(2020, 12, 15),
        cut_off=date(2021, 6, 14),
    )


def fields(figure: str) -> dict[str, str]:
    return dict(zip(("numerator", "denominator") if "/" in figure else ("value",), figure.split("/"), strict=True))


@EACH
def test_what_body_and_appraiser_type(case: Case) -> None:
    """Refused beside the number, or asked back until exactly this figure is said to be right."""
    what, typed = question(case.target), {**fields(case.figure), "narrative": "Chưa có hồ sơ"}
    extra = {"denominator"} if case.figure == "5/0" else set()
    doors: tuple[Callable[[dict[str, str]], Reading], ...] = (
        lambda text: rules.read(what, text, "en", TODAY),
        lambda text: rules.read_appraised(what, text, "en"),
    )
    for read in doors:
        faults = set(read(typed).faults)
        if case.asked:
            assert faults == {"confirmed"}
            assert set(read({**typed, "confirmed": "1"}).faults) == {"confirmed"}
            assert read({**typed, "confirmed": case.figure}).faults == {}
        else:
            assert faults == case.odd.keys() | extra
            assert read({**typed, "confirmed": case.figure}).faults.keys() == faults
    asked, told = rules.asked(what, typed, "en")
    assert (asked, bool(told)) == ((case.figure, True) if case.asked else ("", False))


@EACH
def test_what_a_package_brings(case: Case) -> None:
    """A negative part and a part above its whole are refused; what else is odd is told, and loaded."""
    target = {key: value for key, value in case.target.items() if value is not None}
    found = list(report_checks.figure(fields(case.figure), "", Aim.of(target, True)))
    refused = case.target["shape"] == "deliverable" or set(case.odd.values()) & {NEGATIVE, ABOVE}
    assert {one.pointer for one in found} == {f"/{name}" for name in case.odd}
    assert {type(one) for one in found} <= {Fault if refused and not case.asked else Remark}


def facts_of(target: Any, *amended: str) -> Any:
    """What limits read of a target's facts; `amended`: goals that were promised later."""
    terms = {name: number(target, name) for name in ("goal", "baseline", "low", "high")}
    return SimpleNamespace(
        shape=target["shape"],
        ratio=target.get("ratio", False),
        direction=target.get("direction"),
        terms=SimpleNamespace(**terms, milestones=()),
        amendments=[SimpleNamespace(**{**terms, "goal": Decimal(goal)}, milestones=()) for goal in amended],
    )


@EACH
def test_what_is_odd_is_known_from_the_facts(case: Case) -> None:
    """An appraiser's list knows it from what is known of the target; the sentence is one of the reader's language."""
    numbers = {name: Decimal(text) for name, text in fields(case.figure).items()}
    figure = rules.Entry(numbers.get("value"), numbers.get("numerator"), numbers.get("denominator"))
    row: Any = SimpleNamespace(unit=case.target["unit"])
    odd = appraisal.odd(row, facts_of(case.target), figure)
    assert {one.field for one in odd} == case.odd.keys()
    assert all(one.what is case.odd[one.field] or case.figure == "-3.5" for one in odd)
    assert all("%" not in str(one.message) for one in odd)


def test_a_negative_file_with_decimals_is_odd_twice() -> None:
    odd = Limits.of("reach", "files", False).odd(rules.Entry(value=Decimal("-3.5")))
    assert [one.what for one in odd] == [LOW, DECIMALS]
    fault = rules.read(question(reach("files")), {"value": "-3.5"}, "en", TODAY).faults["value"]
    assert str(fault) == str(odd[0].message)  # the graver one


def test_a_unit_is_the_same_under_its_vietnamese_name() -> None:
    with languages.in_language("vi"):
        for name, unit in VIETNAMESE.items():
            assert unit_named(name) is UNITS[unit]
            assert unit_text(unit) == name


def test_what_was_promised_later_counts_for_an_appraiser_too() -> None:
    target, figure = {"shape": "reach", "unit": "files", "goal": "3"}, rules.Entry(value=Decimal(40))
    row: Any = SimpleNamespace(unit="files")
    assert [one.what for one in appraisal.odd(row, facts_of(target), figure)] == [What.FAR_ABOVE]
    assert appraisal.odd(row, facts_of(target, "50"), figure) == []


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits.of("reach", "%", False), "from 0 to 100"),
        (Limits.of("reach", "%", False, "at_most", [Decimal(120)]), "usually from 0 to 100"),
        (Limits.of("reach", "files", False, "at_least", [Decimal(3)]), "whole numbers, 0 or more"),
        (Limits.of("reach", "files", False, "at_least", [Decimal("2.5")]), "0 or more"),
        (Limits.of("reach", "hectares", False), "usually 0 or more"),
        (Limits.of("keep", "files", True), "whole numbers, part from 0 to the whole"),
        (Limits.of("deliverable", "%", False), "from 0 to 100"),
    ],
)
def test_what_is_possible_is_told_before_it_is_typed(limits: Limits, told: str) -> None:
    assert limits.told == told
