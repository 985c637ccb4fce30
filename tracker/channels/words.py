"""Channels and what became of a word, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from tracker.channels.protocol import Name
from tracker.core.languages import Text, _, _l, format_instant

CHANNELS: Mapping[str, Text] = {
    Name.INBOX: _l("In the product"),
    Name.MAIL: _l("Mail"),
    Name.PUSH: _l("Browser"),
    Name.GATEWAY: _l("Short message"),
}
CALLED = tuple((str(one), CHANNELS[one]) for one in (Name.PUSH, Name.GATEWAY))
STATES: Mapping[str, Text] = {
    "pending": _l("Waits"),
    "claimed": _l("Is being sent"),
    "sent": _l("Taken"),
    "dropped": _l("No longer needed"),
    "failed": _l("Not taken"),
}


def fate(row: Any) -> str:
    """What became of one."""
    if row.state == "sent":
        return _("Taken %(when)s (%(answer)s)", when=format_instant(row.sent_at), answer=row.answer)
    if row.state == "dropped":
        return _("Not sent: nothing waited any more, or the day was over")
    if row.state == "failed":
        return _("Not taken after %(tries)s tries: %(answer)s", tries=row.attempts, answer=row.answer)
    if row.answer:
        return _(
            "Not yet: %(answer)s; tried again from %(when)s", answer=row.answer, when=format_instant(row.not_before)
        )
    return _("Waits until %(when)s", when=format_instant(row.not_before))
