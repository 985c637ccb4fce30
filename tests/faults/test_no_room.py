"""No room for a file on either database: told clearly, what was typed is kept, of the file nothing is left behind."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.faults.browser import Browser
from tests.faults.server import Server, full_disk
from tests.faults.world import Figure, reading
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.progress.models import Draft, Evidence

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
    figure = Figure("SXD", "SXD-T40", "2021-Y")
    with full_disk(server, SMALL // 2):  # received in memory: there is no room in the store
        answer = officer.upload(figure.path, "bien-ban.pdf", pdf(SMALL), version="0", **TYPED)
    assert answer.status in {503, 507}
    assert WORDS in answer.text
    assert files_in(server) == []
    with full_disk(server, NEARLY_FULL):
        answer = officer.upload(figure.path, "bien-ban.pdf", pdf(BIG), version="0", **TYPED)
    assert answer.status == 507
    assert NO_ROOM in answer.text
    assert WORDS in answer.text
    assert files_in(server) == []
    # "Send it again" sends the text once more; the file is chosen anew.
    assert officer.upload(figure.path, "bien-ban.pdf", pdf(BIG), version="0", **TYPED).status == 303
    with reading(server.database, server.instance) as session:
        of_figure = sa.select(Draft.id).join(Target).where(Target.token == f"target-{figure.target}")
        kept = session.scalars(sa.select(Evidence.sha256).where(Evidence.draft_id.in_(of_figure))).one()
        assert files_in(server) == [kept]
