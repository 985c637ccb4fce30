"""The demo's first start from nothing, made once in a run: as it was half-way, and at its end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from tests.support.made_once import made_once
from tests.support.product import Browser, cheap_passwords
from tracker import create_app, settings
from tracker.cli import preparing
from tracker.core.db import database
from tracker.settings import Secret, Settings

DAY = "2026-02-20"  # of Tết
HALF, WHOLE, SAID = "half", "whole", "said.json"
SECRET, ADDRESS = "a key for tests only, forty characters long", "http://localhost"


def first_start(factory: pytest.TempPathFactory) -> Path:
    """A folder with two instance folders, and what was said: `HALF` was cut short before what hangs on the day."""
    return made_once(factory, "first-start", _start)


def demo_app(folder: Path) -> Flask:
    """The product in demo mode, in an instance folder of its own."""
    app = create_app(Settings(instance=folder, demo=True, secret_key=Secret(SECRET), base_url=ADDRESS))
    app.config["TESTING"] = True
    app.test_client_class = Browser
    return app


def close() -> None:
    """Let go of the database of this context."""
    database.db.session.remove()
    database.db.engine.dispose()


def _start(folder: Path) -> None:
    """As `tracker serve` does it in an empty folder, before it serves."""
    said: list[str] = []
    whole = folder / WHOLE
    whole.mkdir()

    def say(message: str) -> None:
        said.append(message)
        if len(said) == 2:  # the closed year stands, and the one that runs is next
            shutil.copytree(whole, folder / HALF)

    own = {"DEMO": "1", "INSTANCE": str(whole), "SECRET_KEY": SECRET, "BASE_URL": ADDRESS, "LOG_JSON": "0"}
    with pytest.MonkeyPatch.context() as patch, cheap_passwords():
        for name, value in own.items():
            patch.setenv(f"TRACKER_{name}", value)
        patch.setattr(preparing, "say", say)
        with time_machine.travel(f"{DAY}T02:00:00Z", tick=False):
            settings.load_to_serve(lambda: 0)
            preparing.prepare.main([], standalone_mode=False)
    (folder / SAID).write_text(json.dumps(said), encoding="utf-8")
