"""The process in which signed files are looked at: one is asked at a time, each by a copy of it with little time and
memory, so what a stranger's file does to its reader ends there. Started by `apart`; it ends with whoever started it.

A question is a line of JSON on its input, the answer a line on its output. What a question needs is loaded before.
"""

import dataclasses
import json
import os
import resource
import select
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker.signing.outside import certificates
from tracker.signing.outside.examination import Examined, examine
from tracker.signing.outside.faults import Fault

SECONDS = 2  # of processor time
MEMORY = 200 * 1024 * 1024  # bytes of its own
IDLE_SECONDS = 300.0  # then it ends, and gives its memory back


def answer(asked: dict[str, Any]) -> Examined:
    """What holds of a file, by its path and what is known."""
    frozen, signed = Path(asked["frozen"]).read_bytes()[: asked["size"]], Path(asked["signed"]).read_bytes()
    trust = certificates.of_files(
        [Path(one) for one in asked["certificates"]], [Path(one) for one in asked["lists"]], asked["pins"]
    )
    return examine(frozen, signed, trust, datetime.fromisoformat(asked["at"]), asked["expected"])


def _confined(asked: dict[str, Any]) -> dict[str, Any]:
    """The same, by a copy of this process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        try:
            told = json.dumps(dataclasses.asdict(answer(asked))).encode()
            while told:
                told = told[os.write(writing, told) :]
            os._exit(0)
        except MemoryError:
            os._exit(2)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _pid, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 1:
        raise RuntimeError("the examination failed")
    found: dict[str, Any] = json.loads(told) if status == 0 else dataclasses.asdict(Examined(Fault.TOO_MUCH))
    return found


def main() -> None:
    """Answer until nobody asks any more."""
    asking, answering = sys.stdin.buffer, sys.stdout.buffer
    while select.select([asking], [], [], IDLE_SECONDS)[0]:
        line = asking.readline()
        if not line:
            return
        answering.write(json.dumps(_confined(json.loads(line))).encode() + b"\n")
        answering.flush()


if __name__ == "__main__":
    main()
