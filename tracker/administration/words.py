"""What kinds of bodies and peer groups are called."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l

KINDS: Mapping[str, Text] = {
    "department": _l("Department or sector"),
    "district": _l("District"),
    "commune": _l("Commune or ward"),
    "vertical": _l("Vertical agency"),
}
_GROUPS: Mapping[str, Text] = {
    "departments": _l("Departments and sectors"),
    "districts": _l("Districts"),
    "communes": _l("Communes and wards"),
    "verticals": _l("Vertical agencies"),
}


def kind_name(code: str) -> str:
    """A kind by its name; one that came with a package, as that calls it."""
    return str(KINDS.get(code, code))


def group_name(code: str | None, kind: str) -> str:
    """The peer group by its name; without one a body is ranked with those of its kind."""
    return str(_GROUPS.get(code or f"{kind}s", code or kind))
