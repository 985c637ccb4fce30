"""What a test may cost: told of whatever costs more, save for the few that are named, which are there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import cost

ROOT = Path(__file__).parents[3]
BURN = "import time\nwhile time.process_time() < 0.3: pass"


@pytest.fixture(autouse=True)
def _usual_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cost.LONG_FORM, raising=False)


def test_only_what_costs_too_much_is_told_of() -> None:
    assert cost.complaint("tests/unit/a.py::test_b", cost.MOST_SECONDS) is None
    told = cost.complaint("tests/unit/a.py::test_b", 10 * cost.MOST_SECONDS)
    assert told
    assert "tests/unit/a.py::test_b took 200 s" in told


def test_in_the_long_form_nothing_costs_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cost.LONG_FORM, "600")
    assert cost.complaint("tests/unit/a.py::test_b", 10 * cost.MOST_SECONDS) is None


@pytest.mark.parametrize("named", cost.DEAR)
def test_what_is_named_may_cost_more_and_is_there(named: str) -> None:
    assert cost.complaint(f"{named}::test", 10 * cost.MOST_SECONDS) is None
    assert (ROOT / named).exists()


def test_what_a_process_that_was_started_took_is_counted() -> None:
    before = cost.spent()
    subprocess.run([sys.executable, "-c", BURN], check=True)
    assert cost.spent() - before >= 0.25
