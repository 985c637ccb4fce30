"""`tracker seal`: a key is changed, or lost, as docs/operating.md has it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import lives
from tests.jobs import test_seal
from tests.support.pki import Authority
from tests.support.product import Scene
from tracker.cli import sealing
from tracker.cli.commands import load
from tracker.core import clock
from tracker.core.extensions import settings_of
from tracker.settings import Secret
from tracker.signing.sealing import key_history

own_key = test_seal.own_key  # fixture
pytestmark = pytest.mark.one_database


def test_a_key_is_changed_and_then_lost(
    app: Flask,
    session: Session,
    scene: Scene,
    at: Callable[[date | str], clock.Moment],
    own_key: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(lives.BEGUN_ON)
    scene(test_seal.signed_by_both, settings_of(app))
    settings = settings_of(app)
    test_seal.direct(session, settings, own_key)
    authority = Authority(clock.now().replace(microsecond=0), "Khác")
    keys = []
    for number in (2, 3):
        keys.append(tmp_path / f"{number}.p12")
        keys[-1].write_bytes(authority.holder(f"Dấu thứ {number}").p12(b"secret"))

    def run(key: Path, *given: str, **environment: str) -> Result:
        class Product:
            def __enter__(self) -> Any:
                return replace(settings, seal_key=key, seal_password=Secret("secret"))

            def __exit__(self, *_fault: object) -> None: ...

        monkeypatch.setattr(sealing, "product", Product)
        return CliRunner().invoke(load("seal"), list(given), env=environment)

    second, third = keys
    assert run(second, "change").exit_code == 2
    wrong = run(second, "change", "--old", str(own_key), TRACKER_OLD_SEAL_PASSWORD="other")
    assert wrong.exit_code == 2
    assert run(second, "change", "--old", str(third), TRACKER_OLD_SEAL_PASSWORD="secret").exit_code == 2
    done = run(second, "change", "--old", str(own_key), TRACKER_OLD_SEAL_PASSWORD="secret")
    assert (done.exit_code, "Entered as key 2" in done.output) == (0, True), done.output
    assert run(second, "change", "--lost-since", "2021-01-01").exit_code == 2, "it was entered before"
    done = run(third, "change", "--lost-since", "2021-01-20", "--note", "Mất thiết bị")
    assert done.exit_code == 0, done.output
    entries = json.loads(run(third, "keys").stdout)["keys"]
    assert list(key_history.faults(entries)) == []
    assert [(one["reason"], one["note"]) for one in entries][2] == ("lost", "Mất thiết bị")
