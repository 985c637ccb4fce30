"""Shows how far a command is on standard error: a bar on a terminal, elsewhere a plain line now and then."""

import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TextIO

import click

from tracker.core.languages import Text, _

SECONDS = 15.0  # between two plain lines: a log is to stay short


class Bars:
    """Hears stages (see `stages`) and shows each by its label. To be closed: on a terminal a bar hides the cursor."""

    def __init__(
        self, labels: Mapping[str, Text], file: TextIO | None = None, watch: Callable[[], float] = time.monotonic
    ) -> None:
        self._labels = labels
        self._watch = watch
        self._file = file or sys.stderr
        self._stage = ""
        self._bar: Any = None
        self._began = self._told = self._watch()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def __call__(self, stage: str, done: int, of: int) -> None:
        """Show that so much of a stage is done."""
        if stage != self._stage:
            self._end()
            self._begin(stage, of)
        if self._bar is not None:
            self._bar.update(done - self._bar.pos)
        elif self._watch() - self._told >= SECONDS:
            self._tell(done, of)

    def say(self, message: str) -> None:
        """Print a message below what is shown."""
        self._end()
        click.echo(message, file=self._file)

    def _begin(self, stage: str, of: int) -> None:
        self._stage = stage
        self._began = self._told = self._watch()
        if self._file.isatty():
            label = str(self._labels[stage])
            self._bar = click.progressbar(length=of, label=label, file=self._file, info_sep=" · ")
            self._bar.render_progress()

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.render_finish()
        self._bar, self._stage = None, ""

    def _tell(self, done: int, of: int) -> None:
        self._told = self._watch()
        left = timedelta(seconds=round((self._told - self._began) * (of - done) / max(done, 1)))
        values = {"stage": self._labels[self._stage], "percent": f"{100 * done // max(of, 1)}%", "left": left}
        click.echo(_("%(stage)s: %(percent)s, about %(left)s to go", **values), file=self._file)
