"""Bad input, seen from outside: refused within the time and memory that one file may take."""

from __future__ import annotations

import resource
import zlib
from pathlib import Path

import pytest

from tests.factories.signed_files import frozen
from tests.support import pki
from tracker.signing.outside import apart
from tracker.signing.outside.faults import Fault
from tracker.signing.outside.trusted import Trusted

MEGABYTE = 1024 * 1024


def bomb() -> bytes:
    """A table of objects that unpacks to more than it may take."""
    packing = zlib.compressobj(1)
    packed = b"".join(packing.compress(bytes(MEGABYTE)) for _ in range(300)) + packing.flush()
    before = int(frozen().rsplit(b"startxref", 1)[1].split()[0])
    head = b"900 0 obj\n<< /Type /XRef /W [1 4 2] /Size 901 /Index [0 901] /Root 1 0 R /Prev %d" % before
    body = b" /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream\nendobj\n"
    return frozen() + head + body + b"startxref\n%d\n%%%%EOF\n" % len(frozen())


def chain() -> bytes:
    """A thousand revisions, each of which names the one before."""
    content = frozen()
    for number in range(1_000):
        before = int(content.rsplit(b"startxref", 1)[1].split()[0])
        at = len(content)
        trailer = b"<< /Size %d /Root 1 0 R /Prev %d >>" % (1_000 + number, before)
        content += b"xref\n0 0\ntrailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % at
    return content


@pytest.mark.parametrize(
    "content",
    [bomb, chain, lambda: b"", lambda: b"%PDF-1.7", lambda: frozen() + b"0" * 20 * MEGABYTE, lambda: frozen()[:-9]],
    ids=["bomb", "chain", "nothing", "a beginning", "much", "cut off"],
)
def test_bad_input_is_refused_in_time(content: object, tmp_path: Path) -> None:
    assert callable(content)
    (tmp_path / "frozen").write_bytes(frozen())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = apart.look(tmp_path / "frozen", len(frozen()), content(), Trusted(), pki.now())
    assert found.fault in {Fault.DAMAGED, Fault.TOO_MUCH, Fault.NOT_OURS, Fault.UNSIGNED, Fault.CONTENT_CHANGED}
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before.ru_maxrss, 300 * 1024)


def test_it_is_started_anew_where_it_ended(tmp_path: Path) -> None:
    (tmp_path / "frozen").write_bytes(frozen())
    given = (tmp_path / "frozen", len(frozen()), b"%PDF-1.7", Trusted(), pki.now())
    assert apart.look(*given).fault == Fault.NOT_OURS
    process = apart._EXAMINER._process
    assert process is not None
    process.kill()
    assert apart.look(*given).fault == Fault.NOT_OURS
