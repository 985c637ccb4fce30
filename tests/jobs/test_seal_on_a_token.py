"""The key of the seal on a token (PKCS#11, SoftHSM 2): made there, sealing, followed by another one; a wrong PIN, a
token that is pulled out. What waits is sealed when it is back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import lives
from tests.jobs import test_seal
from tests.support import pdfa
from tests.support.pki import Authority
from tests.support.product import Scene
from tests.support.softhsm import PIN, Softhsm
from tracker.cli import sealing as commands
from tracker.cli.commands import load
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.job_run import JobRun, Remark
from tracker.settings import Secret, Settings
from tracker.signing.models import SignedFile
from tracker.signing.sealing import seal_keys, sealer, token
from tracker.signing.verifying import verifying

pytestmark = pytest.mark.one_database
FIRST, SECOND = "dau-2021", "dau-2022"


@pytest.fixture(scope="module")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Softhsm]:
    """With one token and two keys, both made on it."""
    with pytest.MonkeyPatch.context() as patch:
        made = Softhsm(tmp_path_factory.mktemp("softhsm"))
        patch.setenv("SOFTHSM2_CONF", str(made.configuration))
        made.make("con-dau")
        authority = Authority(datetime(2021, 1, 1, tzinfo=UTC))
        for label in (FIRST, SECOND):
            made.make_key("con-dau", label, authority)
        yield made


@pytest.fixture
def settings(
    app: Flask, softhsm: Softhsm, scene: Scene, at: Callable[[date | str], clock.Moment], monkeypatch: Any
) -> Settings:
    """Of an installation whose seal is on the token; one document waits."""
    at(lives.BEGUN_ON)
    scene(test_seal.signed_by_both, settings_of(app))
    monkeypatch.setattr(token, "_refused", set())
    monkeypatch.setitem(app.extensions, "settings", settings_of(app))
    return set_to(app, settings_of(app), softhsm)


def set_to(app: Flask, settings: Settings, softhsm: Softhsm, label: str = FIRST, **more: Any) -> Settings:
    on_token: dict[str, Any] = {"seal_module": softhsm.module, "seal_token": "con-dau", "seal_label": label}
    changed = replace(settings, **{**on_token, "seal_password": Secret(PIN), **more})
    app.extensions["settings"] = changed
    return changed


def run(app: Flask, session: Session, at: Callable[[Any], clock.Moment], minute: int) -> str | None:
    """Why nothing was sealed by the run of that minute; none where something was, or nothing waits."""
    at(clock.now().replace(minute=minute, second=0))
    assert test_seal.seal(app) == "done"
    session.rollback()
    detail = session.scalars(sa.select(JobRun.detail).order_by(JobRun.id.desc()).limit(1)).one()
    return str(detail.figures["why"]) if isinstance(detail, Remark) and "why" in detail.figures else None


def sealed(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).where(SignedFile.kind == "seal")) or 0


def verified(session: Session, settings: Settings) -> verifying.Verified:
    _made, _file, content = test_seal.sealed(session, settings)
    assert list(pdfa.faults(content)) == []
    entries = json.loads(json.dumps(seal_keys.published(seal_keys.all_keys(session))))["keys"]
    return verifying.verify(content, entries, clock.now())


def change(settings: Settings, monkeypatch: pytest.MonkeyPatch, *given: str) -> tuple[int, str]:
    class Product:
        def __enter__(self) -> Settings:
            return settings

        def __exit__(self, *_fault: object) -> None: ...

    monkeypatch.setattr(commands, "product", Product)
    done = CliRunner().invoke(load("seal"), ["change", *given])
    return done.exit_code, done.output


def test_a_key_that_was_made_on_the_token_seals(app: Flask, settings: Settings, session: Session, at: Any) -> None:
    assert run(app, session, at, 1) is None
    found = verified(session, settings)
    assert (found.faults, sealed(session)) == ([], 1)
    (key,) = seal_keys.all_keys(session)
    assert key.certificates.count("BEGIN CERTIFICATE") == 2, "its own, and its authority's that lies beside it"


def test_it_is_followed_by_another_one_on_the_same_token(
    app: Flask, settings: Settings, session: Session, softhsm: Softhsm, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sealer.opened(settings) as own, unit_of_work() as writing:
        seal_keys.current(writing, clock.moment(), own.certificates)
    second = set_to(app, settings, softhsm, SECOND)
    assert run(app, session, at, 1) == "other_key"
    code, told = change(second, monkeypatch, "--old-label", "nobody")
    assert (code, "TRACKER_SEAL_LABEL" in told) == (2, True), told
    code, told = change(second, monkeypatch, "--old-label", SECOND)
    assert code == 2, "it does not vouch for itself"
    code, told = change(second, monkeypatch, "--old-label", FIRST)
    assert (code, "Entered as key 2" in told) == (0, True), told
    assert run(app, session, at, 2) is None
    assert verified(session, second).faults == []


def test_a_wrong_pin_is_tried_once(
    app: Flask, settings: Settings, session: Session, softhsm: Softhsm, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = set_to(app, settings, softhsm, seal_password=Secret("999999"))
    assert run(app, session, at, 1) == "wrong_pin"
    with monkeypatch.context() as patch:
        patch.setattr(token, "_found", lambda *_given: pytest.fail("the token is asked once more"))
        assert run(app, session, at, 2) == "wrong_pin"
    assert sealed(session) == 0
    set_to(app, wrong, softhsm)
    assert run(app, session, at, 3) is None
    assert sealed(session) == 1


def test_a_token_that_is_pulled_out_holds_the_queue_and_loses_nothing(
    app: Flask, settings: Settings, session: Session, softhsm: Softhsm, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    softhsm.pull()
    try:
        assert run(app, session, at, 1) == "no_token"
        assert sealed(session) == 0
    finally:
        softhsm.put_back()
    with monkeypatch.context() as patch:  # while it signs
        patch.setattr("pyhanko.sign.pkcs11.PKCS11Signer.async_sign_raw", _pulled)
        assert run(app, session, at, 2) == "token_failed"
    assert sealed(session) == 0
    assert run(app, session, at, 3) is None
    assert verified(session, settings).faults == []


async def _pulled(*_given: Any, **_more: Any) -> bytes:
    from pkcs11.exceptions import DeviceRemoved  # noqa: PLC0415

    raise DeviceRemoved


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"seal_module": "/nowhere/lib.so"}, "no_library"),
        ({"seal_token": "con-dau-khac"}, "no_token"),
        ({"seal_label": "nobody"}, "not_on_token"),
        ({"seal_token": ""}, None),
    ],
)
def test_what_is_set_is_told(
    app: Flask, settings: Settings, session: Session, softhsm: Softhsm, at: Any, given: dict[str, Any], why: str | None
) -> None:
    set_to(app, settings, softhsm, **given)
    assert run(app, session, at, 1) == why
