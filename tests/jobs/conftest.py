"""Jobs run on the same migrated databases as the integration tests, and send to a real SMTP server."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from flask import Flask

from tracker.settings import Settings


class Postbox:
    """What a real SMTP server received. `refuse` is asked for each mail: a reply such as "451 later", or none."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse: Callable[[EmailMessage], str | None] = lambda _mail: None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail, or refuse it."""
        mail = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        reply = self.refuse(mail)
        if reply:
            return reply
        self.mails.append(mail)
        return "250 taken"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def postbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    """An SMTP server for one test; the application's settings name its port."""
    box = Postbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings: Settings = app.extensions["settings"]
    changed = replace(settings, smtp_url=type(settings.secret_key)(f"smtp://127.0.0.1:{port}"))
    monkeypatch.setitem(app.extensions, "settings", changed)
    yield box
    server.stop()
