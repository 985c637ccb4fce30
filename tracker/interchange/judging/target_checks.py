"""Refusals of a target's own terms and of what was granted, suspended, amended or ended on it, not of its reports: as
`commitments.limits` has them, told as faults of the package."""

from collections.abc import Iterable, Iterator

from tracker.commitments.terms import limits
from tracker.interchange.judging.faults import Code, Fault
from tracker.interchange.judging.known import Programme, Record


def target(record: Record, pointer: str, programme: Programme | None) -> Iterator[Fault]:
    """Everything that is wrong with a target, without its reports; `programme` is none where nobody knows it."""
    periods = None if programme is None or programme.periods is None else programme.at_frequency
    return _told(limits.target(record, pointer, periods))


def recorded(fact: Record, pointer: str, own_day: str) -> Iterator[Fault]:
    """A fact is recorded on its own day or later."""
    return _told(limits.recorded(fact, pointer, own_day))


def _told(faults: Iterable[limits.TermFault]) -> Iterator[Fault]:
    return (Fault(fault.pointer, Code(fault.code), fault.values) for fault in faults)
