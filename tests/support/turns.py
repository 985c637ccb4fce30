"""Which test process takes what, where several run: one of them at tests that wait, the others at tests that reckon.

A browser, a server that starts and a database that is gone are waited for. Tests that do so are one process's at a
time, so that a machine's cores are busy all the while (with more processes than cores) and nothing waits for a turn.
That one is served first by the machine: else it would have a quarter of it, and be at work alone in the end.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

WAITING = ("tests/browser/", "tests/faults/")
BEHIND = 10  # by how much those that reckon stand behind (as `nice` does)
# These share what one process has: servers that start once, one on each kind of database; files that are parsed once.
TOGETHER = re.compile(
    r"tests/(browser|architecture|faults(?=/test_(?:behind_nginx|killed_workers|no_room|saving_at_once|slow_connections)\.))/"
)
KIND = re.compile(r"\[(?:.*-)?(sqlite|postgresql)(?:-.*)?\]$")
# What takes longest goes first, so that at the end no process is left alone with much.
LONG = (
    "tests/integration/compliance/test_year_of_work.py",
    "tests/integration/compliance/test_histories.py",
    "tests/integration/interchange/test_load_at_size.py",
    "tests/integration/security/",
    "tests/integration/permissions/",
    "tests/integration/compliance/",
    "tests/integration/",
    "tests/jobs/",
    "tests/unit/rule/",
)


class Turns(LoadScopeScheduling):  # type: ignore[misc] # it comes without types
    """A unit of work is a module on one kind of database."""

    def _split_scope(self, nodeid: str) -> str:
        together, kind = TOGETHER.match(nodeid), KIND.search(nodeid)
        scope = together[1] if together else nodeid.partition("::")[0]
        return f"{scope}[{kind[1]}]" if kind else scope

    def _assign_work_unit(self, node: WorkerController) -> None:
        others = [unit for other, units in self.assigned_work.items() if other is not node for unit in units.values()]
        one_waits = any(waits(unit) and not all(unit.values()) for unit in others)
        wanted = next((scope for scope, unit in self.workqueue.items() if waits(unit) is not one_waits), None)
        if wanted is not None:
            self.workqueue.move_to_end(wanted, last=False)
        super()._assign_work_unit(node)


def stand_in_line(nodeid: str, usual: int) -> None:
    """Let this process and all that it starts be served first or after, as its next test waits or reckons.

    Whoever stands behind may not always come forward again; nothing hangs on it.
    """
    wanted = usual if nodeid.startswith(WAITING) else usual + BEHIND
    if os.getpriority(os.PRIO_PROCESS, 0) != wanted:
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, wanted)


def waits(unit: dict[str, bool]) -> bool:
    """Whether these tests wait more than they reckon."""
    return next(iter(unit)).startswith(WAITING)


def place(nodeid: str) -> int:
    """Where a test stands in the order."""
    return next((number for number, path in enumerate(LONG) if nodeid.startswith(path)), len(LONG))
