"""What other programs say of our files: poppler's pdfsig and openssl, of a sealed one and of one with two signatures
that were made outside."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand, lives, signed_files, signing_room
from tests.factories.lives import Table
from tests.integration.signing.test_outside import Desk
from tests.jobs import test_seal
from tests.support import debian
from tests.support.pki import sign
from tests.support.product import Scene
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.extensions import settings_of
from tracker.signing.sides import BODY, PPC, SEAL

own_key = test_seal.own_key  # fixture
pytestmark = pytest.mark.one_database


@pytest.fixture
def desk(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Desk:
    now = at(lives.BEGUN_ON)
    scene(signing_room.frozen, settings_of(app))
    return Desk(app, Table(session, errand.found(session), at, now))


def pdfsig(folder: Path, content: bytes) -> list[dict[str, str]]:
    """What poppler says of each signature."""
    (folder / "van-ban.pdf").write_bytes(content)
    command = [debian.program("poppler", "pdfsig"), "-nocert", str(folder / "van-ban.pdf")]
    done = subprocess.run(command, env=debian.environment("poppler"), capture_output=True, check=True, text=True)
    parts = re.split(r"Signature #\d+:\n", done.stdout)[1:]
    found = [dict(re.findall(r"  - ([^:\n]+): *(.*)", part)) | {"all": part} for part in parts]
    return [one for one in found if "Signature Type" in one]  # the others are fields that wait


def openssl(folder: Path, content: bytes) -> list[bool]:
    """Whether openssl finds each signature to fit the bytes that it is said to cover."""
    return [_fits(folder, content, *map(int, found)) for found in _RANGES.findall(content)]


_RANGES = re.compile(rb"/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+)")


def _fits(folder: Path, content: bytes, begin: int, length: int, behind: int, rest: int) -> bool:
    (folder / "signed").write_bytes(content[begin : begin + length] + content[behind : behind + rest])
    (folder / "cms.der").write_bytes(bytes.fromhex(content[length + 1 : behind - 1].decode()))
    command = "openssl cms -verify -binary -noverify -inform DER -in cms.der -content signed -out out"
    return subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode == 0


def test_two_signatures_and_the_seal(desk: Desk, session: Session, own_key: Path, tmp_path: Path) -> None:
    assert desk.send(Office.HEAD, sign(desk.latest(), desk.holder(Office.HEAD), BODY))[0] == 303
    assert desk.send(Office.CHAIR, sign(desk.latest(), desk.holder(Office.CHAIR), PPC))[0] == 303
    signed = desk.latest()
    sealed = test_seal.direct(session, settings_of(desk.app), own_key)
    for content, count in ((signed, 2), (sealed, 3)):
        told = pdfsig(tmp_path, content)
        assert [one["Signature Validation"] for one in told] == ["Signature is Valid."] * count
        assert {one["Signing Hash Algorithm"] for one in told} == {"SHA-256"}
        assert {one["Signature Type"] for one in told} == {"ETSI.CAdES.detached"}
        whole = [one["Signature Field Name"] for one in told if "Total document signed" in one["all"]]
        assert whole == [{2: PPC, 3: SEAL}[count]], "the last one covers all of it"
        assert openssl(tmp_path, content) == [True] * count
    by = {one["Signature Field Name"]: one["Signer Certificate Common Name"] for one in pdfsig(tmp_path, sealed)}
    assert by[SEAL] == "Dấu của tỉnh"


def test_they_notice_what_was_changed(desk: Desk, session: Session, own_key: Path, tmp_path: Path) -> None:
    assert desk.send(Office.HEAD, sign(desk.latest(), desk.holder(Office.HEAD), BODY))[0] == 303
    signed = desk.latest()
    place = len(signed) // 4
    flipped = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
    assert [one["Signature Validation"] for one in pdfsig(tmp_path, flipped)] == ["Digest Mismatch."]
    assert openssl(tmp_path, flipped) == [False]
    added = signed_files.appended(signed, signed_files.note)
    assert "Total document signed" not in pdfsig(tmp_path, added)[0]["all"]
