"""How far long work is: the work tells it stage by stage, and whoever began the work may listen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

Heard = Callable[[str, int, int], None]  # name of the stage, how much of it is done, of how much

_HEARD = "heard"


def unheard(stage: str, done: int, of: int) -> None:
    """Nobody listens."""


@contextmanager
def listening(session: Session, heard: Heard) -> Iterator[None]:
    """Let `heard` hear what work in this session tells in the block."""
    session.info[_HEARD] = heard
    try:
        yield
    finally:
        del session.info[_HEARD]


def tell(session: Session, stage: str, done: int, of: int) -> None:
    """Say how far a stage is; costs next to nothing where nobody listens."""
    heard: Heard = session.info.get(_HEARD, unheard)
    heard(stage, done, of)
