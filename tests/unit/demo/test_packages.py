"""The demo's two packages: sound by every check of the format, lively by the rule, and the same on every run."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.factories.demo_calendar import calendar_record
from tests.factories.package_facts import facts_of_package
from tests.factories.told_by_hand import weighted_mean
from tracker.demo import bodies, current, layout, packages, par2021
from tracker.interchange.judging.faults import Fault
from tracker.interchange.judging.known import Known
from tracker.interchange.loading.reading import read
from tracker.rule import Ledger, assess
from tracker.rule.facts import Status

Json = dict[str, Any]

CALENDAR = calendar_record(range(2020, 2031))
# A Monday, a Sunday, both ends of a year, a holiday, days around Tết, the last of February, a deadline of 2021's shape.
DAYS = [
    date.fromisoformat(day)
    for day in (
        "2026-06-15",
        "2026-11-22",
        "2027-01-01",
        "2026-12-31",
        "2026-11-24",
        "2026-02-20",
        "2027-02-10",
        "2028-02-29",
        "2026-03-31",
    )
]


@cache
def closed() -> Json:
    return par2021.package(CALENDAR)


@cache
def open_on(day: date) -> Json:
    return current.package(day, CALENDAR)


def faults(package: Json, folder: Path) -> list[str]:
    path = folder / "package.json"
    path.write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
    return [str(found) for found in read(path, Known()) if isinstance(found, Fault)]


def targets(package: Json) -> Iterator[tuple[str, Json]]:
    for commitment in package["commitments"]:
        for target in commitment["targets"]:
            yield commitment["agency"], target


def scores(package: Json, on: date) -> dict[str, Decimal]:
    """The score of each body, by the rule."""
    weights = {(c["number"], t["code"]): Decimal(t["weight"]) for c in package["commitments"] for t in c["targets"]}
    found: dict[str, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for number, code, facts in facts_of_package(package):
        score = assess(Ledger(facts).known(on), on).score
        if score is not None:
            found[number].append((score, weights[number, code]))
    means = {number: weighted_mean(pairs) for number, pairs in found.items()}
    return {number: mean for number, mean in means.items() if mean is not None}


def statuses(package: Json, on: date) -> Counter[Status]:
    return Counter(assess(Ledger(facts).known(on), on).status for _number, _code, facts in facts_of_package(package))


def test_the_closed_year_is_sound(tmp_path: Path) -> None:
    assert faults(closed(), tmp_path) == []


def test_the_closed_year_is_that_of_42_bodies_and_some_1100_targets() -> None:
    commitments = closed()["commitments"]
    assert len(commitments) == 42
    assert {c["signed_on"] for c in commitments} == {"2021-02-04"}
    assert commitments[1]["number"] == "02/CK-SNV"
    assert 1_050 <= sum(1 for _ in targets(closed())) <= 1_150


def test_the_parts_of_the_bodies_add_up_to_what_the_province_did() -> None:
    goals: Counter[str] = Counter()
    for _body, target in targets(closed()):
        if target["code"] in par2021.PROVINCE:
            goals[target["code"]] += int(target["goal"])
    assert goals == par2021.PROVINCE


def test_there_is_neither_a_second_nor_a_fourth_quarter() -> None:
    quarters = [period for period in par2021.periods() if period["frequency"] == "quarterly"]
    assert [(q["code"], q["cut_off"], q["due_on"]) for q in quarters] == [
        ("2021-Q1", "2021-03-14", "2021-03-20"),
        ("2021-H1", "2021-06-14", "2021-06-20"),
        ("2021-Q3", "2021-09-14", "2021-09-20"),
        ("2021-Y", "2021-12-14", "2021-12-20"),
    ]


def test_the_closed_year_is_mostly_good_and_some_of_it_is_bad() -> None:
    found = scores(closed(), date(2026, 11, 24))
    assert len(found) == 42
    assert Decimal(55) <= min(found.values()) <= Decimal(72)
    assert Decimal(93) <= max(found.values()) < Decimal(99)
    assert sum(score >= 80 for score in found.values()) >= 30


def test_nothing_in_the_closed_year_is_still_open() -> None:
    done = {Status.MET_ON_TIME, Status.MET_LATE, Status.MISSED, Status.OVERDUE, Status.UNREPORTED, Status.VOID}
    found = statuses(closed(), date(2026, 11, 24))
    assert set(found) == done
    assert found[Status.MET_ON_TIME] > found.total() * 0.65


def test_the_closed_year_has_a_record_of_every_kind() -> None:
    kinds = ("extensions", "suspensions", "amendments", "ended")
    assert all(any(target.get(kind) for _body, target in targets(closed())) for kind in kinds)
    revisions = [r for _b, t in targets(closed()) for report in t["reports"] for r in report["revisions"]]
    outcomes = Counter(made["outcome"] for sent in revisions for made in sent["decisions"])
    assert set(outcomes) == {"accepted", "returned", "reopened", "recalled"}
    corrected = [made for r in revisions for made in r["decisions"] if {"value", "numerator"} & made.keys()]
    assert len(corrected) > 30
    assert {report["kind"] for _b, t in targets(closed()) for report in t["reports"]} == {"periodic", "completion"}


@pytest.mark.parametrize("build", [lambda: par2021.package(CALENDAR), lambda: current.package(DAYS[0], CALENDAR)])
def test_a_package_is_the_same_on_every_run(build: Any) -> None:
    assert build() == build()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_current_programme_is_sound(day: date, tmp_path: Path) -> None:
    assert faults(open_on(day), tmp_path) == []


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_status_is_there_to_be_seen(day: date) -> None:
    assert set(statuses(open_on(day), day)) == set(Status)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_nothing_is_told_of_today_or_later(day: date) -> None:
    said = {"submitted_on", "decided_on", "granted_on", "signed_on", "as_at"}

    def days(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (text for name, text in value.items() if name in said)
            for part in value.values():
                yield from days(part)
        elif isinstance(value, list):
            for part in value:
                yield from days(part)

    assert max(days(open_on(day)["commitments"])) < day.isoformat()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_no_title_speaks_of_another_year(day: date) -> None:
    titles = [text for _body, target in targets(open_on(day)) for text in target["title"].values()]
    years = {word.strip(",.") for text in titles for word in text.split() if word.strip(",.").isdigit()}
    assert {year for year in years if len(year) == 4} == {str(day.year), str(day.year - 1)}


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_each_body_has_something_late_returned_and_waiting(day: date) -> None:
    laid = layout.lay_out(day, packages.working_calendar(CALENDAR))
    for place, commitment in enumerate(open_on(day)["commitments"]):
        late, back, waiting = current.in_turn(place)
        last = {
            target["code"]: [r["revisions"][-1] for r in target["reports"] if r.get("period") == laid.late_quarter]
            for target in commitment["targets"]
        }
        assert last[late] == []
        assert last[back][0]["decisions"][-1]["outcome"] == "returned"
        assert last[waiting][0]["decisions"] == []


def test_todays_bodies_are_the_14_departments_the_zone_and_six_wards() -> None:
    today = bodies.of_today()
    assert Counter(body.kind for body in today) == {"department": 15, "commune": 6}
    assert {body.code for body in today if body.exists_from is None} == {
        "VPUBND", "STP", "SCT", "SGDDT", "SYT", "SNGV", "TTT", "BQLKKT",
    }  # fmt: skip
    assert all(body.exists_to is None for body in today)


def test_succession_is_told_where_it_is_true() -> None:
    of = {record["code"]: record for record in bodies.records()}
    assert of["SKHDT"]["successors"] == ["STC25"]
    assert of["SNV"]["successors"] == ["SNV25", "SDTTG"]
    assert (of["SNV"]["exists_to"], of["SNV25"]["exists_from"]) == ("2025-02-28", "2025-03-01")
    assert (of["413"]["successors"], of["413"]["exists_to"]) == (["412"], "2024-11-30")
    assert len(of["412"]["successors"]) == 6
    assert of["418"]["successors"] == []
    assert of["418"]["exists_to"] == "2025-06-30"
