"""What a test may cost: processor time of its own process and of those that it started and saw end.

Not the clock's time, which on a busy machine says more of the machine than of the test. Even a processor's second does
less where its core is shared, so a test that seems too dear is judged by what a fixed reckoning costs just then.
See docs/testing.md.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

MOST_SECONDS = 20.0
RECKONED, RECKONED_SECONDS = 2_000_000, 0.13  # squares added up, on an idle core of the build server
LONG_FORM = "RULE_EXAMPLES"  # as many as somebody asks for (`make faults`)
# These may cost more; each says why.
DEAR: Mapping[str, str] = {
    "tests/faults/": "servers with several workers are at work in them",
    "tests/integration/compliance/test_histories.py": "more than a year, day by day",
    "tests/integration/compliance/test_year_of_work.py": "a year, day by day, through services",
    "tests/integration/interchange/test_load_at_size.py": "processes that load a year of reports, and are killed",
    "tests/unit/rule/test_generated.py": "thousands of random records, each day of each",
    "tests/unit/rule/test_invariants.py": "thousands of random records, each day of each",
}


def spent() -> float:
    """The seconds of processor time until now."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def slowness() -> float:
    """How many times longer a fixed reckoning takes now than on an idle core; at least 1."""
    start = time.process_time()
    sum(number * number for number in range(RECKONED))
    return max(1.0, (time.process_time() - start) / RECKONED_SECONDS)


def complaint(nodeid: str, seconds: float) -> str | None:
    """What is to be said of a test that cost so much, or nothing."""
    if LONG_FORM in os.environ or seconds <= MOST_SECONDS or any(nodeid.startswith(dear) for dear in DEAR):
        return None
    if seconds <= MOST_SECONDS * slowness():
        return None
    return f"{nodeid} took {seconds:.0f} s of processor time, and {MOST_SECONDS:.0f} is the most: see docs/testing.md"
