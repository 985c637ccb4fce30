"""How often one may try to sign in: arithmetic over counts. Nobody is locked out for ever, nor by others."""

import hmac
import ipaddress
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_LIMIT = re.compile(r"(\d{1,5})\s*(?:per|/)\s*(second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_KEY_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` within `seconds` from the first of them; then the count begins anew."""

    tries: int
    seconds: int

    @property
    def length(self) -> timedelta:
        """How long a count lasts."""
        return timedelta(seconds=self.seconds)


# One address trying one account.
ONE_ACCOUNT = Limit(8, 15 * 60)
# One account, from wherever it is tried, save from browsers that are known for it: whoever uses it up keeps its owner
# from new devices alone, and a link by mail makes a device a known one.
OF_ACCOUNT = Limit(100, 60 * 60)
# Wrong codes of one account, from wherever they come: six digits could be guessed from many addresses at once. Only who
# knows the password gets so far, and a passkey or a recovery code lets the owner in all the same.
CODES_OF_ACCOUNT = Limit(30, 60 * 60)
# Wishes for a new password from one address: each may write a mail.
WISHES = Limit(10, 60 * 60)
ONCE = Limit(1, 60 * 60)


def read_limit(text: str) -> Limit:
    """The limit of a text such as "20 per minute". Raises ValueError."""
    match = _LIMIT.fullmatch(text.strip().lower())
    if match is None or int(match.group(1)) == 0:
        raise ValueError('must be a limit such as "20 per minute"')
    return Limit(int(match.group(1)), _SECONDS[match.group(2)])


def origin(address: str | None) -> str:
    """The part of a network address that stands for one sender: of IPv6 the network, all of which is the sender's."""
    if not address:
        return "unknown"
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def key(secret: str, *parts: str) -> str:
    """The key under which tries are counted: a keyed hash, so that the table tells no addresses."""
    return hmac.new(secret.encode(), "\x00".join(parts).encode(), "sha256").hexdigest()[:_KEY_DIGITS]


def wait(limit: Limit, tries: int, since: datetime, now: datetime) -> int:
    """Seconds to wait after that many tries, this one counted; 0 where one may go on."""
    if tries <= limit.tries:
        return 0
    return max(1, math.ceil((since + limit.length - now).total_seconds()))
