"""Asking clamd: over a real socket that speaks its protocol. Whatever is no clear answer is a refusal, and in time."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from structlog.testing import CapturingLogger

from tests.support.clamd import NAME, PATIENCE_SECONDS, VIRUS, clamd
from tracker.core.files import viruses
from tracker.core.files.kinds import ContentError
from tracker.core.files.store import UploadError, store
from tracker.core.files.viruses import CHUNK, Scanner, scanner

MEGABYTE = 1024 * 1024


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """More than one chunk."""
    path = tmp_path / "upload"
    path.write_bytes(b"%PDF-" + b"x" * (2 * CHUNK) + b"%%EOF")
    return path


@pytest.mark.parametrize("on_file", [False, True], ids=["port", "socket"])
def test_a_clean_file_is_taken_after_all_of_it_was_seen(file: Path, on_file: bool) -> None:
    with clamd(on_file=on_file) as server:
        Scanner(server.address, 5).look(file)
        assert server.seen == [file.read_bytes()]
        assert Scanner(server.address, 5).answers()


def test_a_virus_is_refused_and_nothing_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logged = CapturingLogger()
    monkeypatch.setattr(viruses, "log", logged)
    with clamd() as server:
        with pytest.raises(UploadError, match="holds a virus"):
            store(io.BytesIO(VIRUS), "a.pdf", tmp_path / "files", MEGABYTE, Scanner(server.address, 5))
        assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
    assert [(*call.args, call.kwargs) for call in logged.calls] == [("upload.virus_found", {"name": NAME})]


@pytest.mark.parametrize(
    "behaviour",
    [
        "hangs",
        "stops",
        "closes",
        "INSTREAM size limit exceeded. ERROR",
        "stream: OK and more",
        "stream: NOT OK",
        "stream: ",
        "x" * 5000,
    ],
)
def test_no_clear_answer_is_a_refusal_in_time(file: Path, behaviour: str) -> None:
    with clamd() as server:
        server.behaviour = behaviour
        began = time.monotonic()
        with pytest.raises(ContentError, match="could not be checked"):
            Scanner(server.address, 0.3).look(file)
        assert time.monotonic() - began < PATIENCE_SECONDS / 2


def test_a_scanner_that_never_reads_does_not_hold_up_a_large_file(tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"x" * (20 * MEGABYTE))
    with clamd() as server:
        server.behaviour = "stops"
        began = time.monotonic()
        with pytest.raises(ContentError, match="could not be checked"):
            Scanner(server.address, 0.5).look(large)
        assert time.monotonic() - began < PATIENCE_SECONDS / 2


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock", "name.invalid:3310"])
def test_a_scanner_that_is_gone_is_a_refusal(file: Path, address: str) -> None:
    with pytest.raises(ContentError, match="could not be checked"):
        Scanner(address, 2).look(file)


def test_without_an_address_nothing_is_scanned() -> None:
    assert scanner("", 5) is None
