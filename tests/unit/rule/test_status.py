"""One case and more for each line of the status table, on targets written by hand."""

# ruff: noqa: E501 - a table, one case a line

from dataclasses import replace
from typing import Any

import pytest

from tests.factories.targets_by_hand import (
    accepted,
    amended,
    completion,
    deliverable,
    ended,
    extended,
    keep,
    monthly,
    on,
    reach,
    reopened,
    returned,
    sent,
    suspended,
)
from tracker.rule import Facts, assess
from tracker.rule.facts import JudgedBy

OVER_THE_TERM: dict[str, Any] = {"judged_by": JudgedBy.WHOLE_TERM, "ratio": True}
FIRST_THREE = (monthly(1, "10"), monthly(2, "30"), monthly(3, "40"))
MET_IN_APRIL = completion(sent("04-12", "100", as_at="04-10"))
KEPT = (monthly(1, "95"), monthly(2, "96"), monthly(3, "99"))

CASES: list[tuple[str, Facts, str, str]] = [
    # 1
    ("before its start", reach(starts_on=on("02-01")), "01-31", "not_started"),
    ("started, not yet in force", reach(in_force_from=on("02-01")), "01-31", "not_started"),
    ("on the first day", reach(), "01-01", "pending"),
    # 2
    ("the day before it ends", reach(*FIRST_THREE, end=ended("04-02")), "04-01", "at_risk"),
    ("ended", reach(*FIRST_THREE, end=ended("04-02")), "04-02", "void"),
    ("met before it ended", reach(MET_IN_APRIL, end=ended("04-11")), "05-01", "met_on_time"),
    ("met on the day it ended", reach(MET_IN_APRIL, end=ended("04-10")), "05-01", "void"),
    ("kept to the end before it ended", keep(*KEPT, end=ended("04-01")), "05-01", "met_on_time"),
    ("ended on the last cut-off", keep(*KEPT, end=ended("03-31")), "05-01", "void"),
    # 3
    ("met by a completion", reach(MET_IN_APRIL), "04-12", "met_on_time"),
    ("met by a monthly figure", reach(monthly(3, "100")), "04-12", "met_on_time"),
    ("met after the deadline", reach(completion(sent("07-08", "100", as_at="07-05"))), "07-10", "met_late"),
    ("met in an extension", reach(completion(sent("07-08", "100", as_at="07-05")), extensions=(extended("06-20", "07-31"),)), "07-10", "met_on_time"),
    ("no longer met", reach(monthly(3, "100"), monthly(4, "99")), "05-04", "on_track"),
    ("met downwards", reach(monthly(3, "5"), baseline="18", goal="5"), "04-12", "met_on_time"),
    ("a finished product", deliverable(monthly(4, "100")), "05-04", "met_on_time"),
    ("met by the goal as amended", reach(monthly(3, "60"), amendments=(amended("04-20", "05-01", goal="60"),)), "05-01", "met_on_time"),
    # 4
    ("on D", reach(*FIRST_THREE, monthly(4, "60"), monthly(5, "78")), "06-30", "on_track"),
    ("a day after D", reach(*FIRST_THREE, monthly(4, "60"), monthly(5, "70")), "07-01", "overdue"),
    ("D rolls over a weekend", reach(monthly(3, "80"), monthly(4, "90"), due_on=on("05-29")), "05-31", "on_track"),
    # 5
    ("inside a suspension", reach(*FIRST_THREE, suspensions=(suspended("04-05", "05-05"),)), "05-05", "suspended"),
    ("after it", reach(*FIRST_THREE, suspensions=(suspended("04-05", "05-05"),)), "05-06", "at_risk"),
    ("a suspension moves D out of itself", reach(*FIRST_THREE, monthly(4, "60"), suspensions=(suspended("06-15", "07-15"),)), "07-15", "suspended"),
    ("and no further", reach(*FIRST_THREE, monthly(4, "60"), suspensions=(suspended("06-15", "07-15"),)), "07-17", "overdue"),
    # 6
    ("kept", keep(*KEPT), "04-01", "met_on_time"),
    ("one month below", keep(KEPT[0], monthly(2, "94.9"), KEPT[2]), "04-01", "missed"),
    ("not applicable is a figure", keep(KEPT[0], monthly(2, "n/a"), KEPT[2]), "04-01", "met_on_time"),
    ("nothing applicable", keep(*(monthly(n, "n/a") for n in (1, 2, 3))), "04-01", "void"),
    ("one month lacking", keep(KEPT[0], KEPT[1]), "04-01", "on_track"),
    ("a month inside a suspension lacks nothing", keep(KEPT[0], KEPT[2], suspensions=(suspended("02-01", "02-28"),)), "04-01", "met_on_time"),
    ("a return leaves it lacking", keep(*KEPT[:2], monthly(3, sent("04-01", "99", returned("04-02")))), "04-05", "on_track"),
    ("over the whole term", keep(monthly(1, "90/100"), monthly(2, "99/100"), monthly(3, "99/100"), **OVER_THE_TERM), "04-01", "met_on_time"),
    ("over the whole term, below", keep(monthly(1, "90/100"), monthly(2, "95/100"), monthly(3, "99/100"), **OVER_THE_TERM), "04-01", "missed"),
    ("the latest of cumulative reports", keep(monthly(1, "80"), monthly(2, "90"), monthly(3, "95"), judged_by=JudgedBy.WHOLE_TERM, cumulative=True), "04-01", "met_on_time"),
    ("each by the goal of its month", keep(monthly(1, "90"), KEPT[1], KEPT[2], goal="90", amendments=(amended("02-01", "02-01", goal="95"),)), "04-01", "met_on_time"),
    # 7
    ("within the grace", reach(), "02-10", "pending"),
    ("after plus(P, 3)", reach(), "02-11", "unreported"),
    ("a later figure speaks for it", reach(monthly(2, "30")), "03-04", "on_track"),
    ("but not for a keep target", keep(monthly(2, "99")), "03-04", "unreported"),
    ("returned, time to answer", reach(monthly(1, sent("02-01", "10", returned("02-15")))), "02-18", "pending"),
    ("returned, not answered", reach(monthly(1, sent("02-01", "10", returned("02-15")))), "02-19", "unreported"),
    ("reopened, not answered", reach(monthly(1, sent("02-01", "10", accepted("02-02"), reopened("02-15")))), "02-19", "unreported"),
    ("a returned completion, not answered", reach(*FIRST_THREE, completion(sent("04-12", "100", returned("04-13"), as_at="04-10"))), "04-17", "unreported"),
    ("owed no more once met", reach(MET_IN_APRIL), "07-20", "met_on_time"),
    ("not owed inside a suspension", reach(suspensions=(suspended("01-01", "02-28"),)), "03-02", "pending"),
    # 8
    ("nothing sent", reach(), "01-20", "pending"),
    ("no milestones", deliverable(*FIRST_THREE, milestones=""), "04-12", "pending"),
    ("an undefined ratio", keep(monthly(1, "0/0"), ratio=True), "02-12", "pending"),
    # 9: the straight line from 0 to 100 stands at 16.67 on 31 January
    ("nine tenths of the plan", reach(monthly(1, "15")), "02-04", "on_track"),
    ("a little less", reach(monthly(1, "14.99")), "02-04", "at_risk"),
    ("below it", reach(monthly(1, "11")), "02-04", "behind"),
    ("a product at its step", deliverable(monthly(1, "0"), monthly(2, "10"), monthly(3, "45")), "04-04", "on_track"),
    ("a product below its step", deliverable(monthly(1, "0"), monthly(2, "10"), monthly(3, "44")), "04-04", "at_risk"),
    ("the term so far, kept", keep(monthly(1, "95/100"), **OVER_THE_TERM), "02-04", "on_track"),
    ("the term so far, nearly", keep(monthly(1, "90/100"), **OVER_THE_TERM), "02-04", "at_risk"),
    ("the term so far, not", keep(monthly(1, "80/100"), **OVER_THE_TERM), "02-04", "behind"),
    # 10
    ("every month so far", keep(monthly(1, "95")), "02-04", "on_track"),
    ("one month below breaks it", keep(monthly(1, "94"), monthly(2, "99")), "03-04", "behind"),
    ("at most", keep(monthly(1, "5.01"), goal="5", direction="at_most"), "02-04", "behind"),
    ("in a range", keep(monthly(1, "30"), direction=None, low="20", high="30"), "02-04", "on_track"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "status"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_first_line_that_holds_gives_the_status(facts: Facts, day: str, status: str) -> None:
    assert assess(facts.as_known_on(on(day)), on(day)).status == status


def test_what_was_true_then_as_known_later() -> None:
    """k after `on`: the figure of January counts on the days before it was sent, from its as-at day on."""
    record = reach(monthly(1, sent("02-05", "17")))
    assert assess(record.as_known_on(on("02-05")), on("02-01")).status == "on_track"
    assert assess(record.as_known_on(on("02-04")), on("02-01")).status == "pending"
    assert assess(record.as_known_on(on("02-05")), on("01-30")).status == "pending"


def test_a_keep_target_is_judged_from_its_last_cut_off_on() -> None:
    known = keep(*KEPT).as_known_on(on("04-01"))
    assert assess(known, on("03-30")).status == "on_track"
    assert assess(known, on("03-31")).status == "met_on_time"


def test_what_will_be_said_if_nobody_does_anything() -> None:
    """k before `on`: silence from the day after the grace."""
    known = reach(monthly(1, sent("02-20", "17"))).as_known_on(on("02-01"))
    assert assess(known, on("02-10")).status == "pending"
    assert assess(known, on("02-11")).status == "unreported"
    assert assess(known, on("02-01")).next_change_on == on("02-06")  # P + 1: punctuality falls


def test_a_fact_counts_from_the_day_it_was_recorded() -> None:
    report = monthly(1, sent("02-01", "17"))
    late = replace(report, revisions=(replace(report.revisions[0], recorded_on=on("02-15")),))
    assert assess(reach(late).as_known_on(on("02-14")), on("02-14")).status == "unreported"
    assert assess(reach(late).as_known_on(on("02-15")), on("02-14")).status == "on_track"
