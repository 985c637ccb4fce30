"""A module of ours that looks at somebody's file in a process of its own: it is let no more time and memory than that
takes, has nothing of the environment, where secrets stand, and ends with what it says on its output."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[4]


class Ended(Exception):
    """The process ended, or was ended, before it had an answer."""


class Apart:
    """The running process; nobody waits for it who does not want to. It and whatever it started end together."""

    def __init__(self, command: Sequence[str], cwd: Path = HOME, environment: Mapping[str, str] | None = None) -> None:
        self._child = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._child.pid

    def written(self, seconds: float) -> bytes | None:
        """What it wrote once it ended well; none where it is still at it after so many seconds. Raises Ended."""
        try:
            written, _nothing = self._child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        if self._child.returncode != 0:
            raise Ended
        return written

    def told(self, seconds: float) -> Any | None:
        """The same, read as JSON."""
        written = self.written(seconds)
        if written is None:
            return None
        try:
            return json.loads(written)
        except ValueError:
            raise Ended from None

    def end(self) -> None:
        """End it, whatever it is at."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            self._child.kill()
        self._child.communicate()


def of_module(name: str, *arguments: object) -> Apart:
    """Start a module of ours; it confines itself first of all."""
    return Apart([sys.executable, "-m", name, *map(str, arguments)])


def confine(memory: int, seconds: int, largest_file: int | None = None) -> None:
    """For the process itself: no more memory and processor time than these, nor larger files, nor a core."""
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        resource.setrlimit(what, (most, most))
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
