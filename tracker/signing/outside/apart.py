"""Having a signed file looked at by another process, which has little time and memory: `examiner`. One question at a
time from each process of ours, so whoever sends many files waits for himself."""

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import structlog

from tracker.signing.outside.faults import Fault
from tracker.signing.outside.trusted import Trusted

HOME = Path(__file__).parents[3]
LONGEST_SECONDS = 45.0  # by the clock: on a machine that is loaded two seconds of work take longer
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")

log = structlog.get_logger("signing")


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature of a file, as `examination.Signature` tells it."""

    field: str
    kind: str
    fault: Fault | None
    claimed_at: str | None
    evidence: str | None
    certificate: Mapping[str, str]
    chain: Sequence[str]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """As it comes from there."""
        return cls(**{**told, "fault": Fault(told["fault"]) if told["fault"] else None})


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found out about a file."""

    fault: Fault | None
    signatures: Sequence[Signed] = field(default_factory=tuple)

    @property
    def first_fault(self) -> Fault | None:
        """What is to be told: of the whole, else of the first signature that does not hold."""
        return self.fault or next((one.fault for one in self.signatures if one.fault), None)


class _Examiner:
    """The other process; it is started when it is first asked, and anew where it ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any] | None:
        """Its answer; none where it has none in time."""
        line = json.dumps(question).encode() + b"\n"
        with self._lock:
            for _again in range(2):  # it may have ended since, for nobody asked it anything
                answer = self._asked(self._running(), line)
                if answer is None:
                    self._end()
                    return None
                if answer:
                    found: dict[str, Any] = json.loads(answer)
                    return found
                self._end()
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None or self._owner != os.getpid():
            environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tracker.signing.outside.examiner"],
                cwd=HOME,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            self._owner = os.getpid()
        return self._process

    @staticmethod
    def _asked(process: subprocess.Popen[bytes], line: bytes) -> bytes | None:
        assert process.stdin is not None  # noqa: S101 - they are pipes
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(line)
            process.stdin.flush()
        except OSError:
            return b""
        if not select.select([process.stdout], [], [], LONGEST_SECONDS)[0]:
            return None
        return process.stdout.readline()

    def _end(self) -> None:
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
        self._process = None


_EXAMINER = _Examiner()


def look(
    frozen: Path,
    size: int,
    signed: bytes,
    trusted: Trusted,
    at: datetime,
    expected: Mapping[str, Sequence[str]] | None = None,
) -> Looked:
    """What holds of a file that is to begin with the first `size` bytes of `frozen`; `expected` as in `examine`."""
    with tempfile.NamedTemporaryFile(prefix="signed-") as file:
        file.write(signed)
        file.flush()
        told = _EXAMINER.ask(
            {
                "frozen": str(frozen),
                "size": size,
                "signed": file.name,
                "certificates": [str(one) for one in trusted.certificates],
                "lists": [str(one) for one in trusted.lists],
                "pins": list(trusted.pins),
                "at": at.isoformat(),
                "expected": expected,
            }
        )
    if told is None:
        log.error("signed_file.not_examined")
        return Looked(Fault.TOO_MUCH)
    return Looked(Fault(told["fault"]) if told["fault"] else None, tuple(Signed.of(one) for one in told["signatures"]))
