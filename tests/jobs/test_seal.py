"""seal: what both sides signed is sealed once, whatever is killed; the file proves itself to other programs."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.factories import errand, lives, signing_room
from tests.factories.lives import Table
from tests.support import pdfa
from tests.support.pki import DAY, Authority
from tests.support.product import Scene
from tracker.audit.models import AuditEvent
from tracker.commitments.life import concluding
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.settings import Settings
from tracker.signing import originals
from tracker.signing.models import MadeDocument, SealKey, SignedFile
from tracker.signing.outside.certificates import Trust
from tracker.signing.outside.examination import examine
from tracker.signing.sealing import key_history, seal_keys, sealer, sealing
from tracker.signing.sealing.seal_keys import OtherKey
from tracker.signing.sealing.sealer import Sealer
from tracker.signing.sealing.unsealed import NoKey

ROOT = Path(__file__).parents[2]


def signed_by_both(settings: Settings) -> None:
    one = signing_room.frozen(settings)
    with unit_of_work() as session:
        table = Table(session, errand.found(session), lambda _day: clock.moment(), clock.moment())
    made = table.session.scalars(sa.select(MadeDocument)).one()
    for verb, who in ((concluding.sign, table.head), (concluding.countersign, table.chair)):
        table.do(verb, who, dossier_id=one, sha256=made.content_sha256)


@pytest.fixture
def settings(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Settings:
    at(lives.BEGUN_ON)
    scene(signed_by_both, settings_of(app))
    return settings_of(app)


@pytest.fixture(scope="session")
def own_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seal") / "seal.p12"
    path.write_bytes(Authority(datetime(2021, 1, 1, tzinfo=UTC)).holder("Dấu của tỉnh").p12(b"secret"))
    return path


def seal(app: Flask) -> str | None:
    line = entry("seal")
    assert line is not None
    return runner.run(app, line, clock.now())


def sealed(session: Session, settings: Settings) -> tuple[MadeDocument, SignedFile, bytes]:
    session.rollback()
    made = session.scalars(sa.select(MadeDocument)).one()
    file = session.scalars(sa.select(SignedFile).where(SignedFile.kind == "seal")).one()
    return made, file, originals.whole(settings.files_folder, file.sha256)


def direct(session: Session, settings: Settings, path: Path) -> bytes:
    """Sealed by the verbs of the job."""
    own = sealer.of_file(path, "secret")
    with unit_of_work() as writing:
        work = sealing.next_one(writing, clock.moment(), sealing=own, without=())
    assert work is not None
    content = sealing.add_seal(work, own, settings)
    assert content is not None
    for first in (True, False):
        with unit_of_work() as writing:
            kept = sealing.keep(
                writing, clock.moment(), work=work, content=content, sealing=own, folder=settings.files_folder
            )
            assert kept is first, "once, whoever comes first"
    return sealed(session, settings)[2]


def test_it_is_sealed_once_and_the_file_proves_itself(settings: Settings, session: Session, own_key: Path) -> None:
    content = direct(session, settings, own_key)
    made, file, _same = sealed(session, settings)
    frozen = originals.pdf(made, settings.files_folder)
    assert content.startswith(frozen)
    assert file.received_by_id is None
    assert list(pdfa.faults(content)) == []
    (key,) = session.scalars(sa.select(SealKey)).all()
    found = examine(frozen, content, Trust(pins=frozenset([key.fingerprint])), clock.now(), None)
    (one,) = found.signatures
    assert (found.fault, one.fault, one.field) == (None, None, "seal")
    told = json.loads(one.evidence or "")
    assert (told["document"], told["file"], told["key"]) == (made.content_sha256, made.pdf_sha256, key.hash)
    assert [(each["side"], bool(each["person"])) for each in told["signatures"]] == [("body", True), ("ppc", True)]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.Root.DSS.Certs) >= 2
    with unit_of_work() as writing:
        own = sealer.of_file(own_key, "secret")
        assert sealing.next_one(writing, clock.moment(), sealing=own, without=()) is None


@pytest.mark.one_database
def test_openssl_reads_it(settings: Settings, session: Session, own_key: Path, tmp_path: Path) -> None:
    content = direct(session, settings, own_key)
    begin, length, behind, rest = map(int, re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", content)[-1])
    assert (begin, behind + rest) == (0, len(content)), "all of the file is sealed"
    (tmp_path / "signed").write_bytes(content[:length] + content[behind:])
    cms = bytes.fromhex(content[length + 1 : behind - 1].decode())
    (tmp_path / "seal.der").write_bytes(cms)
    (key,) = session.scalars(sa.select(SealKey)).all()
    (tmp_path / "key.pem").write_text(key.certificates)
    command = "openssl cms -verify -binary -inform DER -in seal.der -content signed -noverify -certfile key.pem"
    done = subprocess.run([*command.split(), "-out", "/dev/null"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "signed").write_bytes(b"x" + content[1:length] + content[behind:])
    done = subprocess.run([*command.split(), "-out", "/dev/null"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode != 0


@pytest.mark.one_database
def test_keys_are_chained_changed_and_lost(settings: Settings, session: Session, own_key: Path, tmp_path: Path) -> None:
    direct(session, settings, own_key)
    authority = Authority(clock.now().replace(microsecond=0), "Khác")
    second, third = authority.holder("Dấu thứ hai"), authority.holder("Dấu thứ ba")
    (tmp_path / "two.p12").write_bytes(second.p12(b"secret"))
    two = sealer.of_file(tmp_path / "two.p12", "secret")
    with pytest.raises(OtherKey), unit_of_work() as writing:
        seal_keys.current(writing, clock.moment(), two.certificates)
    with unit_of_work() as writing:
        first = sealer.vouching_of_file(own_key, "secret")
        seal_keys.change(writing, clock.moment(), two.certificates, old_key=first)
    with unit_of_work() as writing:
        lost: dict[str, Any] = {"lost_since": clock.now(), "note": "Mất thiết bị"}
        seal_keys.change(writing, clock.moment(), [third.certificate], **lost)
    told = json.loads(json.dumps(seal_keys.published(seal_keys.all_keys(session))))
    entries = told["keys"]
    assert list(key_history.faults(entries)) == []
    assert [one["reason"] for one in entries] == ["first", "changed", "lost"]
    for change in (
        {"since": "2020-01-01T00:00:00+00:00"},
        {"certificates": entries[2]["certificates"]},
        {"proof": None},
        {"before": None},
    ):
        forged = [entries[0], {**entries[1], **change}, entries[2]]
        assert list(key_history.faults(forged)), change
    assert list(key_history.faults([entries[0], entries[2]]))
    prints = [one["fingerprint"] for one in entries]
    assert key_history.fault_at(entries, prints[2], clock.now()) is None
    assert key_history.fault_at(entries, prints[1], clock.now()) == "lost"
    assert key_history.fault_at(entries, prints[0], clock.now()) == "late"
    assert key_history.fault_at(entries, "0" * 64, clock.now()) == "unknown"


@pytest.mark.one_database
def test_a_key_that_is_not_there_is_a_fault_of_the_run(settings: Settings, own_key: Path, tmp_path: Path) -> None:
    with pytest.raises(NoKey):
        sealer.of_file(tmp_path / "none.p12", "secret")
    with pytest.raises(NoKey):
        sealer.of_file(own_key, "another")
    with pytest.raises(NoKey), sealer.opened(settings):
        pass
    assert isinstance(sealer.of_file(own_key, "secret"), Sealer)


def test_killed_at_each_step_it_is_sealed_once(app: Flask, settings: Settings, session: Session, own_key: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    environment = clean | {
        "TRACKER_DATABASE_URL": settings.database_url,
        "TRACKER_SECRET_KEY": "a key for tests only, forty characters long",
        "TRACKER_INSTANCE": str(settings.instance),
        "TRACKER_SMTP_URL": "smtp://127.0.0.1:1",
        "TRACKER_SEAL_KEY": str(own_key),
        "TRACKER_SEAL_PASSWORD": "secret",
    }
    session.rollback()
    command = [sys.executable, "-m", "tests.jobs.seal_cut_short", lives.BEGUN_ON.isoformat()]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    how = json.loads(done.stdout.splitlines()[-1])
    assert [step for step, code in how.items() if code != -signal.SIGKILL] == ["to the end"], done.stderr
    made, _file, content = sealed(session, settings)
    assert content.startswith(originals.pdf(made, settings.files_folder))
    (key,) = session.scalars(sa.select(SealKey)).all()
    believed = Trust(pins=frozenset([key.fingerprint]))
    examined = examine(originals.pdf(made, settings.files_folder), content, believed, clock.now() + DAY)
    assert [one.fault for one in examined.signatures] == [None]
    recorded = sa.select(sa.func.count()).where(AuditEvent.event == "signed_file.sealed")
    assert session.scalar(recorded) == 1
