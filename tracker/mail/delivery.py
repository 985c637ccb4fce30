"""Delivery: the only SMTP client. In demo mode mails are written as files instead and leave this machine never.

The mails of a run go over one connection, each within its own time. Where a mail meets a fault the connection ends with
it, so that one mail's fault is no other's; where the server has ended a kept one meanwhile, another is opened.
"""

import smtplib
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from tracker.core import clock
from tracker.mail.service import Outgoing
from tracker.mail.writing import message
from tracker.settings import Settings

STEP_SECONDS = 10.0  # for each answer of the server
SENDING_SECONDS = 40.0  # for all of them: one that says a letter now and then is cut off too
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
FIRST_PERMANENT_CODE = 500
READY, TAKES_IT = 250, (250, 251)
CLOSING_CODE = 421  # "not available": said of the connection, whatever it answers


class Fault(Enum):
    """Why a mail was not taken."""

    MAIL = auto()  # the server wants this one later
    FOR_GOOD = auto()  # the server never wants this one
    SERVER = auto()  # there is no server to be had; of the mail nothing was said
    CUT_OFF = auto()  # the server went, or fell silent, while it was told of this one


@dataclass(frozen=True, slots=True)
class SmtpAnswer:
    """What became of a mail. `error` is the server's word, for the administrator; none: it was taken."""

    error: str | None = None
    fault: Fault | None = None


class _Plain(smtplib.SMTP):
    """A connection that is cut off when its time is over, whatever the other side says meanwhile."""

    def __init__(self, host: str, port: int, until: float) -> None:
        self._watched(until)
        super().__init__(host, port, timeout=STEP_SECONDS)

    def _watched(self, until: float) -> None:
        self.until, self.over = until, threading.Event()  # by the clock that only runs on

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        found: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        threading.Thread(target=self._watch, daemon=True).start()
        return found

    def _watch(self) -> None:
        """One thread for all mails of the connection: for each its time is set further away."""
        while not self.over.wait(max(0.0, self.until - time.monotonic())):
            if time.monotonic() >= self.until:
                _cut(self)
                return

    def limit(self, until: float) -> None:
        """Cut it off at that time and no sooner; where nothing is asked of it any more, by then nobody needs it."""
        self.until = until

    def close(self) -> None:
        """Let it go, and whoever watches it."""
        self.over.set()
        super().close()


class _Secure(smtplib.SMTP_SSL, _Plain):
    """The same over TLS from the first byte."""

    def __init__(self, host: str, port: int, until: float) -> None:
        self._watched(until)
        smtplib.SMTP_SSL.__init__(self, host, port, timeout=STEP_SECONDS, context=ssl.create_default_context())


def _cut(server: smtplib.SMTP) -> None:
    if server.sock is not None:
        with suppress(OSError):
            server.sock.shutdown(socket.SHUT_RDWR)


def _connected(settings: Settings, until: float) -> _Plain:
    """A connection on which a mail may be sent. It is closed where anything before that goes wrong."""
    if settings.smtp_url is None:
        raise smtplib.SMTPServerDisconnected("TRACKER_SMTP_URL is not set")
    parts = urlsplit(settings.smtp_url.get_secret_value())
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    server = (_Secure if parts.scheme == "smtps" else _Plain)(host, port, until)
    try:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


class Line:
    """The way to the mail server, kept open over the mails of a run. No transaction may be open while one is sent."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: _Plain | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def send(self, mail: Outgoing) -> SmtpAnswer:
        """Send one mail, within its time however often a connection is opened for it."""
        if self._settings.demo:
            return _written(mail, self._settings)
        until = time.monotonic() + SENDING_SECONDS
        try:
            answer = self._told(mail, until)
        except (ValueError, smtplib.SMTPNotSupportedError) as error:  # no such address can be written to from here
            answer = SmtpAnswer(_words(error), Fault.FOR_GOOD)
        except (OSError, smtplib.SMTPException) as error:
            answer = SmtpAnswer(_words(error), Fault.SERVER)
        if answer.fault is not None:
            self.close()
        return answer

    def close(self) -> None:
        """Say farewell, if there is anybody. What was answered stands, whatever comes of it."""
        server, self._server = self._server, None
        if server is None:
            return
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()

    def _told(self, mail: Outgoing, until: float) -> SmtpAnswer:
        content = message(mail, self._settings)
        kept, self._server = self._server, None
        if kept is not None:  # some take so many over one, and some go when nothing was said for a while
            with suppress(OSError, smtplib.SMTPException):
                kept.limit(until)
                if self._begun(kept, mail, content) == READY:
                    self._server = kept
                    return _sent(kept, mail, content)
            kept.close()
        self._server = server = _connected(self._settings, until)
        try:
            code = self._begun(server, mail, content)
        except smtplib.SMTPNotSupportedError:
            raise
        except OSError as error:  # what smtplib raises is one too
            return SmtpAnswer(_words(error), Fault.CUT_OFF)
        if code != READY:  # mostly this installation's fault, so the next one's too
            return SmtpAnswer(f"{code}: sender refused", Fault.CUT_OFF)
        return _sent(server, mail, content)

    def _begun(self, server: smtplib.SMTP, mail: Outgoing, content: bytes) -> int:
        """What the server says to the beginning of a mail. Raises SMTPNotSupportedError where it knows no such
        address."""
        options = [f"size={len(content)}"] if server.has_extn("size") else []
        if not mail.address.isascii():
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        return int(server.mail(self._settings.mail_from, options)[0])


def send(mail: Outgoing, settings: Settings) -> SmtpAnswer:
    """Send one mail over a connection of its own."""
    with Line(settings) as line:
        return line.send(mail)


def _sent(server: smtplib.SMTP, mail: Outgoing, content: bytes) -> SmtpAnswer:
    """What the server says to the rest of a mail that it was told of."""
    try:
        code = int(server.rcpt(mail.address)[0])
        if code not in TAKES_IT:
            return SmtpAnswer(f"{code}: recipient refused", _fault(code))
        code = int(server.data(content)[0])
    except smtplib.SMTPDataError as error:
        code = int(error.smtp_code)
    except (OSError, smtplib.SMTPException) as error:
        return SmtpAnswer(_words(error), Fault.CUT_OFF)
    return SmtpAnswer() if code == READY else SmtpAnswer(f"{code}: mail refused", _fault(code))


def _fault(code: int) -> Fault:
    if code == CLOSING_CODE:
        return Fault.CUT_OFF
    return Fault.FOR_GOOD if code >= FIRST_PERMANENT_CODE else Fault.MAIL


def _written(mail: Outgoing, settings: Settings) -> SmtpAnswer:
    folder = settings.mail_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # One file a mail, named by it: a repeated delivery writes the same file again.
    path = folder / f"{mail.created_at.astimezone(clock.VIETNAM):%Y%m%d-%H%M%S}-{mail.id}.eml"
    _write_whole(path, message(mail, settings))
    return SmtpAnswer()


def _write_whole(path: Path, content: bytes) -> None:
    """Readers see the whole file or none."""
    beside = path.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(path)


def _words(error: Exception) -> str:
    # The class and the server's code only: its text can repeat an address.
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__}{f' {code}' if code else ''}"
