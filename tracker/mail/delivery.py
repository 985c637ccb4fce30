"""Delivery: the only SMTP client. In demo mode mails are written as files instead and leave this machine never."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from enum import Enum, auto
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tracker.core import clock
from tracker.mail.service import Outgoing
from tracker.settings import Settings

STEP_SECONDS = 10.0  # for each answer of the server
SENDING_SECONDS = 40.0  # for all of them: one that says a letter now and then is cut off too
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
FIRST_PERMANENT_CODE = 500
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


def message(mail: Outgoing, sender: str, product: str) -> EmailMessage:
    """The mail as a message. Raises ValueError where a header would hold a line break."""
    found = EmailMessage(policy=_Policy(linesep="\r\n"))
    found["Subject"] = mail.content.subject
    found["From"] = f'"{product}" <{sender}>'
    found["To"] = mail.address
    found["Date"] = format_datetime(mail.created_at.astimezone(clock.VIETNAM))
    found["Message-ID"] = mail.message_id
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(mail.content.text)
    if mail.content.html:
        found.add_alternative(mail.content.html, subtype="html")
    found["Content-Language"] = mail.language  # last: content that is set takes headers of content away
    return found


class _Policy(policy.EmailPolicy):
    """Folds a subject by RFC 2047, where signs between two encoded words do not count: the one that Python's newer
    folding leaves there (a space) would be lost. So each encoded word carries its own spaces."""

    def fold(self, name: str, value: str) -> str:
        """The header as it is sent, as text."""
        return self._subject(value) if name.lower() == "subject" else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same as bytes."""
        return self._subject(value).encode("ascii") if name.lower() == "subject" else super().fold_binary(name, value)

    def _subject(self, value: str) -> str:
        charset = None if value.isascii() else "utf-8"
        folded = Header(str(value), charset, header_name="Subject").encode(linesep=self.linesep)
        return f"Subject: {folded}{self.linesep}"


def send(mail: Outgoing, settings: Settings) -> SmtpAnswer:
    """Send one mail over a connection of its own, so that its fault is no other's. No transaction may be open."""
    if settings.demo:
        return _written(mail, settings)
    try:
        with _server(settings) as server:
            return _sent(server, mail, settings)
    except (OSError, smtplib.SMTPException) as error:
        return SmtpAnswer(_words(error), Fault.SERVER)


class _Plain(smtplib.SMTP):
    """A connection that is cut off when its time is over, whatever the other side says meanwhile."""

    alarm: threading.Timer | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        found: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self.alarm = threading.Timer(SENDING_SECONDS, _cut, [self])
        self.alarm.daemon = True
        self.alarm.start()
        return found

    def close(self) -> None:
        """Let it go, and its alarm."""
        if self.alarm is not None:
            self.alarm.cancel()
        super().close()


class _Secure(smtplib.SMTP_SSL, _Plain):
    """The same over TLS from the first byte."""


def _cut(server: smtplib.SMTP) -> None:
    if server.sock is not None:
        with suppress(OSError):
            server.sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    if settings.smtp_url is None:
        raise smtplib.SMTPServerDisconnected("TRACKER_SMTP_URL is not set")
    parts = urlsplit(settings.smtp_url.get_secret_value())
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    server: smtplib.SMTP = (
        _Secure(host, port, timeout=STEP_SECONDS, context=ssl.create_default_context())
        if parts.scheme == "smtps"
        else _Plain(host, port, timeout=STEP_SECONDS)
    )
    try:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.ehlo_or_helo_if_needed()
        yield server
        with suppress(OSError, smtplib.SMTPException):  # what was answered stands, whatever comes of the farewell
            server.quit()
    finally:
        server.close()


def _sent(server: smtplib.SMTP, mail: Outgoing, settings: Settings) -> SmtpAnswer:
    try:
        server.send_message(message(mail, settings.mail_from, _product(settings)))
    except smtplib.SMTPSenderRefused as error:
        return SmtpAnswer(_words(error), Fault.CUT_OFF)  # mostly this installation's fault, so the next one's too
    except smtplib.SMTPResponseException as error:
        return SmtpAnswer(f"{error.smtp_code}: mail refused", _fault(error.smtp_code))
    except smtplib.SMTPRecipientsRefused as error:
        code = min(refusal[0] for refusal in error.recipients.values())
        return SmtpAnswer(f"{code}: recipient refused", _fault(code))
    except (ValueError, smtplib.SMTPNotSupportedError) as error:  # no such address can be written to from here
        return SmtpAnswer(_words(error), Fault.FOR_GOOD)
    except (OSError, smtplib.SMTPException) as error:
        return SmtpAnswer(_words(error), Fault.CUT_OFF)
    return SmtpAnswer()


def _fault(code: int) -> Fault:
    if code == CLOSING_CODE:
        return Fault.CUT_OFF
    return Fault.FOR_GOOD if code >= FIRST_PERMANENT_CODE else Fault.MAIL


def _written(mail: Outgoing, settings: Settings) -> SmtpAnswer:
    folder = settings.mail_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # One file a mail, named by it: a repeated delivery writes the same file again.
    path = folder / f"{mail.created_at.astimezone(clock.VIETNAM):%Y%m%d-%H%M%S}-{mail.id}.eml"
    _write_whole(path, message(mail, settings.mail_from, _product(settings)).as_bytes())
    return SmtpAnswer()


def _write_whole(path: Path, content: bytes) -> None:
    """Readers see the whole file or none."""
    beside = path.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(path)


def _product(settings: Settings) -> str:
    return f"Sổ cam kết {settings.province}"


def _words(error: Exception) -> str:
    # The class and the server's code only: its text can repeat an address.
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__}{f' {code}' if code else ''}"
