"""What a mail that came back says (RFC 3464): which mail it was, and whether it is back for good. Pure: bytes in, a few
words out; nothing of addresses or texts goes on from here.

Postfix, Exim and Exchange write the same parts, in other orders and with other names beside them: the report by
recipient, and the mail that came back, whole or its head alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser

LARGEST = 8 * 1024 * 1024  # bytes: a mail of ours is far smaller, whatever stands around it
MOST_PARTS = 100
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ID = re.compile(r"<[^<>\s]{1,250}>")
# By RFC 3463: too large, its content, its security or a rule. They speak of the mail, and another may come through.
_OF_THE_MAIL = re.compile(r"5\.(?:2\.3|3\.4|6\.\d+|7\.\d+)")


@dataclass(frozen=True, slots=True)
class Returned:
    """A report about one mail of ours. `ids`: what can be its Message-ID, the likeliest first. `status`: by RFC 3463.
    `final`: it is back, and will not be tried again."""

    ids: tuple[str, ...]
    status: str
    final: bool

    @property
    def address_is_broken(self) -> bool:
        """Whether nobody can be written to at that address.

        >>> [Returned((), status, True).address_is_broken for status in ("5.1.1", "5.0.0", "4.4.1", "5.7.1", "5.2.3")]
        [True, True, False, False, False]
        """
        return self.final and self.status.startswith("5.") and not _OF_THE_MAIL.fullmatch(self.status)


def read(content: bytes) -> Returned | None:
    """What a mail says of one that came back; none where it is no such report, or one of another kind."""
    if len(content) > LARGEST:
        return None
    mail = BytesParser(policy=policy.default).parsebytes(content)
    parts = list(_parts(mail))
    blocks = [
        block for part in parts if part.get_content_type() == "message/delivery-status" for block in _blocks(part)
    ]
    if not blocks:
        return None
    told = [_said(block) for block in blocks]
    final = all(action == "failed" for action, _status in told)
    worst = min((status for _action, status in told), key=lambda status: (status[0] != "4", status))
    return Returned(tuple(dict.fromkeys(_ids(mail, parts))), worst, final)


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number == MOST_PARTS:
            return
        yield part


def _blocks(part: Message) -> Iterator[Message]:
    """What is told of each recipient: its first block tells of the mail server alone."""
    inside = part.get_payload()
    if isinstance(inside, list):
        yield from (one for one in inside if isinstance(one, Message) and one.get("Action"))


def _said(block: Message) -> tuple[str, str]:
    """(action, status) of one recipient. A mail server that fails to say why says 5.0.0 or 4.0.0."""
    action = str(block.get("Action", "")).partition(";")[0].strip().lower()
    found = _STATUS.search(str(block.get("Status", ""))) or _STATUS.search(str(block.get("Diagnostic-Code", "")))
    return action, ".".join(found.groups()) if found else "5.0.0" if action == "failed" else "4.0.0"


def _ids(mail: EmailMessage, parts: list[Message]) -> Iterator[str]:
    """The Message-ID of what came back; then those that the report says to answer."""
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            yield from _of_head(_text(part))
        elif part.get_content_type() == "message/rfc822":
            inside = part.get_payload()
            if isinstance(inside, list) and inside and isinstance(inside[0], Message):
                yield from _ID.findall(str(inside[0].get("Message-ID", "")))
    for name in ("In-Reply-To", "References", "X-Original-Message-ID"):
        yield from _ID.findall(str(mail.get(name, "")))


def _of_head(text: str) -> Iterator[str]:
    unfolded = re.sub(r"\r?\n[ \t]+", " ", text)
    for line in unfolded.splitlines():
        if line.lower().startswith("message-id:"):
            yield from _ID.findall(line)


def _text(part: Message) -> str:
    found = part.get_payload(decode=True)
    return found.decode("ascii", "replace") if isinstance(found, bytes) else ""
