"""Steps of whole targets, told as stories: on which day another answer begins, and which; k = on all the way."""

# ruff: noqa: E501 - a table, one case a line

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.factories.targets_by_hand import (
    amended,
    completion,
    ended,
    extended,
    keep,
    monthly,
    on,
    reach,
    returned,
    sent,
    suspended,
)
from tests.factories.told_by_hand import first_day, steps
from tracker.rule import Facts
from tracker.rule.facts import Amendment, End, Policy, PolicyVersion, Suspension

LAST = on("2022-03-31")
FIRST_THREE = (monthly(1, "17"), monthly(2, "33"), monthly(3, "50"))
KEPT = (monthly(1, "99"), monthly(2, "95"), monthly(3, "97"))
LOOSER = (
    PolicyVersion(None, Policy()),
    PolicyVersion(on("04-20"), Policy(on_track=Decimal("0.5"), at_risk=Decimal("0.4"))),
)


def rest(first: str, last: str, decided: str) -> Suspension:
    return replace(suspended(first, last), decided_on=on(decided), recorded_on=on(decided))


def known_from(day: str, amendment: Amendment) -> Amendment:
    return replace(amendment, recorded_on=on(day))


# A line a step: its day, status, score and punctuality.
STORIES: list[tuple[str, Facts, str]] = [
    ("met by a completion", reach(monthly(1, "17"), monthly(2, sent("03-01", "33", returned("03-03")), sent("03-08", "30")), completion(sent("04-12", "100", as_at="04-10"))), """
        01-01 pending None None
        02-01 on_track 100.00 100.00 (January's figure)
        03-08 on_track 93.79 100.00 (February's, sent anew after its return)
        04-06 on_track 90.46 66.67 (March's did not come)
        04-09 unreported 6.67 66.67
        04-12 met_on_time 97.50 75.00 (the completion; April needs no other report)
    """),
    ("every report came, the goal did not", reach(*(monthly(n, str(16 * n)) for n in range(1, 7)), due_on=on("05-20")), """
        01-01 pending None None
        02-01 at_risk 76.72 100.00 (16 of 22.30)
        03-01 at_risk 79.02 100.00
        04-01 at_risk 77.47 100.00
        05-01 at_risk 77.28 100.00
        05-21 overdue 38.80 100.00 (D + 1)
        06-01 overdue 46.00 100.00
        07-01 overdue 53.20 100.00
    """),
    ("met by a goal that another one replaces later", reach(monthly(1, "2"), monthly(2, "9"), goal="10", amendments=(amended("02-01", "03-01", goal="8"), known_from("04-20", amended("02-20", "03-01", goal="20")))), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        03-01 met_on_time 100.00 100.00 (9 of 8)
        04-20 on_track 100.00 100.00 (9 of 20; in March and before 5 April nothing was asked)
        05-06 on_track 96.67 66.67 (April's did not come)
        05-11 unreported 6.67 66.67
        06-08 unreported 5.00 50.00
        07-01 overdue 25.25 50.00
        07-06 overdue 24.25 40.00
    """),
    ("met downwards, from a baseline that was raised first", reach(monthly(1, "2"), monthly(2, "7"), goal="10", amendments=(amended("02-01", "03-01", goal="8"), amended("02-02", "03-01", baseline="9"), known_from("04-20", amended("02-20", "03-01", goal="20")))), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        03-01 met_on_time 100.00 100.00 (7, from 9 down to 8)
        04-20 behind 10.00 100.00 (7, from 9 up to 20)
        05-06 behind 6.67 66.67
        05-11 unreported 6.67 66.67
        06-08 unreported 5.00 50.00
        07-01 overdue 5.00 50.00
        07-06 overdue 4.00 40.00
    """),
    ("its end is decided ahead", reach(*FIRST_THREE, end=End(on("04-21"), on("04-12"), on("04-12"))), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        04-21 void None 100.00 (nothing is owed for April)
    """),
    ("it ends at once", reach(*FIRST_THREE, end=ended("04-12")), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        04-12 void None 100.00
    """),
    ("a suspension is decided ahead", reach(*FIRST_THREE, suspensions=(rest("04-20", "05-05", "04-12"),)), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        04-20 suspended None 100.00
        05-06 on_track 100.00 100.00
        05-07 on_track 97.50 75.00 (P of April settled on the 6th)
        05-12 unreported 7.50 75.00
        06-08 unreported 6.00 60.00
        07-01 overdue 28.50 60.00
        07-06 overdue 27.50 50.00
    """),
    ("a completion is returned beside its month's own report", reach(*FIRST_THREE, completion(sent("04-12", "100", returned("04-13"), as_at="03-31"))), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        04-12 met_on_time 100.00 100.00
        04-13 on_track 100.00 100.00
        04-17 unreported 10.00 100.00 (nobody answered by the 16th; March itself was in time)
        05-06 unreported 7.50 75.00
        06-08 unreported 6.00 60.00
        07-01 overdue 28.50 60.00
        07-06 overdue 27.50 50.00
    """),
    ("it starts late and is in force later", reach(monthly(2, "9"), starts_on=on("02-10"), in_force_from=on("02-15")), """
        02-10 not_started None None
        02-15 pending None None
        03-01 at_risk 73.00 100.00
        04-06 at_risk 68.00 50.00
        04-09 unreported 5.00 50.00
        05-06 unreported 3.33 33.33
        06-08 unreported 2.50 25.00
        07-01 overdue 6.55 25.00
        07-06 overdue 6.05 20.00
    """),
    ("its last month lies in a suspension", keep(*KEPT[:2], suspensions=(rest("03-01", "04-09", "02-25"),)), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        03-01 suspended None 100.00
        04-10 met_on_time 100.00 100.00
    """),
    ("its last report is returned, and sent anew with less", keep(*KEPT[:2], monthly(3, sent("04-01", "97", returned("04-06")), sent("04-08", "90"))), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        04-01 met_on_time 100.00 100.00
        04-06 on_track 100.00 100.00
        04-08 missed 98.42 100.00
    """),
    ("nothing to measure in any month", keep(*(monthly(n, "n/a") for n in (1, 2, 3))), """
        01-01 pending None None
        02-01 pending None 100.00
        04-01 void None 100.00
    """),
    ("another policy comes on its way", reach(*FIRST_THREE[:2], monthly(3, "30"), policies=LOOSER), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        04-01 behind 64.61 100.00
        04-20 on_track 64.61 100.00
        05-06 on_track 62.11 75.00
        05-11 unreported 7.50 75.00
        06-08 unreported 6.00 60.00
        07-01 overdue 19.50 60.00
        07-06 overdue 18.50 50.00
    """),
    ("its deadline is extended", reach(*FIRST_THREE, monthly(4, "60"), monthly(5, "70"), monthly(6, "80"), extensions=(extended("06-15", "07-30"),)), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        05-01 on_track 91.68 100.00
        06-01 at_risk 85.60 100.00
        06-15 on_track 98.20 100.00 (less is planned by now)
        07-01 on_track 94.00 100.00
        07-31 overdue 46.00 100.00
        08-06 overdue 44.57 85.71 (July's is owed since the extension)
    """),
    ("its goal is lowered", reach(*FIRST_THREE[:2], monthly(3, "30"), amendments=(amended("04-12", "04-26", goal="60"),)), """
        01-01 pending None None
        02-01 on_track 100.00 100.00
        04-01 behind 64.61 100.00
        04-26 on_track 100.00 100.00
        05-06 on_track 97.50 75.00
        05-11 unreported 7.50 75.00
        06-08 unreported 6.00 60.00
        07-01 overdue 28.50 60.00
        07-06 overdue 27.50 50.00
    """),
    ("reports that come late", reach(monthly(1, sent("02-12", "17")), monthly(2, "33"), due_on=on("02-28")), """
        01-01 pending None None
        02-06 pending None 0.00
        02-11 unreported 0.00 0.00 (for one day)
        02-12 behind 29.58 0.00 (17 of 52.59)
        03-01 behind 34.70 50.00 (until Monday, to which D rolled)
        03-02 overdue 19.85 50.00
    """),
]  # fmt: skip


@pytest.mark.parametrize(("record", "story"), [case[1:] for case in STORIES], ids=[case[0] for case in STORIES])
def test_a_record_reads_as_a_story(record: Facts, story: str) -> None:
    told = []
    for s in steps(record, LAST):
        a = s.assessment
        told.append(f"{s.from_on:%m-%d} {a.status.value} {a.score} {a.punctuality}")
    assert told == [line.partition(" (")[0].strip() for line in story.strip().splitlines()]


def test_a_change_of_weight_begins_a_step() -> None:
    record = reach(monthly(1, "17"), amendments=(amended("02-03", "02-04", weight="2"),))
    weights = [(s.from_on, s.weight) for s in steps(record, on("02-04"))]
    assert weights == [(on("01-01"), Decimal(1)), (on("02-01"), Decimal(1)), (on("02-04"), Decimal(2))]
    before = steps(record, on("02-03"))[-1]
    assert (before.wake_on, before.assessment.next_change_on) == (on("02-04"), on("03-06"))


def test_nothing_is_said_before_the_first_day() -> None:
    record = reach(starts_on=on("02-01"), in_force_from=on("01-15"))
    assert first_day(record) == on("01-15")
    assert steps(record, on("01-14")) == []
    assert [s.assessment.status.value for s in steps(record, on("02-01"))] == ["not_started", "pending"]
