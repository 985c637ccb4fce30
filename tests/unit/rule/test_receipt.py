"""A receipt is worked out again from itself alone, whatever happened to its target; what was changed in it is named."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given

from tests.factories.package_facts import facts_of_package
from tests.unit.rule.test_examples import examples
from tests.unit.rule.test_invariants import Case, records_and_moments
from tracker.cli.receipts import receipt as command
from tracker.rule import Ledger, assess
from tracker.rule.receipt import differences, receipt
from tracker.rule.written import Unreadable, facts_of, written


@given(records_and_moments())
def test_it_says_what_the_rule_says_and_holds_by_itself(case: Case) -> None:
    record, known_on, on = case
    file = json.loads(json.dumps(receipt(record, known_on, on)))
    assert differences(file) == []
    found = assess(Ledger(record).known(known_on), on)  # by the whole record, later facts too
    assert file["answer"]["status"] == found.status
    assert file["answer"]["score"] == (None if found.score is None else str(found.score))
    assert file["answer"]["reason"] == found.reason.as_json()
    assert file["answer"]["next_change_on"] == (found.next_change_on and found.next_change_on.isoformat())
    assert facts_of(written(record)) == record


@pytest.fixture(scope="module")
def file() -> str:
    facts = [facts for _, _, facts in facts_of_package(examples("rule_examples.json")[0]["package"])]
    on = date(2021, 6, 20)
    good = next(one for one in facts if assess(Ledger(one).known(on), on).status == "on_track" and one.reports)
    return json.dumps(receipt(good, on, on))


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (["answer", "score"], "41.00", "answer.score"),
        (["answer", "reason", "figures", "value"], "9999", "answer.reason.figures.value"),
        (["trace", "periods", 0, "in_time"], None, "trace.periods[0].in_time"),
        (["deadlines", "present"], "2030-01-01", "deadlines.present"),
        (["policy", "values", "grace_days"], 30, "policy.values.grace_days"),
        (["rule_version"], 2, "rule_version"),
        (["facts", "due_on"], "2030-01-01", "deadlines.first"),
    ],
)
def test_what_was_changed_is_named(file: str, path: list[Any], value: Any, where: str) -> None:
    changed = json.loads(file)
    inside = changed
    for name in path[:-1]:
        inside = inside[name]
    inside[path[-1]] = value
    assert where in [one for one, _said, _found in differences(changed)]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"schema": "status-receipt-2"}, "schema"),
        ({"on": "yesterday"}, "on"),
        ({"facts": {}}, "facts"),
        ({"facts": None}, "facts"),
    ],
)
def test_what_is_no_receipt_is_said(file: str, change: dict[str, Any], where: str) -> None:
    with pytest.raises(Unreadable, match=where):
        differences(json.loads(file) | change)
    with pytest.raises(Unreadable, match="schema"):
        differences([])


def test_the_command_says_whether_a_file_holds(file: str, tmp_path: Path) -> None:
    """No database: none is set up here, and the wall of unit tests would see a connection."""
    path = tmp_path / "receipt.json"
    path.write_text(file)
    answer = CliRunner().invoke(command, ["verify", str(path)])
    assert (answer.exit_code, answer.output) == (0, "It holds.\n")
    path.write_text(json.dumps(json.loads(file) | {"rule_version": 2}))
    answer = CliRunner().invoke(command, ["verify", str(path)])
    assert (answer.exit_code, answer.output) == (1, "rule_version: 2, but 1 follows\n")
    path.write_text("{")
    assert CliRunner().invoke(command, ["verify", str(path)]).exit_code == 2
