"""Receiving a form on a full disk: its text comes through, and whoever reads the file is told."""

from __future__ import annotations

import io
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.test import EnvironBuilder

from tracker.core.db.outage import NO_ROOM, outage_of
from tracker.core.files.uploads import IN_MEMORY, Request


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("room", "size"),
    [
        (IN_MEMORY * 2, IN_MEMORY * 3),
        (IN_MEMORY * 2, IN_MEMORY * 2 + 1),  # the last part waits in memory, and is written when all is there
        (IN_MEMORY * 2, IN_MEMORY * 2 + 4_000),
        (0, IN_MEMORY + 1),
    ],
)
def test_what_was_typed_beside_a_file_without_room_comes_through(room: int, size: int) -> None:
    sent = {"before": "first", "file": (io.BytesIO(b"x" * size), "a.pdf"), "after": "last"}
    request = Request(EnvironBuilder(method="POST", data=sent).get_environ())
    with room_for(room):
        assert request.form.to_dict() == {"before": "first", "after": "last"}
        stream = request.files["file"].stream
        stream.seek(0, 2)
        stream.seek(0)
        with pytest.raises(OSError, match="too large") as told:
            stream.read()
    assert outage_of(told.value) == NO_ROOM
    stream.close()


@pytest.mark.parametrize("size", [0, IN_MEMORY, IN_MEMORY + 1])
def test_a_file_with_room_is_read_as_it_was_sent(size: int) -> None:
    request = Request(EnvironBuilder(method="POST", data={"file": (io.BytesIO(b"x" * size), "a.pdf")}).get_environ())
    assert request.files["file"].stream.read() == b"x" * size
