"""Who must hear of a change before it is committed, in the fixed order in which headless_app wires them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from sqlalchemy.orm import Session

from tracker.core.clock import Moment

Touched = Mapping[tuple[str, int], Any]  # (kind, id), each with what is known of it, if anything


class Listener(Protocol):
    """Hears what one unit of work touched, and writes the consequences into the same transaction."""

    def __call__(self, session: Session, touched: Touched, now: Moment) -> None: ...


_before_commit: list[Listener] = []
_after_commit: list[Callable[[], None]] = []


def wire(before_commit: Iterable[Listener], after_commit: Iterable[Callable[[], None]] = ()) -> None:
    """Set the listeners, in order; called once by headless_app."""
    _before_commit[:] = before_commit
    _after_commit[:] = after_commit


def before_commit() -> tuple[Listener, ...]:
    """The listeners that write consequences."""
    return tuple(_before_commit)


def after_commit() -> tuple[Callable[[], None], ...]:
    """The listeners that act once the facts are safe."""
    return tuple(_after_commit)
