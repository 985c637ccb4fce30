"""No room for a file on either database: told clearly, what was typed is kept, of the file nothing is left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.faults.browser import Browser
from tests.faults.server import Server, full_disk
from tests.faults.world import FIGURES, reading
from tracker.agencies.offices import Office
from tracker.progress.models import Evidence

WORDS = "Đã đối chiếu sổ gốc & biên bản"
TYPED = {"language": "vi", "value": "120", "narrative": WORDS}
NO_ROOM = "Máy chủ đã hết chỗ lưu"
BIG, SMALL = 9_000_000, 200_000  # a file that waits on the disk while it is received, and one that does not
NEARLY_FULL = 8_000_000  # enough for what a save writes


def pdf(size: int) -> bytes:
    """A file that is taken, about so large."""
    return b"%PDF-1.4\n" + b"0" * size + b"\n%%EOF\n"


@pytest.fixture(scope="module")
def officer(server: Server) -> Browser:
    """Somebody who writes figures."""
    return server.person("SXD", Office.OFFICER)


def files_in(server: Server) -> list[str]:
    """Every file in the folder of evidence, half-written ones too."""
    return sorted(path.name for path in (server.instance / "files").rglob("*") if path.is_file())


def test_no_room_for_a_file_is_told_and_what_was_typed_is_kept(server: Server, officer: Browser) -> None:
    """Also where the file finds no room while it is still being received. Nothing of it is left behind."""
    figure = FIGURES[0]
    with full_disk(server, NEARLY_FULL):
        answer = officer.upload(figure.path, "bien-ban.pdf", pdf(BIG), version="0", **TYPED)
    assert answer.status == 507
    assert NO_ROOM in answer.text
    assert WORDS in answer.text
    assert files_in(server) == []
    # "Send it again" sends the text once more; the file is chosen anew.
    assert officer.upload(figure.path, "bien-ban.pdf", pdf(BIG), version="0", **TYPED).status == 303
    with reading(server.database, server.instance) as session:
        assert files_in(server) == [session.scalars(sa.select(Evidence.sha256)).one()]


def test_a_file_that_finds_no_room_in_the_store_leaves_nothing_there(tmp_path: Path) -> None:
    """Written half, then there was no room: not even its beginning stays."""
    program = (
        "import io, pathlib, resource, sys; from tracker.core.files import store\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({SMALL // 2}, resource.RLIM_INFINITY))\n"
        f"store(io.BytesIO(b'0' * {SMALL}), 'a.txt', pathlib.Path(sys.argv[1]), {BIG})"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False)
    assert "OSError: [Errno 27]" in done.stderr
    assert list(tmp_path.rglob("*")) == []
