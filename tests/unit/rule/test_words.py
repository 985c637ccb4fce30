"""The words that are stored, loaded and told: a change of one would orphan what was written before."""

from enum import StrEnum

import pytest

from tracker.rule import Band, ReasonCode, Status
from tracker.rule.facts import RULE_VERSION, Direction, JudgedBy, Outcome, ReportKind, Shape

WORDS: list[tuple[type[StrEnum], str]] = [
    (Shape, "deliverable reach keep"),
    (Direction, "at_least at_most"),
    (JudgedBy, "every_period whole_term"),
    (ReportKind, "periodic completion"),
    (Outcome, "accepted returned reopened recalled"),
    (
        Status,
        "not_started void met_on_time met_late overdue suspended missed unreported pending on_track at_risk behind",
    ),
    (Band, "excellent good fair average weak"),
    (
        ReasonCode,
        (
            "not_started ended nothing_applicable met met_late overdue overdue_without_figure suspended kept "
            "kept_overall missed missed_overall silent return_unanswered no_figure no_milestones on_plan below_plan "
            "keeping keep_broken keeping_overall below_overall"
        ),
    ),
]


@pytest.mark.parametrize(("kind", "words"), WORDS, ids=[kind.__name__ for kind, _ in WORDS])
def test_words(kind: type[StrEnum], words: str) -> None:
    assert [word.value for word in kind] == words.split()
    assert [word.name for word in kind] == words.upper().split()


def test_the_version_of_the_rule() -> None:
    assert RULE_VERSION == 1
