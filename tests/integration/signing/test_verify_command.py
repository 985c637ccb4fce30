"""`tracker verify`: a sealed file proves itself offline, by the published keys alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand, lives, signed_files, signing_room
from tests.factories.lives import Table
from tests.integration.signing.test_outside import Desk
from tests.jobs import test_seal
from tests.support.pki import sign
from tests.support.product import Scene
from tracker.agencies.offices import Office
from tracker.cli.commands import load
from tracker.core import clock
from tracker.core.extensions import settings_of
from tracker.signing.models import SealKey
from tracker.signing.sealing import seal_keys
from tracker.signing.sides import BODY, PPC

own_key = test_seal.own_key  # fixture
pytestmark = pytest.mark.one_database


@pytest.fixture
def desk(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Desk:
    now = at(lives.BEGUN_ON)
    scene(signing_room.frozen, settings_of(app))
    return Desk(app, Table(session, errand.found(session), at, now))


def run(folder: Path, content: bytes, keys: Any, *more: str) -> tuple[int, str]:
    (folder / "van-ban.pdf").write_bytes(content)
    (folder / "keys.json").write_text(json.dumps(keys))
    given = [str(folder / "van-ban.pdf"), "--keys", str(folder / "keys.json"), *more]
    done = CliRunner().invoke(load("verify"), given)
    return done.exit_code, done.output


def test_a_sealed_file_proves_itself(desk: Desk, session: Session, own_key: Path, tmp_path: Path) -> None:
    settings = settings_of(desk.app)
    assert desk.send(Office.HEAD, sign(desk.latest(), desk.holder(Office.HEAD), BODY))[0] == 303
    assert desk.send(Office.CHAIR, sign(desk.latest(), desk.holder(Office.CHAIR), PPC))[0] == 303
    unsealed = desk.latest()
    sealed = test_seal.direct(session, settings, own_key)
    keys = seal_keys.published(session.scalars(sa.select(SealKey)).all())
    code, told = run(tmp_path, sealed, keys)
    assert code == 0, told
    assert told.startswith("The file holds.")
    assert told.count("(checked)") == 2
    code, told = run(tmp_path, sealed, keys, "--json")
    found = json.loads(told)
    assert (code, found["holds"], len(found["signatures"])) == (0, True, 2)
    other: dict[str, Any] = {
        "format": "seal-keys/1",
        "keys": [{**keys["keys"][0], "since": "2020-01-01T00:00:00+00:00"}],
    }
    begin = sealed.index(b"/Evidence")
    for content, by in (
        (unsealed, keys),
        (sealed, other),
        (sealed, {"format": "seal-keys/1", "keys": []}),
        (sealed[: begin + 60] + b"x" + sealed[begin + 61 :], keys),
        (signed_files.appended(sealed, signed_files.note), keys),
        (b"%PDF-1.7", keys),
    ):
        code, told = run(tmp_path, content, by)
        assert code == 1
        assert "does not hold" in told
    assert run(tmp_path, sealed, [])[0] == 2
