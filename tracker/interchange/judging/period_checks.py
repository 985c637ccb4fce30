"""Refusals of a reporting calendar: as `programmes.reporting` and `programmes.moving` have them, told as faults."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tracker.core import clock
from tracker.interchange.judging.faults import Code, Fault
from tracker.interchange.judging.known import DAYS, Record, counting, day
from tracker.programmes import moving, reporting
from tracker.programmes.reporting import Days

_CLASHES = {
    reporting.Wrong.CODE_TWICE: (Code.CODE_TWICE, "value"),
    reporting.Wrong.OUT_OF_ORDER: (Code.PERIOD_DAYS, ""),
    reporting.Wrong.OVERLAP: (Code.PERIODS_OVERLAP, "value"),
}


def kept(records: Sequence[Record], pointer: str) -> Iterator[Fault]:
    """Of a programme: what no calendar may hold, by the days that count; and how its periods were moved."""
    yield from periods([counting(one) for one in records], pointer)
    cut_off: dict[tuple[str, str], int] = {}
    for index, one in enumerate(records):
        place = f"{pointer}/{index}"
        if "changes" in one:
            yield from _moved(one, place)
        if cut_off.setdefault((one["frequency"], one["cut_off"]), index) != index and _is_moved(one, records):
            yield Fault(f"{place}/cut_off", Code.FIRST_CUT_OFF)


def periods(records: Sequence[Record], pointer: str) -> Iterator[Fault]:
    """What no reporting calendar may hold."""
    for index, field, what, other in reporting.clashes([_days(one, one) for one in records]):
        if what is not reporting.Wrong.CODE_SIGNS:  # the schema says so
            code, key = _CLASHES[what]
            yield Fault(f"{pointer}/{index}/{field}", code, {key: other} if key else {})


def _is_moved(period: Record, records: Sequence[Record]) -> bool:
    """Whether one of those that were cut off on this day at first was moved: else they overlap, which is told."""
    key = (period["frequency"], period["cut_off"])
    return any("changes" in one for one in records if (one["frequency"], one["cut_off"]) == key)


def _moved(period: Record, pointer: str) -> Iterator[Fault]:
    """Days out of order, or moved when they had come, or on to a day that had."""
    before = period
    for place, after in ((f"{pointer}/changes/{number}", one) for number, one in enumerate(period["changes"])):
        if not before["starts_on"] <= before["cut_off"] <= before["due_on"]:
            yield Fault(place.rpartition("/changes/")[0] if before is period else place, Code.PERIOD_DAYS)
        at = datetime.fromisoformat(after["set_at"])
        now = clock.Moment(at, clock.day_of(at))
        for _place, field, _sentence in moving.refusals(now, [_days(period, before)], [_days(period, after)]):
            yield Fault(f"{place}/{field}", Code.PERIOD_IN_USE)
        before = after


def _days(period: Record, told: Record) -> Days:
    return Days(period["frequency"], period["code"], *(day(told[name]) for name in DAYS))
