"""Who takes what: servers that are shared stay together, kinds of databases part, and of those that wait one is on."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from tests.support import turns
from tests.support.turns import BEHIND, Turns, place


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        ("tests/unit/a/test_b.py::test_c[d]", "tests/unit/a/test_b.py"),
        ("tests/integration/a/test_b.py::test_c[sqlite]", "tests/integration/a/test_b.py[sqlite]"),
        ("tests/integration/a/test_b.py::test_c[d-postgresql-e::f]", "tests/integration/a/test_b.py[postgresql]"),
        ("tests/faults/test_no_room.py::test_c[sqlite]", "faults[sqlite]"),
        ("tests/faults/test_killed_workers.py::test_c[sqlite]", "faults[sqlite]"),
        ("tests/faults/test_clock_moved.py::test_c[sqlite]", "tests/faults/test_clock_moved.py[sqlite]"),
        ("tests/browser/test_a.py::test_b", "browser"),
        ("tests/architecture/test_a.py::test_b", "architecture"),
    ],
)
def test_what_stays_together(nodeid: str, scope: str) -> None:
    assert Turns.__new__(Turns)._split_scope(nodeid) == scope


def test_long_ones_come_before_short_ones() -> None:
    ids = ["tests/unit/core/test_a.py::b", "tests/jobs/test_a.py::b", "tests/integration/security/test_a.py::b"]
    assert sorted(ids, key=place) == ids[::-1]


class Process:
    """Remembers what it was sent."""

    shutting_down = False

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.sent: list[int] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        """Take some tests, by their numbers."""
        self.sent += indices


def test_one_process_is_at_tests_that_wait_and_the_others_at_those_that_reckon() -> None:
    ids = [f"tests/faults/test_{n}.py::test_a" for n in range(4)]
    ids += [f"tests/integration/a/test_{n}.py::test_{m}" for n in range(4) for m in range(4)]
    option = SimpleNamespace(loadscopereorder=False)
    made = Turns(SimpleNamespace(option=option, getvalue=lambda name: ["popen", "popen"]))
    nodes = [Process("one"), Process("two")]
    for each in nodes:
        made.add_node(each)
        made.add_node_collection(each, ids)
    made.schedule()
    taken = [{ids[index].split("/")[1] for index in each.sent} for each in nodes]
    assert taken[0] == {"faults"}
    assert taken[1] == {"integration"}


def test_who_reckons_stands_behind_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    stands = [3]
    monkeypatch.setattr(os, "getpriority", lambda _which, _who: stands[-1])
    monkeypatch.setattr(os, "setpriority", lambda _which, _who, place: stands.append(place))
    for nodeid in ("tests/faults/test_a.py::b", "tests/unit/test_a.py::b", "tests/jobs/test_a.py::b"):
        turns.stand_in_line(nodeid, 3)
    assert stands == [3, 3 + BEHIND]
    turns.stand_in_line("tests/browser/test_a.py::b", 3)
    assert stands[-1] == 3

    def refuse(*_given: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)  # who is not the machine's administrator stays behind
    stands.append(3 + BEHIND)
    turns.stand_in_line("tests/browser/test_a.py::b", 3)
