"""docs/verifying.md, done word by word by a shell."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import lives
from tests.jobs import test_seal
from tests.support.product import Scene
from tracker.core import clock
from tracker.core.extensions import settings_of
from tracker.signing.models import MadeDocument, SealKey
from tracker.signing.sealing import seal_keys

own_key = test_seal.own_key  # fixture
pytestmark = pytest.mark.one_database
PAGE = Path(__file__).parents[3] / "docs/verifying.md"


def commands() -> str:
    """The indented lines of the page."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if line.startswith("       "))


def follow(folder: Path, content: bytes) -> str:
    (folder / "van-ban.pdf").write_bytes(content)
    with pikepdf.open(io.BytesIO(content)) as pdf:  # a reader of PDF
        (folder / "noi-dung.json").write_bytes(pdf.attachments["noi-dung.json"].get_file().read_bytes())
    done = subprocess.run(["bash"], input=commands(), cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_word_by_word(
    app: Flask,
    session: Session,
    scene: Scene,
    at: Callable[[date | str], clock.Moment],
    own_key: Path,
    tmp_path: Path,
) -> None:
    at(lives.BEGUN_ON)
    scene(test_seal.signed_by_both, settings_of(app))
    content = test_seal.direct(session, settings_of(app), own_key)
    (key,) = session.scalars(sa.select(SealKey)).all()
    (tmp_path / "keys.json").write_text(json.dumps(seal_keys.published([key]), indent=1))
    told = follow(tmp_path, content)
    made = session.scalars(sa.select(MadeDocument)).one()
    for line in (
        "The seal covers the whole file.",
        "CMS Verification successful",
        f'"fingerprint": "{key.fingerprint}"',
        f"{made.content_sha256}  noi-dung.json",
        '"format":"commitment-seal/1"',
    ):
        assert line in told, (line, told)
    place = content.index(b"/Evidence") + 40
    told = follow(tmp_path, content[:place] + b"0" + content[place + 1 :])
    assert "CMS Verification successful" not in told
    assert "The seal covers the whole file." not in follow(tmp_path, content + b"\n")
