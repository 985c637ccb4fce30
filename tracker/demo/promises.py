"""From the typical targets to a body's own: terms, milestones, weights, and which of them a kind of body signs.

Pure. Targets are records as a package holds them.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from tracker.demo.bodies import Body, templates

Record = dict[str, Any]

WEIGHTS = {"T09": "2", "T19": "2", "T22": "1.5"}
OF_LAND = frozenset({"SXD", "STNMT", "SKHDT", "BQLKKT", "SXD25", "SNNMT", "STC25"})
FEW_FILES = frozenset({"VPUBND", "TTT", "BDT", "SNGV", "SDTTG"})  # bodies with next to no one-stop shop
ON_FILES = frozenset({"T10", "T14", "T22"})
ON_LAND = frozenset({"T23"})
ABOVE_WARDS = frozenset({"T05", "T06", "T15"})  # a ward has no bodies below it, and sends no report of its own
KEEP_TERMS = ("direction", "goal", "ratio", "judged_by")


def numbered() -> Iterator[tuple[str, Record]]:
    """(code, template) of every typical target: T01, T02, …"""
    for number, template in enumerate(templates(), 1):
        yield f"T{number:02}", template


def signs(body: Body, code: str) -> bool:
    """Whether a body of this kind promises this at all."""
    if body.kind == "commune":
        return code not in ABOVE_WARDS
    if body.kind == "department":
        left_out = (ON_FILES if body.code in FEW_FILES else frozenset()) | (
            frozenset() if body.code in OF_LAND else ON_LAND
        )
        return code not in left_out
    return True


def target(code: str, template: Record, title: Mapping[str, str], starts_on: date, due_on: date) -> Record:
    """A body's own target, from a template: its term runs from `starts_on` to `due_on`."""
    record: Record = {
        "code": code,
        "title": dict(title),
        "domain": template["domain"],
        "shape": template["shape"],
        "unit": template["unit"],
        "weight": WEIGHTS.get(code, "1"),
        "frequency": template["reporting"],
        "starts_on": starts_on.isoformat(),
        "due_on": due_on.isoformat(),
    }
    if template["shape"] == "keep":
        record |= {name: template[name] for name in KEEP_TERMS}
    if template["shape"] == "reach":
        record |= {name: template[name] for name in ("baseline", "goal")}
    stones = _milestones(template.get("milestones", ()), starts_on, due_on)
    return record | ({"milestones": stones} if stones else {})


def portion(total: int, place: int, parts: int) -> int:
    """The part of a province's whole that falls to the body at a place: the parts add up to the whole."""
    return total * (place + 1) // parts - total * place // parts


def _milestones(given: Any, starts_on: date, due_on: date) -> list[Record]:
    days = (due_on - starts_on).days
    return [
        {
            "on": (starts_on + timedelta(days=max(1, int(days * float(stone["share_of_term"]))))).isoformat(),
            "value": stone["value"],
        }
        for stone in given
    ]
