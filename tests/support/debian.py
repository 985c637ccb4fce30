"""Programs of Debian that tests ask: the machine's own, else those that `make test` unpacked into .venv
(tools/unpacked.sh)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

HOME = Path(__file__).parents[2] / ".venv"


def program(folder: str, name: str) -> str:
    """Where a program is."""
    unpacked = [str(HOME / folder / "usr" / one) for one in ("bin", "sbin")]
    found = shutil.which(name, path=os.pathsep.join([os.environ["PATH"], "/usr/sbin", *unpacked]))
    assert found, f"no {name}: `make test` fetches it where it can, and leaves this out where not (tools/unpacked.sh)"
    return found


def library(folder: str, pattern: str) -> Path:
    """Where a library is: the first that there is of a pattern below /usr/lib."""
    roots = (Path("/usr/lib"), HOME / folder / "usr/lib")
    return next(found for root in roots for found in sorted(root.glob(pattern)))


def environment(folder: str) -> Mapping[str, str]:
    """The environment in which a program finds the libraries that were unpacked beside it."""
    beside = [str(one) for one in sorted((HOME / folder / "usr/lib").glob("*-linux-gnu*"))]
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(beside)}
