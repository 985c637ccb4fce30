"""Gunicorn's configuration: what its master does before it forks, so that the workers share the memory of what it has
loaded."""

import gc

from sqlalchemy.orm import configure_mappers


def when_ready(_server: object) -> None:
    """Map the tables once for all workers; and let the collector, which writes into all that it looks at, leave alone
    what is shared: a page of memory that one process writes to is copied for it."""
    configure_mappers()
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 10)  # as Python has it, not as a start has (tracker/__init__.py): rubbish would add up
