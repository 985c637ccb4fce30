"""Days of facts that have not come yet. A package is a record of the past: forms know no day ahead, and what a package
says of one counts from it on, so it is told before it does (docs/decisions/0125)."""

from collections.abc import Iterator
from datetime import date, datetime

from tracker.core import clock
from tracker.core.languages import _l, format_day
from tracker.interchange.judging.faults import Remark
from tracker.interchange.judging.known import Record, day

RECORDED = "recorded_on"


def signed(commitment: Record, pointer: str, today: date | None) -> Iterator[Remark]:
    """Of the signing of a commitment."""
    yield from _ahead(commitment, pointer, "signed_on", today)


def facts(target: Record, pointer: str, today: date | None) -> Iterator[Remark]:
    """Of everything that is told of a target."""
    for key, own_day in (("extensions", "granted_on"), ("suspensions", "decided_on"), ("amendments", "signed_on")):
        for index, fact in enumerate(target.get(key, ())):
            yield from _ahead(fact, f"{pointer}/{key}/{index}", own_day, today)
    if "ended" in target:
        yield from _ahead(target["ended"], f"{pointer}/ended", "decided_on", today)
    for number, report in enumerate(target.get("reports", ())):
        for index, revision in enumerate(report["revisions"]):
            place = f"{pointer}/reports/{number}/revisions/{index}"
            yield from _ahead(revision, place, "submitted_on", today)
            for last, decision in enumerate(revision.get("decisions", ())):
                yield from _ahead(decision, f"{place}/decisions/{last}", "decided_on", today)


def moves(dossier: Record, pointer: str, today: date | None) -> Iterator[Remark]:
    """Of what was done to a dossier."""
    for index, move in enumerate(dossier["moves"]):
        on = clock.day_of(datetime.fromisoformat(move["at"]))
        if today is not None and on > today:
            yield _told(f"{pointer}/moves/{index}/at", on)


def _ahead(fact: Record, pointer: str, own_day: str, today: date | None) -> Iterator[Remark]:
    for key in (own_day, RECORDED):
        if today is not None and key in fact and (on := day(fact[key])) > today:
            yield _told(f"{pointer}/{key}", on)


def _told(pointer: str, on: date) -> Remark:
    return Remark(pointer, _l("The day %(day)s has not come yet.", day=format_day(on)))
