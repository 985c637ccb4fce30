"""What other rooms ask of the facts: what is owed and until when, deadline, terms, plan and figures."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.factories.targets_by_hand import (
    accepted,
    amended,
    completion,
    deliverable,
    extended,
    keep,
    monthly,
    on,
    reach,
    reopened,
    returned,
    sent,
    suspended,
    target,
)
from tracker.rule import (
    Facts,
    Known,
    Ledger,
    assess,
    deadline,
    figures_on,
    owed_periods,
    plan_on,
    settled_deadline,
    weight_on,
)
from tracker.rule import met_on as met_on_of
from tracker.rule.facts import Direction, Period, Shape, Terms


def owed_codes(known: Known, day: str) -> str:
    return " ".join(p.period.code for p in owed_periods(known, on(day)) if p.owed)


WEEKEND = Period("W", on("02-06"), on("02-07"), on("02-15"))
MET_IN_MARCH = completion(sent("03-12", "100", as_at="03-10"))


@pytest.mark.parametrize(
    ("facts", "day", "codes"),
    [
        (reach(), "01-10", "M01 M02 M03 M04 M05 M06"),
        (reach(starts_on=on("02-10")), "01-10", "M02 M03 M04 M05 M06"),
        (reach(starts_on=on("01-31")), "01-10", "M01 M02 M03 M04 M05 M06"),
        (reach(due_on=on("06-01")), "01-10", "M01 M02 M03 M04 M05 M06"),
        (reach(in_force_from=on("03-05")), "01-10", "M02 M03 M04 M05 M06"),
        (reach(in_force_from=on("03-06")), "01-10", "M03 M04 M05 M06"),  # February's P is 5 March
        (reach(extensions=(extended("06-20", "07-15"),)), "06-20", "M01 M02 M03 M04 M05 M06 M07"),
        (keep(extensions=(extended("03-20", "05-15"),)), "03-20", "M01 M02 M03 M04"),  # cut-off within the deadline
        (reach(suspensions=(suspended("02-01", "03-15"),)), "04-01", "M01 M03 M04 M05 M06"),
        # Two suspensions that adjoin over a weekend cover February together; not where a Monday lies between them.
        (keep(suspensions=(suspended("02-01", "02-12"), suspended("02-15", "02-26"))), "03-10", "M01 M03"),
        (keep(suspensions=(suspended("02-01", "02-12"), suspended("02-16", "02-28"))), "03-10", "M01 M02 M03"),
        (reach(periods=(WEEKEND,), suspensions=(suspended("02-06", "02-07"),)), "02-10", ""),
        (reach(periods=(WEEKEND,), suspensions=(suspended("02-01", "02-06"),)), "02-10", "W"),
        (reach(MET_IN_MARCH), "03-12", "M01 M02"),
        (reach(MET_IN_MARCH, monthly(4, "90")), "05-01", "M01 M02 M04 M05 M06"),  # nothing was asked for March on its P
        (reach(monthly(1, sent("02-01", "100", returned("02-20"))), MET_IN_MARCH), "03-12", "M01 M02"),
    ],
)  # fmt: skip
def test_which_reports_are_owed(facts: Facts, day: str, codes: str) -> None:
    assert owed_codes(Ledger(facts).known(on(day)), day) == codes


def test_a_period_reached_by_an_extension_is_due_after_its_granting() -> None:
    """July's P would be 5 August; the extension came on 10 August, three working days before 13 August."""
    late = reach(extensions=(extended("08-10", "08-31"),))
    due = {p.period.code: p.due_on for p in owed_periods(Ledger(late).known(), on("08-10"))}
    assert (due["M06"], due["M07"], due["M08"]) == (on("07-05"), on("08-13"), on("09-06"))  # 5 September is a Sunday


def test_a_period_that_starts_on_the_due_day_is_due_as_ever() -> None:
    late = reach(due_on=on("06-01"), extensions=(extended("07-20", "08-31"),))
    due = {p.period.code: p.due_on for p in owed_periods(Ledger(late).known(), on("07-20"))}
    assert (due["M06"], due["M07"]) == (on("07-05"), on("08-05"))


def test_an_extension_that_ends_on_the_cut_off_reaches_the_period() -> None:
    twice = keep(extensions=(extended("04-01", "04-30"), extended("05-20", "06-30")))
    due = {p.period.code: p.due_on for p in owed_periods(Ledger(twice).known(), on("05-20"))}
    assert (due["M04"], due["M05"]) == (on("05-05"), on("06-07"))  # 5 June is a Saturday


def test_p_settles_past_a_suspension() -> None:
    due = [
        p.due_on for p in owed_periods(Ledger(reach(suspensions=(suspended("02-03", "02-12"),))).known(), on("02-03"))
    ]
    assert due[0] == on("02-15")  # the 13th is a Saturday


def test_a_return_awaits_an_answer() -> None:
    record = reach(
        monthly(1, sent("02-01", "10", returned("02-10"))), monthly(2, sent("03-01", "20", accepted("03-02")))
    )
    january, february, march, *_ = owed_periods(Ledger(record).known(on("03-03")), on("02-12"))
    assert (january.returned_on, january.answer_by, january.in_time) == (on("02-10"), on("02-15"), True)
    assert (february.returned_on, february.sent_on, february.in_time) == (None, on("03-01"), True)
    assert (march.report, march.in_time, march.silent) == (None, None, False)
    january = owed_periods(Ledger(record).known(on("02-16")), on("02-16"))[0]
    assert (january.in_time, january.silent) == (False, True)


def test_of_two_reports_of_a_period_the_one_first_sent_is_its_report() -> None:
    finished = completion(sent("03-12", "100", as_at="03-10"))
    later = completion(sent("04-02", "100", as_at="03-10"))
    for first, other in ((finished, monthly(3, "100")), (monthly(3, "100"), later)):
        assert owed_periods(Ledger(reach(other, first)).known(), on("04-02"))[2].report == first


@pytest.mark.parametrize(
    ("facts", "due", "settled"),
    [
        (reach(), "06-30", "06-30"),
        (reach(due_on=on("05-29")), "05-29", "05-31"),
        (reach(extensions=(extended("06-01", "07-31"), extended("07-01", "08-15"))), "08-15", "08-16"),
        (reach(suspensions=(suspended("06-15", "07-15"),)), "06-30", "07-16"),
        (reach(suspensions=(suspended("06-15", "07-16"), suspended("07-19", "07-23"))), "06-30", "07-26"),
    ],
)
def test_deadline_and_d(facts: Facts, due: str, settled: str) -> None:
    assert (deadline(Ledger(facts).known()), settled_deadline(Ledger(facts).known())) == (on(due), on(settled))


@pytest.mark.parametrize(
    ("facts", "day", "planned"),
    [
        (reach(), "01-01", "0.00"),
        (reach(), "04-01", "50.00"),
        (reach(), "06-30", "100.00"),
        (reach(), "09-01", "100.00"),
        (reach(starts_on=on("03-01")), "02-01", "0.00"),
        (reach(baseline="18", goal="15", milestones="04-01: 17"), "02-15", "17.50"),
        (reach(milestones="04-01: 20"), "04-01", "20.00"),
        (reach(extensions=(extended("06-01", "12-28"),)), "07-01", "50.14"),  # straight to the extended deadline
        (deliverable(), "03-30", "0.00"),
        (deliverable(), "03-31", "50.00"),
        (deliverable(), "07-31", "80.00"),
        (keep(), "02-01", "95.00"),
        (reach(goal="0.125", baseline="0"), "06-30", "0.125"),
        (reach(amendments=(amended("03-01", "04-01", goal="50"),)), "04-01", "25.00"),
    ],
)
def test_the_plan(facts: Facts, day: str, planned: str) -> None:
    assert str(plan_on(Ledger(facts).known(), on(day))) == planned


def test_the_plan_by_the_terms_of_another_day() -> None:
    record = reach(amendments=(amended("03-01", "04-01", goal="50", weight="3"),))
    assert plan_on(Ledger(record).known(), on("06-30"), on("03-31")) == 100
    assert plan_on(Ledger(record).known(), on("06-30"), on("04-01")) == 50
    assert (weight_on(Ledger(record).known(), on("03-31")), weight_on(Ledger(record).known(), on("04-01"))) == (
        Decimal(1),
        Decimal(3),
    )
    assert weight_on(Ledger(record).known(on("02-28")), on("04-01")) == 1
    assert plan_on(Ledger(keep(direction=None, low="1", high="2")).known(), on("03-01")) is None


def test_figures_in_force_in_their_order() -> None:
    record = reach(
        monthly(3, sent("04-01", "60", accepted("04-02", "55"))),
        monthly(2, sent("03-01", "30", returned("03-02"))),
        monthly(1, "10"),
    )
    found = figures_on(Ledger(record).known(on("04-05")), on("04-05"))
    assert [(f.as_at, f.value) for f in found] == [(on("01-31"), Fraction(10)), (on("03-31"), Fraction(55))]
    assert [(f.report.period, f.revision.value) for f in found] == [("M01", Decimal(10)), ("M03", Decimal(60))]


def test_figures_in_force_under_the_terms_of_the_day() -> None:
    record = reach(monthly(3, sent("04-01", "60", as_at="03-20")), amendments=(amended("04-12", "04-12", goal="60"),))
    assert [figures_on(Ledger(record).known(), on(day))[0].as_at for day in ("04-11", "04-12")] == [
        on("03-31"),
        on("03-20"),
    ]


def test_an_earlier_day_that_a_report_names_counts_while_its_value_meets_the_goal() -> None:
    early = monthly(3, sent("04-01", "100", as_at="03-20"))
    assert met_on_of(Ledger(reach(early)).known(), on("04-01")) == on("03-20")
    short = monthly(3, sent("04-01", "99", as_at="03-20"))
    assert figures_on(Ledger(reach(short)).known(), on("04-01"))[0].as_at == on("03-31")


def test_a_figure_good_enough_to_go_back_in_time_brings_no_worse_one_to_the_front() -> None:
    """docs/decisions/0010: the goal was raised above what the completion says."""
    finished = completion(sent("04-12", "100", as_at="04-10"))
    raised: dict[str, Any] = {"amendments": (amended("04-20", "05-01", goal="120"),)}
    delivered = []
    for value in ("119", "120"):
        record = reach(finished, monthly(4, sent("05-03", value, as_at="04-05")), **raised)
        delivered.append(assess(Ledger(record).known(), on("07-05")).delivery)
    assert delivered == [Decimal("49.58"), Decimal(100)]


@pytest.mark.parametrize(("figure", "ratio"), [("100", False), ("40/40", True)])
def test_on_p_itself_nothing_was_asked_where_the_goal_was_met_then(figure: str, ratio: bool) -> None:
    """Seen later: the completion was reopened on 20 April, but on 5 April, March's P, nobody was to report."""
    finished = completion(sent("03-01", figure, accepted("03-02"), reopened("04-20"), as_at="02-27"))
    known = Ledger(reach(finished, ratio=ratio)).known(on("04-20"))
    assert "M03" in owed_codes(known, "04-04")
    assert "M03" not in owed_codes(known, "04-05")
    assert "M04" in owed_codes(known, "04-05")


def test_once_met_no_later_period_is_silent_however_late_one_learns_of_it() -> None:
    known = Ledger(reach(monthly(1, "17"), monthly(2, "33"), completion(sent("05-20", "100", as_at="03-10")))).known(
        on("05-20")
    )
    told = {p.period.code: (p.owed, p.silent) for p in owed_periods(known, on("05-20"))}
    assert [told[code] for code in ("M02", "M03", "M04")] == [(True, False), (False, False), (False, False)]


@pytest.mark.parametrize(("as_at", "code"), [("01-01", "M01"), ("01-31", "M01"), ("02-01", "M02"), ("02-28", "M02")])
def test_a_completion_is_the_report_of_the_period_that_its_as_at_day_falls_into(as_at: str, code: str) -> None:
    finished = completion(sent("03-02", "100", as_at=as_at))
    found = [p.period.code for p in owed_periods(Ledger(reach(finished)).known(), on("03-02")) if p.report == finished]
    assert found == [code]


def test_a_completion_that_names_no_day_is_as_at_the_day_it_was_sent() -> None:
    assert met_on_of(Ledger(reach(completion(sent("03-12", "100")))).known(), on("03-12")) == on("03-12")


def test_amendments_that_begin_on_one_day_count_in_the_order_of_their_signing() -> None:
    first, second = amended("03-01", "04-01", goal="60", weight="2"), amended("03-02", "04-01", goal="50")
    before = amended("02-01", "02-01", goal="80")
    for told in ((before, first, second), (second, first, before)):
        record = reach(amendments=told)
        assert (
            plan_on(Ledger(record).known(), on("06-30"), on("04-01")),
            weight_on(Ledger(record).known(), on("04-01")),
        ) == (Decimal(50), Decimal(2))
        assert (
            plan_on(Ledger(record).known(), on("06-30"), on("03-31")),
            weight_on(Ledger(record).known(), on("03-31")),
        ) == (Decimal(80), Decimal(1))


def test_amendments_count_in_the_order_of_the_days_from_which_they_count() -> None:
    """The second one was to begin before it was signed, so it begins on the day of its signing: after the first."""
    first, second = amended("03-01", "04-01", goal="60"), amended("04-10", "02-01", goal="50")
    for told in ((first, second), (second, first)):
        record = reach(amendments=told)
        assert [
            plan_on(Ledger(record).known(), on("06-30"), on(day)) for day in ("03-31", "04-01", "04-09", "04-10")
        ] == [
            100,
            60,
            60,
            50,
        ]


@pytest.mark.parametrize("goals", [("7", "12"), ("12", "7"), ("9", "10")])
def test_of_amendments_signed_and_in_force_on_the_same_days_the_last_word_counts(goals: tuple[str, str]) -> None:
    pair = tuple(replace(amended("03-01", "04-01", goal=goal), seq=seq) for seq, goal in enumerate(goals, start=1))
    for told in (pair, pair[::-1]):
        assert plan_on(Ledger(reach(amendments=told)).known(), on("06-30")) == Decimal(goals[1])


def test_the_last_word_counts_whichever_was_recorded_first() -> None:
    first, second = (replace(amended("03-01", "04-01", goal=goal), seq=seq) for seq, goal in ((1, "7"), (2, "12")))
    late = replace(first, recorded_on=on("05-03"))
    assert plan_on(Ledger(reach(amendments=(late, second))).known(), on("06-30")) == Decimal(12)


def test_amendments_follow_each_other_by_their_first_days_not_by_their_signing() -> None:
    pair = amended("01-10", "03-01", goal="50"), amended("01-20", "02-01", goal="60")
    assert [
        plan_on(Ledger(reach(amendments=pair, due_on=on("02-10"))).known(), on(day)) for day in ("02-20", "03-01")
    ] == [60, 50]


def test_even_amendments_that_contradict_each_other_give_one_answer() -> None:
    pair = amended("03-01", "04-01", goal="60"), amended("03-01", "04-01", goal="50")
    assert plan_on(Ledger(reach(amendments=pair)).known(), on("06-30")) == plan_on(
        Ledger(reach(amendments=pair[::-1])).known(), on("06-30")
    )


@pytest.mark.parametrize(("terms", "missing"), [(Terms(), "goal"), (Terms(goal=Decimal(5)), "baseline")])
def test_terms_that_lack_what_their_shape_needs_are_refused(terms: Terms, missing: str) -> None:
    with pytest.raises(ValueError, match=rf"needs a {missing}$"):
        plan_on(Ledger(target(Shape.REACH, terms)).known(), on("06-30"))


def test_terms_of_a_keep_target_need_a_goal_where_it_has_a_direction() -> None:
    with pytest.raises(ValueError, match=r"needs a goal$"):
        plan_on(Ledger(target(Shape.KEEP, Terms(), direction=Direction.AT_MOST)).known(), on("06-30"))


@pytest.mark.parametrize(
    ("facts", "planned"),
    [
        (reach(goal="0.1", baseline="0.1234", milestones="03-01: 0.11"), "0.1000"),
        (reach(goal="1", baseline="0", milestones="03-01: 0.123"), "1.000"),
        (deliverable(milestones="03-31: 33.333"), "33.33"),
        (keep(goal="97.125"), "97.125"),
        (reach(goal="-7.005", baseline="0"), "-7.005"),
    ],
)
def test_a_plan_has_the_places_of_its_terms(facts: Facts, planned: str) -> None:
    assert str(plan_on(Ledger(facts).known(), on("06-30"))) == planned


def test_figures_of_ratios_are_exact() -> None:
    record = keep(monthly(1, "2/3"), monthly(2, "-2/3"), monthly(3, "0/0"), ratio=True)
    values = [f.value for f in figures_on(Ledger(record).known(), on("04-05"))]
    assert values == [Fraction(200, 3), Fraction(-200, 3), None]


def test_the_days_of_a_period() -> None:
    own = owed_periods(Ledger(reach(monthly(1, sent("02-08", "17")))).known(), on("02-08"))[0]
    assert (own.due_on, own.grace_ends_on, own.sent_on, own.in_time) == (on("02-05"), on("02-10"), on("02-08"), False)
    assert (own.revision and own.revision.value, own.answer_by, own.returned_on) == (Decimal(17), None, None)
    second = owed_periods(Ledger(reach()).known(), on("03-05"))[1]
    assert (second.sent_on, second.in_time, second.silent) == (None, None, False)
    assert owed_periods(Ledger(reach()).known(), on("03-06"))[1].in_time is False


def test_the_last_day_of_grace_and_the_last_day_of_an_answer() -> None:
    assert [owed_periods(Ledger(reach()).known(), on(day))[0].silent for day in ("02-10", "02-11")] == [False, True]
    back = reach(monthly(1, sent("02-01", "10", returned("02-10"))))
    assert [owed_periods(Ledger(back).known(), on(day))[0].in_time for day in ("02-15", "02-16")] == [True, False]
