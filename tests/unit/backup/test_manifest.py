"""What a backup says of itself: read back as it was written, and by nobody who changed it or has another key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from tracker.backup import manifest, sealing
from tracker.backup.faults import BackupError
from tracker.backup.manifest import Manifest, Part

KEY, OTHER = "a key of forty letters and more, for tests", "another key of forty letters, also for tests"
FILE = "ab" + "cd" + "0" * 60
OPEN = Manifest(
    taken_at="2021-06-30T20:30:00+00:00",
    day="2021-07-01",
    database="sqlite",
    revision="0006",
    audit_seq=3,
    audit_hash="e" * 64,
    key=None,
    secret_key="1" * 16,
    parts=(Part("database.db", 10, "a" * 64), Part(f"files/ab/cd/{FILE}", 5, "b" * 64)),
    missing=("c" * 64,),
)
SEALED = replace(OPEN, key=sealing.fingerprint(KEY))


@pytest.mark.parametrize(("written", "key"), [(OPEN, None), (SEALED, KEY)])
def test_it_reads_back(written: Manifest, key: str | None) -> None:
    content = manifest.write(written, key)
    assert manifest.read(content, key) == written
    assert (written.size, written.files) == (15, 1)
    for told in ("TRACKER_SECRET_KEY", "TRACKER_BACKUP_KEY"):
        assert told in json.loads(content)["not_in_it"][0] + json.loads(content)["not_in_it"][1]


def test_an_open_one_needs_no_key() -> None:
    assert manifest.read(manifest.write(OPEN, None), KEY) == OPEN


@pytest.mark.parametrize(("key", "why"), [(None, "set TRACKER_BACKUP_KEY"), (OTHER, "is another one")])
def test_a_sealed_one_needs_its_key(key: str | None, why: str) -> None:
    with pytest.raises(BackupError, match=why):
        manifest.read(manifest.write(SEALED, KEY), key)


@pytest.mark.parametrize(("written", "key"), [(OPEN, None), (SEALED, KEY)])
def test_every_change_is_noticed(written: Manifest, key: str | None) -> None:
    content = manifest.write(written, key)
    for old, new in ((b"2021-07-01", b"2021-07-02"), (b'"size": 5', b'"size": 6'), (b"0006", b"0005")):
        with pytest.raises(BackupError, match="cut off or changed"):
            manifest.read(content.replace(old, new), key)
    for wrong in (content[:-5], b"", b"[]", b"{}", b"\xff"):
        with pytest.raises(BackupError, match="cut off or changed"):
            manifest.read(wrong, key)


def test_a_forged_one_under_a_plain_hash_is_no_sealed_one() -> None:
    """Whoever has no key cannot make a manifest that says a key: its hash is no signature."""
    content = json.loads(manifest.write(SEALED, KEY))
    del content["seal"]
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
    forged = json.dumps(content | {"seal": hashlib.sha256(plain).hexdigest()}).encode()
    with pytest.raises(BackupError, match="cut off or changed"):
        manifest.read(forged, KEY)


def test_another_form_is_told() -> None:
    content = json.loads(manifest.write(OPEN, None)) | {"format": 2}
    with pytest.raises(BackupError, match="the form 2"):
        manifest.read(json.dumps(content).encode(), None)


@pytest.mark.parametrize("path", ["../tracker.db", "/database.db", "files/ab/cd/x", f"files/ab/ce/{FILE}", "x/../y"])
def test_no_path_leads_elsewhere(path: str) -> None:
    with pytest.raises(BackupError, match="no backup holds"):
        manifest.read(manifest.write(replace(OPEN, parts=(Part(path, 1, "a" * 64),)), None), None)
