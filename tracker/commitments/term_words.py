"""What each term of a target is called."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l

TERMS: Mapping[str, Text] = {
    "code": _l("Code"),
    "title": _l("Title"),
    "domain": _l("Domain"),
    "shape": _l("Shape"),
    "unit": _l("Unit"),
    "weight": _l("Weight"),
    "frequency": _l("Frequency"),
    "starts_on": _l("First day"),
    "due_on": _l("Deadline"),
    "baseline": _l("Baseline"),
    "goal": _l("Goal"),
    "direction": _l("Direction"),
    "judged_by": _l("Judged by"),
    "low": _l("Lower limit"),
    "high": _l("Upper limit"),
    "ratio": _l("Two numbers"),
    "cumulative": _l("Counted from the start"),
    "milestones": _l("Milestones"),
    "evidence": _l("Evidence"),
}
