"""What can be chosen, for every door: an hour, a number of a phone, a push service. Pure."""

import re
from datetime import date, datetime, time
from urllib.parse import urlsplit

from tracker.core import clock
from tracker.setting_values import is_safe_address

HOURS = ("07:30", *(f"{hour:02}:00" for hour in range(8, 17)))
USUAL = HOURS[0]
QUIET_FROM = time(18)  # no phone rings after work: tomorrow's word says what is still open then
LONGEST_ENDPOINT = 1000
MOST_BROWSERS = 10  # of a person
_NUMBER = re.compile(r"\+[1-9]\d{7,14}")
_HERE = re.compile(r"0[1-9]\d{8}")


def phone(typed: str) -> str | None:
    """A number as the network writes it (E.164); none where it is no such number.

    >>> [phone(one) for one in ("0912 345 678", "+84 (912) 345-678", "00 84 912345678", "113", "09123456789")]
    ['+84912345678', '+84912345678', '+84912345678', None, None]
    """
    digits = re.sub(r"[\s.()\-\u00a0]", "", typed)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if _HERE.fullmatch(digits):
        return "+84" + digits[1:]
    return digits if _NUMBER.fullmatch(digits) else None


def opens(hour: str, now: datetime) -> datetime:
    """From when on today somebody with that hour is told."""
    return max(now, _today(now, time.fromisoformat(hour)))


def is_over(created_at: datetime, now: datetime) -> bool:
    """Whether the day of what was queued is over, or its evening has come."""
    day: date = clock.day_of(created_at)
    return now >= datetime.combine(day, QUIET_FROM, clock.VIETNAM) or clock.day_of(now) != day


def _today(now: datetime, at: time) -> datetime:
    return datetime.combine(clock.day_of(now), at, clock.VIETNAM)


def is_push_service(endpoint: str, services: tuple[str, ...]) -> bool:
    """Whether an address that a browser gave belongs to a push service that the operator lets be called: nobody has
    this server call an address of theirs.

    >>> services = ("push.example", "*.push.example")
    >>> tried = ("https://push.example/x", "https://a.push.example/x", "https://push.example.evil/x", "http://push.example/")
    >>> [is_push_service(one, services) for one in tried]
    [True, True, False, False]
    """
    if len(endpoint) > LONGEST_ENDPOINT or not is_safe_address(endpoint):
        return False
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    if parts.username or parts.password or parts.fragment:
        return False
    return any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in services)
