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
    recalled,
    reopened,
    returned,
    sent,
    steps_of,
    suspended,
)
from tracker.rule import Facts, Ledger, assess
from tracker.rule.facts import JudgedBy, Policy, PolicyVersion

OVER_THE_TERM: dict[str, Any] = {"judged_by": JudgedBy.WHOLE_TERM, "ratio": True}
SO_FAR: dict[str, Any] = {"judged_by": JudgedBy.WHOLE_TERM, "cumulative": True}
FIRST_THREE = (monthly(1, "10"), monthly(2, "30"), monthly(3, "40"))
MET_IN_APRIL = completion(sent("04-12", "100", as_at="04-10"))
KEPT = (monthly(1, "95"), monthly(2, "96"), monthly(3, "99"))

CASES: list[tuple[str, Facts, str, str]] = [
    # 1
    ("before its start", reach(starts_on=on("02-01")), "01-31", "not_started"),
    ("started, not yet in force", reach(in_force_from=on("02-01")), "01-31", "not_started"),
    ("on the first day", reach(), "01-01", "pending"),
    ("on the first day in force", reach(in_force_from=on("02-01")), "02-01", "pending"),
    ("not started, whatever was sent", reach(monthly(1, "100"), in_force_from=on("03-05")), "03-04", "not_started"),
    # 2
    ("the day before it ends", reach(*FIRST_THREE, end=ended("04-02")), "04-01", "at_risk"),
    ("ended", reach(*FIRST_THREE, end=ended("04-02")), "04-02", "void"),
    ("met before it ended", reach(MET_IN_APRIL, end=ended("04-11")), "05-01", "met_on_time"),
    ("met on the day it ended", reach(MET_IN_APRIL, end=ended("04-10")), "05-01", "void"),
    ("kept to the end before it ended", keep(*KEPT, end=ended("04-01")), "05-01", "met_on_time"),
    ("ended on the last cut-off", keep(*KEPT, end=ended("03-31")), "05-01", "void"),
    ("a keep target that lacks a month when it ends", keep(*KEPT[:2], end=ended("04-01")), "05-01", "void"),
    ("missed before it ended", keep(KEPT[0], monthly(2, "90"), KEPT[2], end=ended("04-01")), "05-01", "missed"),
    ("ended before its start", reach(starts_on=on("02-01"), end=ended("01-10")), "01-20", "not_started"),
    ("ended, overdue or not", reach(*FIRST_THREE, end=ended("07-10")), "07-10", "void"),
    # 3
    ("met by a completion", reach(MET_IN_APRIL), "04-12", "met_on_time"),
    ("met by a monthly figure", reach(monthly(3, "100")), "04-12", "met_on_time"),
    ("met after the deadline", reach(completion(sent("07-08", "100", as_at="07-05"))), "07-10", "met_late"),
    ("met in an extension", reach(completion(sent("07-08", "100", as_at="07-05")), extensions=(extended("06-20", "07-31"),)), "07-10", "met_on_time"),
    ("no longer met", reach(monthly(3, "100"), monthly(4, "99")), "05-04", "on_track"),
    ("met on D", reach(completion(sent("07-02", "100", as_at="06-30"))), "07-02", "met_on_time"),
    ("met on the Monday that D rolled to", reach(completion(sent("06-02", "100", as_at="05-31")), due_on=on("05-29")), "06-02", "met_on_time"),
    ("met the day after it", reach(completion(sent("06-02", "100", as_at="06-01")), due_on=on("05-29")), "06-02", "met_late"),
    ("met anew: since the last run of figures began", reach(monthly(3, "100"), monthly(4, "99"), monthly(5, "100"), due_on=on("04-30")), "06-02", "met_late"),
    ("met ever since the first of the run", reach(monthly(3, "100"), monthly(4, "101"), monthly(5, "100"), due_on=on("04-30")), "06-02", "met_on_time"),
    ("a figure that is not applicable does not break the run", reach(monthly(3, "100/100"), monthly(4, "0/0"), monthly(5, "100/100"), due_on=on("04-30"), ratio=True), "06-02", "met_on_time"),
    ("met, and only the amended goal asks for more", reach(MET_IN_APRIL, monthly(4, "100"), amendments=(amended("05-05", "05-06", goal="120"),)), "05-06", "on_track"),
    ("met stays met in a suspension", reach(MET_IN_APRIL, suspensions=(suspended("04-05", "05-05"),)), "04-20", "met_on_time"),
    ("accepted with less than the goal", reach(monthly(3, sent("04-01", "100", accepted("04-02", "99")))), "04-12", "on_track"),
    ("accepted with the goal", reach(monthly(3, sent("04-01", "99", accepted("04-02", "100")))), "04-12", "met_on_time"),
    ("met downwards", reach(monthly(3, "5"), baseline="18", goal="5"), "04-12", "met_on_time"),
    ("a finished product", deliverable(monthly(4, "100")), "05-04", "met_on_time"),
    ("met by the goal as amended", reach(monthly(3, "60"), amendments=(amended("04-20", "05-01", goal="60"),)), "05-01", "met_on_time"),
    # 4
    ("on D", reach(*FIRST_THREE, monthly(4, "60"), monthly(5, "78")), "06-30", "on_track"),
    ("a day after D", reach(*FIRST_THREE, monthly(4, "60"), monthly(5, "70")), "07-01", "overdue"),
    ("D rolls over a weekend", reach(monthly(3, "80"), monthly(4, "90"), due_on=on("05-29")), "05-31", "on_track"),
    ("extended", reach(*FIRST_THREE, monthly(4, "60"), monthly(5, "78"), extensions=(extended("06-20", "07-31"),)), "07-01", "on_track"),
    ("and past the extended D", reach(*FIRST_THREE, monthly(4, "60"), extensions=(extended("06-20", "07-30"),)), "07-31", "overdue"),
    ("a suspension after D comes too late", reach(*FIRST_THREE, suspensions=(suspended("07-01", "07-15"),)), "07-05", "overdue"),
    ("overdue tells more than silence", reach(), "07-20", "overdue"),
    # 5
    ("inside a suspension", reach(*FIRST_THREE, suspensions=(suspended("04-05", "05-05"),)), "05-05", "suspended"),
    ("on its first day", reach(*FIRST_THREE, suspensions=(suspended("04-05", "05-05"),)), "04-05", "suspended"),
    ("silence waits while it lasts", reach(suspensions=(suspended("02-08", "03-12"),)), "03-12", "suspended"),
    ("a keep target too, even when all is reported", keep(*KEPT, suspensions=(suspended("04-01", "04-09"),)), "04-05", "suspended"),
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
    ("the latest of cumulative reports", keep(monthly(1, "80"), monthly(2, "90"), monthly(3, "95"), **SO_FAR), "04-01", "met_on_time"),
    ("the latest of cumulative reports, below", keep(monthly(1, "99"), monthly(2, "99"), monthly(3, "94"), **SO_FAR), "04-01", "missed"),
    ("a cumulative figure by the goal of its day", keep(monthly(1, "80"), monthly(2, "90"), monthly(3, "95"), **SO_FAR, amendments=(amended("04-01", "04-01", goal="99"),)), "04-02", "met_on_time"),
    ("the whole term by the goal of today", keep(*(monthly(n, "95/100") for n in (1, 2, 3)), **OVER_THE_TERM, amendments=(amended("04-01", "04-02", goal="96"),)), "04-02", "missed"),
    ("not applicable stays out of the whole term", keep(monthly(1, "0/0"), monthly(2, "n/a"), monthly(3, "95/100"), **OVER_THE_TERM), "04-01", "met_on_time"),
    ("in its range all the time", keep(monthly(1, "20"), monthly(2, "30"), monthly(3, "25"), direction=None, low="20", high="30"), "04-01", "met_on_time"),
    ("at most, all the time", keep(monthly(1, "5"), monthly(2, "0"), monthly(3, "-1"), direction="at_most", goal="5"), "04-01", "met_on_time"),
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
    ("answered at last", reach(monthly(1, sent("02-01", "10", returned("02-15")), sent("02-25", "17"))), "02-25", "on_track"),
    ("recalled, and nothing came instead", reach(monthly(1, sent("02-01", "17", recalled("02-02")))), "02-11", "unreported"),
    ("left blank", reach(monthly(1, replace(sent("02-01", "17"), value=None))), "02-11", "unreported"),
    ("a later figure speaks for a return as well", reach(*FIRST_THREE, completion(sent("03-12", "100", returned("03-13"), as_at="03-10"))), "04-05", "at_risk"),
    ("a figure as at the same day does not", reach(*FIRST_THREE, completion(sent("04-01", "100", returned("04-05"), as_at="03-31"))), "04-09", "unreported"),
    ("returned once and answered", reach(*FIRST_THREE, completion(sent("04-12", "100", returned("04-13"), as_at="04-10"), sent("04-14", "100", as_at="04-10"))), "04-17", "met_on_time"),
    ("silence overrides what was claimed", reach(monthly(1, "17")), "03-11", "unreported"),
    ("a keep target's term is over, and a month still silent", keep(KEPT[0], KEPT[2]), "04-01", "unreported"),
    ("the report of the period that the target ends in", reach(end=ended("02-05")), "02-04", "pending"),
    ("not owed inside a suspension", reach(suspensions=(suspended("01-01", "02-28"),)), "03-02", "pending"),
    # 8
    ("nothing sent", reach(), "01-20", "pending"),
    ("no milestones", deliverable(*FIRST_THREE, milestones=""), "04-12", "pending"),
    ("a term before the first cut-off", keep(due_on=on("01-20")), "01-20", "pending"),
    ("an undefined ratio", keep(monthly(1, "0/0"), ratio=True), "02-12", "pending"),
    ("an undefined ratio of a reach", reach(monthly(1, "0/0"), ratio=True), "02-12", "pending"),
    ("no milestones, and finished", deliverable(monthly(4, "100"), milestones=""), "05-04", "met_on_time"),
    ("no milestones, and past D", deliverable(monthly(6, "90"), milestones=""), "07-01", "overdue"),
    ("milestones by an amendment", deliverable(*FIRST_THREE, milestones="", amendments=(amended("04-01", "04-02", milestones=steps_of("03-31: 40")),)), "04-02", "on_track"),
    # 9: the straight line from 0 to 100 stands at 16.67 on 31 January
    ("nine tenths of the plan", reach(monthly(1, "15")), "02-04", "on_track"),
    ("a little less", reach(monthly(1, "14.99")), "02-04", "at_risk"),
    ("below it", reach(monthly(1, "11")), "02-04", "behind"),
    ("nine tenths to the last digit", reach(monthly(1, "27"), goal="180"), "02-04", "on_track"),
    ("seven tenths to the last digit", reach(monthly(1, "21"), goal="180"), "02-04", "at_risk"),
    ("a hundredth below seven tenths", reach(monthly(1, "20.99"), goal="180"), "02-04", "behind"),
    ("as at the day that it names", reach(completion(sent("03-12", "100", as_at="03-10")), amendments=(amended("03-12", "03-12", goal="200"),)), "03-12", "on_track"),
    ("a product before its first step", deliverable(monthly(1, "0")), "02-04", "on_track"),
    ("a product at its step", deliverable(monthly(1, "0"), monthly(2, "10"), monthly(3, "45")), "04-04", "on_track"),
    ("a product below its step", deliverable(monthly(1, "0"), monthly(2, "10"), monthly(3, "44")), "04-04", "at_risk"),
    ("the term so far, kept", keep(monthly(1, "95/100"), **OVER_THE_TERM), "02-04", "on_track"),
    ("the term so far, nearly", keep(monthly(1, "90/100"), **OVER_THE_TERM), "02-04", "at_risk"),
    ("the term so far, not", keep(monthly(1, "80/100"), **OVER_THE_TERM), "02-04", "behind"),
    ("nine tenths of the goal so far", keep(monthly(1, "45/100"), goal="50", **OVER_THE_TERM), "02-04", "at_risk"),
    ("a thousandth below", keep(monthly(1, "44.9/100"), goal="50", **OVER_THE_TERM), "02-04", "behind"),
    ("cumulative, kept", keep(monthly(1, "95"), **SO_FAR), "02-04", "on_track"),
    ("cumulative, nearly", keep(monthly(1, "95"), monthly(2, "90"), **SO_FAR), "03-04", "at_risk"),
    ("cumulative, not", keep(monthly(1, "95"), monthly(2, "80"), **SO_FAR), "03-04", "behind"),
    # 10
    ("every month so far", keep(monthly(1, "95")), "02-04", "on_track"),
    ("one month below breaks it", keep(monthly(1, "94"), monthly(2, "99")), "03-04", "behind"),
    ("at most", keep(monthly(1, "5.01"), goal="5", direction="at_most"), "02-04", "behind"),
    ("in a range", keep(monthly(1, "30"), direction=None, low="20", high="30"), "02-04", "on_track"),
    ("at its lower end", keep(monthly(1, "20"), direction=None, low="20", high="30"), "02-04", "on_track"),
    ("out of a range", keep(monthly(1, "30.01"), direction=None, low="20", high="30"), "02-04", "behind"),
    ("a range without an upper end", keep(monthly(1, "1000"), direction=None, low="20"), "02-04", "on_track"),
    ("not applicable breaks nothing", keep(monthly(1, "n/a"), monthly(2, "95")), "03-04", "on_track"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "status"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_first_line_that_holds_gives_the_status(facts: Facts, day: str, status: str) -> None:
    assert assess(Ledger(facts).known(on(day)), on(day)).status == status


def test_what_was_true_then_as_known_later() -> None:
    """k after `on`: the figure of January counts on the days before it was sent, from its as-at day on."""
    record = reach(monthly(1, sent("02-05", "17")))
    assert assess(Ledger(record).known(on("02-05")), on("02-01")).status == "on_track"
    assert assess(Ledger(record).known(on("02-04")), on("02-01")).status == "pending"
    assert assess(Ledger(record).known(on("02-05")), on("01-30")).status == "pending"


def test_a_keep_target_is_judged_from_its_last_cut_off_on() -> None:
    known = Ledger(keep(*KEPT)).known(on("04-01"))
    assert assess(known, on("03-30")).status == "on_track"
    assert assess(known, on("03-31")).status == "met_on_time"


def test_what_will_be_said_if_nobody_does_anything() -> None:
    """k before `on`: silence from the day after the grace."""
    known = Ledger(reach(monthly(1, sent("02-20", "17")))).known(on("02-01"))
    assert assess(known, on("02-10")).status == "pending"
    assert assess(known, on("02-11")).status == "unreported"
    assert assess(known, on("02-01")).next_change_on == on("02-06")  # P + 1: punctuality falls


def test_a_fact_counts_from_the_day_it_was_recorded() -> None:
    report = monthly(1, sent("02-01", "17"))
    late = replace(report, revisions=(replace(report.revisions[0], recorded_on=on("02-15")),))
    assert assess(Ledger(reach(late)).known(on("02-14")), on("02-14")).status == "unreported"
    assert assess(Ledger(reach(late)).known(on("02-15")), on("02-14")).status == "on_track"


def test_an_end_counts_once_it_is_known() -> None:
    end = replace(ended("03-02"), decided_on=on("02-25"), recorded_on=on("03-10"))
    record = reach(*FIRST_THREE, end=end)
    assert assess(Ledger(record).known(on("03-09")), on("03-09")).status == "on_track"
    assert assess(Ledger(record).known(on("03-10")), on("03-02")).status == "void"
    assert assess(Ledger(record).known(on("03-10")), on("03-01")).status == "on_track"


def test_an_early_report_is_a_figure_from_the_day_that_it_names() -> None:
    known = Ledger(reach(monthly(3, sent("04-01", "100", as_at="03-20")))).known(on("04-01"))
    assert assess(known, on("03-19")).status == "unreported"
    assert assess(known, on("03-20")).status == "met_on_time"


@pytest.mark.parametrize(
    ("policy", "day", "status"),
    [
        ({"grace_days": 0}, "02-05", "pending"),
        ({"grace_days": 0}, "02-06", "unreported"),
        ({"grace_days": 5}, "02-12", "pending"),
        ({"grace_days": 5}, "02-13", "unreported"),
    ],
)
def test_grace_is_the_policys(policy: dict[str, Any], day: str, status: str) -> None:
    record = reach(policies=(PolicyVersion(None, Policy(**policy)),))
    assert assess(Ledger(record).known(), on(day)).status == status
