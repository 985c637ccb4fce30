"""The small protocol of every channel beside mail: what is handed to it, and what it answers. Pure.

Mail carries what is open in words; whatever else rings in a pocket carries a count and the way to the inbox.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto


class Name(StrEnum):
    """The channels. Mail has an outbox of its own, the inbox holds what was told: neither is called."""

    INBOX = "inbox"
    MAIL = "mail"
    PUSH = "push"
    GATEWAY = "gateway"


class Fault(Enum):
    """Why a word was not taken."""

    LATER = auto()  # busy, or not there: it is tried again, as mails are
    FOR_GOOD = auto()  # it is never taken
    GONE = auto()  # nobody is there any more


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one. `said`: the status, or the class of the fault: never a word of the other side."""

    said: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a push service reaches a browser, and the keys by which that alone reads it."""

    endpoint: str
    public_key: str
    secret: str


@dataclass(frozen=True, slots=True)
class Call:
    """One word that was claimed, free of any session. `text` is in the receiver's language."""

    id: int
    attempt: int
    token: str
    channel: Name
    created_at: datetime
    count: int
    text: str
    language: str
    person: str  # their token: never a number
    phone: str | None = None
    subscription_id: int | None = None
    browser: Browser | None = None


Channel = Callable[[Call], Answer]  # no transaction is open meanwhile

_LATER = frozenset({408, 425, 429})
_GONE = frozenset({404, 410})


def answer_of(status: int) -> Answer:
    """What a status of HTTP says of a word. Who leads elsewhere is not followed: it is a fault of whoever set it up.

    >>> [answer_of(status).fault for status in (200, 204, 302, 400, 429, 503)]
    [None, None, <Fault.FOR_GOOD: 2>, <Fault.FOR_GOOD: 2>, <Fault.LATER: 1>, <Fault.LATER: 1>]
    """
    if 200 <= status < 300:
        return Answer(str(status))
    if status in _LATER or status >= 500:
        return Answer(str(status), Fault.LATER)
    return Answer(str(status), Fault.GONE if status in _GONE else Fault.FOR_GOOD)
