"""What every command stands on: the group, the application's context, and how rows and messages are printed."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from tracker import create_app, settings
from tracker.core.extensions import settings_of
from tracker.settings import Settings

Parameters = ParamSpec("Parameters")
DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def tracker() -> None:
    """The commitment tracker of a province."""


@contextmanager
def product() -> Iterator[Settings]:
    """The application's context, as the environment sets it, or the demo's that stands in this folder."""
    settings.join_demo()
    app = create_app()
    with app.app_context():
        yield settings_of(app)


def in_product(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Run a command in the application's context."""

    @wraps(command)
    def run(*args: Parameters.args, **values: Parameters.kwargs) -> None:
        with product():
            command(*args, **values)

    return run


def print_json(rows: Iterable[Mapping[str, Any]], _columns: Sequence[str]) -> None:
    """Rows as one JSON array, a row a line, streamed."""
    before = "[\n"
    for row in rows:
        sys.stdout.write(before + json.dumps(row, ensure_ascii=False))
        before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")


def print_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Rows as CSV with a heading; what is no text is written as JSON, none as nothing."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([plain(row[name]) for name in columns])


def plain(value: Any) -> str:
    """A value as the text of a CSV cell."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


PRINTERS: Mapping[str, Callable[[Iterable[Mapping[str, Any]], Sequence[str]], None]] = {
    "json": print_json,
    "csv": print_csv,
}


def say(message: str) -> None:
    """A message for whoever typed the command."""
    print(message, file=sys.stderr, flush=True)
