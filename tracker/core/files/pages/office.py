"""Files of Word, Excel and OpenDocument as PDF, by LibreOffice where it stands on the server: in a process of its own
with a home that is thrown away, little time and memory, and nothing of the environment."""

import shutil
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from tracker.core.files.kinds import DOCX, ENDINGS, ODS, ODT, XLSX
from tracker.core.files.pages.apart import Apart, Ended

OFFICE = (DOCX, XLSX, ODT, ODS)
NONE = "none"
_NAMES = ("soffice", "libreoffice")
SECONDS, MEMORY, LARGEST = 60, 4 << 30, 100 * 1024 * 1024  # it maps far more than it uses
WAIT = 90.0  # by the clock
# Confines itself, then becomes the other program: limits stay, and no thread of ours runs between fork and exec.
_CONFINED = (
    "import os, sys; from tracker.core.files.pages.apart import HOME, confine;"
    " confine(*map(int, sys.argv[1:4])); os.chdir(sys.argv[4]); os.execv(sys.argv[5], sys.argv[5:])"
)


@lru_cache(maxsize=8)
def program(wished: str) -> str | None:
    """The program that turns them into PDF: the one that is wished, or whichever stands on the server; none where there
    is none, or none is wished."""
    if wished == NONE:
        return None
    names = (wished,) if wished else _NAMES
    return next(filter(None, map(shutil.which, names)), None)


def as_pdf(program: str, path: Path, kind: str, target: Path) -> bool:
    """Whether the file stands at `target` as a PDF now."""
    with tempfile.TemporaryDirectory(prefix="office-") as name:
        folder = Path(name)
        source = folder / f"source.{ENDINGS[kind][0]}"
        shutil.copyfile(path, source)
        home = folder / "home"
        home.mkdir()
        asked = [program, f"-env:UserInstallation=file://{home}", "--headless", "--norestore", "--nologo"]
        asked += ["--convert-to", "pdf", "--outdir", str(folder), str(source)]
        command = [sys.executable, "-c", _CONFINED, *map(str, (MEMORY, SECONDS, LARGEST, folder)), *asked]
        running = Apart(command, environment={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
        try:
            running.written(WAIT)
        except Ended:
            return False
        finally:
            running.end()
        made = source.with_suffix(".pdf")
        if not made.is_file():
            return False
        shutil.copyfile(made, target)
        return True
