"""What was promised, in the reader's words."""

from datetime import date

from tracker.core.languages import _, format_day
from tracker.reminders.asking.models import Promise


def promise_words(promise: Promise, on: date) -> str:
    """What the body says of a report, with the day; where that is over, that it was not kept."""
    day = format_day(promise.will_send_on)
    if on > promise.will_send_on:
        return _("Promised for %(day)s and not sent: “%(sentence)s”", day=day, sentence=promise.sentence)
    return _("Promised for %(day)s: “%(sentence)s”", day=day, sentence=promise.sentence)
