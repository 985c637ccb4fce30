"""Kinds of bodies and peer groups: what they are called, and what somebody means who types one. Both are codes that
packages carry, so there is one way of writing them; a kind is one that is known, a group may be new."""

import re
from collections.abc import Collection, Mapping

from tracker.core.errors import FieldError
from tracker.core.languages import Text, _l, by_any_name

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")  # as the schema of packages has it
KINDS: Mapping[str, Text] = {
    "department": _l("Department or sector"),
    "district": _l("District"),
    "commune": _l("Commune or ward"),
    "vertical": _l("Vertical agency"),
}
GROUPS: Mapping[str, Text] = {  # bodies without a group of their own are ranked with their kind
    "department": _l("Departments and sectors"),
    "departments": _l("Departments and sectors"),
    "district": _l("Districts"),
    "districts": _l("Districts"),
    "commune": _l("Communes and wards"),
    "communes": _l("Communes and wards"),
    "ward": _l("Communes and wards"),
    "wards": _l("Communes and wards"),
    "vertical": _l("Vertical agencies"),
    "verticals": _l("Vertical agencies"),
}


def kind_name(code: str) -> str:
    """A kind by its name; one that came with a package, as that calls it."""
    return str(KINDS.get(code, code))


def group_name(code: str) -> str:
    """The peer group by its name."""
    return str(GROUPS.get(code, code))


def kind_of(text: str, in_use: Collection[str]) -> str:
    """The kind of a code or of a name in either language; `in_use` are those of the bodies. Raises FieldError."""
    found = by_any_name({**{code: code for code in in_use}, **KINDS}, text)
    if not found:
        known = ", ".join([*map(str, KINDS.values()), *sorted(set(in_use).difference(KINDS))])
        raise FieldError("kind", _l("There is no such kind of body. Known are: %(known)s", known=known))
    return found[0]


def group_of(text: str, in_use: Collection[str]) -> str:
    """The peer group of a code or of a name in either language, or a new one by its code. Raises FieldError.

    Two codes may be called alike: then the one is meant in which bodies are ranked already.
    """
    found = by_any_name({**{code: code for code in sorted(in_use)}, **GROUPS}, text)
    if found:
        return next((code for code in found if code in in_use), found[-1])
    check_group(text)
    return text


def group_to_type(code: str, in_use: Collection[str]) -> str:
    """What somebody types who means this group: its name, or its code where another one is called alike."""
    name = group_name(code)
    return name if group_of(name, in_use) == code else code


def check_codes(kind: str, group: str | None) -> None:
    """Raises FieldError for a kind or a group (none: by kind) that no package could carry."""
    check_kind(kind)
    if group is not None:
        check_group(group)


def check_kind(code: str) -> None:
    """Raises FieldError for a code that no package could carry."""
    if not NAME.fullmatch(code):
        raise FieldError("kind", _l("Choose a kind"))


def check_group(code: str) -> None:
    """Raises FieldError for a code that no package could carry."""
    if not NAME.fullmatch(code):
        text = _l("There is no such group. A new one is named by small letters without marks, digits, - and _")
        raise FieldError("peer_group", text)
