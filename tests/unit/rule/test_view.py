"""One day of a record, looked at once: it says what the rule says, also with one report besides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import rule_records
from tracker.rule import Ledger, View, assess, figures_on, owed_periods
from tracker.rule.facts import Facts, Report, ReportKind


@given(st.data())
def test_a_view_says_what_the_rule_says(data: st.DataObject) -> None:
    facts: Facts = data.draw(rule_records.records())
    on, known_on = data.draw(rule_records.moments(facts))
    known = Ledger(facts).known(known_on)
    view = View(known, on)
    assert view.figures() == figures_on(known, on)
    for one in owed_periods(known, on):
        assert view.owed(one.period.code) == one
    assert view.owed("no such period") is None
    answer, reason = view.answer()
    whole = assess(known, on)
    assert (*answer, reason) == (whole.status, whole.score, whole.delivery, whole.punctuality, whole.reason)


@given(st.data())
def test_one_report_besides_is_judged_as_if_it_had_always_stood(data: st.DataObject) -> None:
    """Whatever is shared between both ledgers: what the second says is what a ledger of its own would say."""
    facts: Facts = data.draw(rule_records.records())
    on, known_on = data.draw(rule_records.moments(facts))
    periodic = [one for one in facts.reports if one.kind is ReportKind.PERIODIC]
    if not periodic:
        return
    given_as = data.draw(st.sampled_from(periodic))
    without = replace(facts, reports=tuple(one for one in facts.reports if one is not given_as))
    view = View(Ledger(without).known(known_on), on)
    view.answer()
    day = max(on, known_on) + timedelta(days=data.draw(st.integers(0, 40)))
    then = view.sending(Report(given_as.period, given_as.kind, given_as.revisions), day)
    others = (*without.reports, given_as)
    whole = assess(Ledger(replace(facts, reports=others)).known(day), day)
    answer, reason = then.answer()
    assert (*answer, reason) == (whole.status, whole.score, whole.delivery, whole.punctuality, whole.reason)
    again = assess(Ledger(without).known(known_on), on)
    assert view.answer()[1] == again.reason, "the first is as it was"
    instead = then.sending(Report(given_as.period, given_as.kind, given_as.revisions[:1]), day)
    assert len(instead.known.facts.reports) == len(facts.reports), "it stands instead of that of its period"
