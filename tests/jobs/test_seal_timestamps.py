"""A seal with a server of timestamps (B-LTA), over HTTP: right; and for each thing that it can do wrong, the document
waits, and the page of jobs says why. It is never sealed in a weaker way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography import x509
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import lives, signed_files, signing_room
from tests.jobs import test_seal
from tests.support import pdfa, tsa_server
from tests.support.pki import DAY, Authority
from tests.support.product import Scene
from tests.support.tsa_server import Behaviour, serving
from tracker.core import clock
from tracker.core.extensions import settings_of
from tracker.core.job_run import JobRun, Remark
from tracker.settings import Secret, Settings
from tracker.signing import originals
from tracker.signing.models import SealKey, SignedFile
from tracker.signing.outside.certificates import Trust, fingerprint
from tracker.signing.outside.examination import examine
from tracker.signing.sealing import sealer, stamping
from tracker.signing.sealing.stamping import Server
from tracker.signing.sealing.unsealed import NoStamp

own_key = test_seal.own_key  # fixture
pytestmark = pytest.mark.one_database
AT = datetime(2021, 2, 1, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Of the server's certificate."""
    return Authority(AT, "Cấp dấu thời gian")


def trust_of(authority: Authority, at: datetime) -> Trust:
    return Trust([authority.root.certificate], [authority.issuing.certificate], authority.lists(at=at))


@pytest.fixture
def settings(
    app: Flask,
    own_key: Path,
    scene: Scene,
    at: Callable[[Any], clock.Moment],
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    """Of an installation that trusts the server's authority; one document waits."""
    at(lives.BEGUN_ON)
    scene(test_seal.signed_by_both, settings_of(app))
    at(AT)
    signing_room.trust(settings_of(app).instance, authority)
    found = replace(settings_of(app), seal_key=own_key, seal_password=Secret("secret"))
    monkeypatch.setitem(app.extensions, "settings", found)
    return found


def run(app: Flask, session: Session, settings: Settings, address: str, at: Any, minute: int = 0) -> str | None:
    """Why nothing was sealed by the run of that minute."""
    at(AT + timedelta(minutes=minute))
    app.extensions["settings"] = replace(settings, timestamp_url=address)
    assert test_seal.seal(app) == "done"
    session.rollback()
    detail = session.scalars(sa.select(JobRun.detail).order_by(JobRun.id.desc()).limit(1)).one()
    return str(detail.figures.get("why")) if isinstance(detail, Remark) and "why" in detail.figures else None


def test_it_is_archived_with_a_server_of_another_make(own_key: Path, tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)  # openssl knows no other clock
    authority = Authority(now, "Cấp dấu thời gian")
    own = sealer.of_file(own_key, "secret")
    trust = trust_of(authority, now)
    with serving(Behaviour(tsa_server.by_openssl(tmp_path, authority.stamping()))) as address:
        known, lists = [*trust.anchors, *trust.others], trust.lists
        stamper = Server(address, trust, now)
        content = sealer.seal(signed_files.frozen(), own, {"format": "x"}, known=known, lists=lists, stamper=stamper)
    believed = replace(trust, pins=frozenset([fingerprint(own.certificates[0])]))
    found = examine(signed_files.frozen(), content, believed, now)
    assert found.fault is None
    assert [(one.kind, one.fault) for one in found.signatures] == [("signature", None), ("timestamp", None)]
    assert list(pdfa.faults(content)) == []
    flipped = content[:-9_000] + bytes([content[-9_000] ^ 1]) + content[-8_999:]
    assert examine(signed_files.frozen(), flipped, believed, now) != found


def test_the_job_asks_it(app: Flask, session: Session, settings: Settings, at: Any, authority: Authority) -> None:
    with serving(server := Behaviour(tsa_server.right(authority.stamper()))) as address:
        assert run(app, session, settings, address, at) is None
    made, _file, content = test_seal.sealed(session, settings)
    frozen = originals.pdf(made, settings.files_folder)
    found = examine(frozen, content, replace(trust_of(authority, AT), pins=frozenset(pins(session))), AT + DAY)
    assert [(one.kind, one.fault) for one in found.signatures] == [("signature", None), ("timestamp", None)]
    assert len(server.asked) == 3, "how large an answer is, the seal, the whole file"


def pins(session: Session) -> list[str]:
    return list(session.scalars(sa.select(SealKey.fingerprint)))


@pytest.mark.parametrize(
    ("answering", "why"),
    [
        (lambda _ca: Behaviour(tsa_server.refuses), "stamp_refused"),
        (lambda ca: Behaviour(tsa_server.right(ca.stamper()), status=503), "stamps_away"),
        (lambda ca: Behaviour(tsa_server.right(ca.stamper()), seconds=2.0), "stamps_away"),
        (lambda ca: Behaviour(tsa_server.right(ca.stamper()), drops=0.01), "stamps_away"),
        (lambda _ca: Behaviour(lambda _question: b"<html>"), "stamp_of_other"),
        (lambda _ca: Behaviour(lambda _question: bytes(70_000)), "stamp_of_other"),
        (lambda ca: Behaviour(tsa_server.other_nonce(ca.stamper())), "stamp_of_other"),
        (lambda ca: Behaviour(tsa_server.other_file(ca.stamper())), "stamp_of_other"),
        (lambda ca: Behaviour(tsa_server.other_time(ca, DAY)), "stamp_of_other"),
        (lambda ca: Behaviour(tsa_server.forged(ca.stamper())), "stamp_of_other"),
        (lambda _ca: Behaviour(tsa_server.right(Authority(AT, "Lạ").stamper())), "stamp_untrusted"),
    ],
    ids=["refuses", "503", "slow", "drops", "nonsense", "much", "nonce", "file", "time", "forged", "untrusted"],
)
def test_what_does_not_hold_is_no_stamp(
    authority: Authority,
    answering: Callable[[Authority], Behaviour],
    why: str,
    monkeypatch: pytest.MonkeyPatch,
    at: Callable[[Any], clock.Moment],
) -> None:
    monkeypatch.setattr(stamping, "SECONDS", 1.0)
    at(AT)
    with serving(answering(authority)) as address:
        stamper = Server(address, trust_of(authority, AT), AT)
        with pytest.raises(NoStamp) as raised:
            asyncio.run(stamper.async_timestamp(b"x" * 32, "sha256"))
    assert str(raised.value.why) == why


@pytest.mark.parametrize(("lists", "why"), [("none", "stamp_undetermined"), ("revoked", "stamp_untrusted")])
def test_a_server_whose_certificate_may_be_revoked(authority: Authority, lists: str, why: str, at: Any) -> None:
    at(AT)
    stamper = authority.stamper()
    own = x509.load_der_x509_certificate(stamper.tsa_cert.dump())
    told = authority.lists(own, at=AT) if lists == "revoked" else []
    trust = replace(trust_of(authority, AT), lists=told)
    with serving(Behaviour(tsa_server.right(stamper))) as address, pytest.raises(NoStamp) as raised:
        asyncio.run(Server(address, trust, AT).async_timestamp(b"x" * 32, "sha256"))
    assert str(raised.value.why) == why


def test_what_waits_is_sealed_when_it_answers_again(
    app: Flask, session: Session, settings: Settings, at: Any, authority: Authority
) -> None:
    with serving(behaviour := Behaviour(tsa_server.refuses)) as address:
        assert run(app, session, settings, address, at, 1) == "stamp_refused"
        assert session.scalar(sa.select(sa.func.count(SignedFile.id))) == 0, "never in a weaker way"
        behaviour.answer = tsa_server.right(authority.stamper())
        assert run(app, session, settings, address, at, 2) is None
    assert run(app, session, settings, "http://127.0.0.1:9/tsa", at, 3) is None, "nothing waits"
    assert session.scalar(sa.select(sa.func.count(SignedFile.id))) == 1


def test_without_a_server_it_is_sealed_as_it_is_set(
    app: Flask, session: Session, settings: Settings, at: Any, authority: Authority
) -> None:
    assert run(app, session, settings, "http://127.0.0.1:9/tsa", at, 1) == "stamps_away"
    assert run(app, session, settings, "", at, 2) is None, "the administrator took it out of the settings"
    _made, file, _content = test_seal.sealed(session, settings)
    assert [one["kind"] for one in file.found] == ["signature"]
