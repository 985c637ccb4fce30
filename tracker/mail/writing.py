"""A mail as it goes over the wire: its headers, its text, and HTML beside it."""

import base64
from collections.abc import Iterator
from email.header import Header
from email.utils import format_datetime

from tracker.core import clock
from tracker.mail.service import Outgoing
from tracker.settings import Settings

_LINE = "\r\n"


def message(mail: Outgoing, settings: Settings) -> bytes:
    """The whole message. Raises ValueError where a header would hold a line break.

    Python's own writer takes three times as long as all else that sending takes.
    """
    headers = dict(_headers(mail, settings))
    if any("\r" in value or "\n" in value for value in headers.values()):
        raise ValueError("a header holds a linefeed")
    head = [f"{name}: {_folded(name, value)}" for name, value in headers.items()]
    text = _part("plain", mail.content.text)
    if mail.content.html is None:
        return _LINE.join([*head, text]).encode()
    between = f"=_{mail.message_id.strip('<>').partition('@')[0]}"
    parts = [f"--{between}{_LINE}{part}" for part in (text, _part("html", mail.content.html))]
    kind = f'Content-Type: multipart/alternative; boundary="{between}"{_LINE}'
    return _LINE.join([*head, kind, *parts, f"--{between}--{_LINE}"]).encode()


def _headers(mail: Outgoing, settings: Settings) -> Iterator[tuple[str, str]]:
    """Each as it is read. What carries a key is between the product and one person; all else is of a list by its kind,
    which each may leave on the page of their account."""
    host = mail.message_id.strip("<>").rpartition("@")[2]
    product = f"Sổ cam kết {settings.province}"
    yield "Subject", mail.content.subject
    yield "From", f"{product} <{settings.mail_from}>"
    yield "To", mail.address
    yield "Date", format_datetime(mail.created_at.astimezone(clock.VIETNAM))
    yield "Message-ID", mail.message_id
    if mail.thread:  # the root of the thread is no mail: those about one subject stand together all the same
        yield "In-Reply-To", mail.thread
        yield "References", mail.thread
    if not mail.carries_token:
        yield "List-Id", f"{product} <{mail.kind.replace('_', '-')}.{host}>"
        yield "List-Unsubscribe", f"<{settings.base_url}/account>"
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield "Content-Language", mail.language
    yield "MIME-Version", "1.0"


def _folded(name: str, value: str) -> str:
    """As it is sent, by RFC 2047. Signs between two encoded words do not count, so each carries its own spaces; an
    address is never encoded."""
    before, space, address = value.rpartition(" ") if name in {"From", "List-Id"} else (value, "", "")
    if name == "To" or (before.isascii() and name != "Subject"):
        return value
    charset = None if before.isascii() else "utf-8"
    return Header(before, charset, header_name=name).encode(linesep=_LINE) + space + address


def _part(kind: str, text: str) -> str:
    content = base64.encodebytes(text.replace("\n", _LINE).encode()).decode("ascii").replace("\n", _LINE)
    head = (f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: base64", "", content)
    return _LINE.join(head)
