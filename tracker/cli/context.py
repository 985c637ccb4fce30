"""What commands stand on that ask the database: the application's context, and the kinds of what is typed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from tracker import settings
from tracker.core.extensions import settings_of
from tracker.headless import headless_app
from tracker.settings import Settings

Parameters = ParamSpec("Parameters")
DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def product() -> Iterator[Settings]:
    """The application's context, as the environment sets it, or the demo's that stands in this folder."""
    settings.join_demo()
    app = headless_app()
    with app.app_context():
        yield settings_of(app)


def in_product(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Run a command in the application's context."""

    @wraps(command)
    def run(*args: Parameters.args, **values: Parameters.kwargs) -> None:
        with product():
            command(*args, **values)

    return run
