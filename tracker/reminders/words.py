"""The ladder in the reader's words."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from tracker.commitments.terms.words import days_left
from tracker.core.languages import Text, _, _l, _n, format_day
from tracker.reminders.duty import Duty, Line
from tracker.reminders.ladder import WAYS, Audience, Occasion, Row, Rung, read

OCCASIONS: Mapping[Occasion, Text] = {
    Occasion.RETURN: _l("A returned report to be answered"),
    Occasion.REPORT: _l("A report that is owed"),
    Occasion.WITH_HEAD: _l("A figure that waits for the head to send it"),
    Occasion.QUESTION: _l("A question of the appraiser to be answered"),
    Occasion.DEADLINE: _l("A deadline, as long as the goal is not met"),
    Occasion.APPRAISAL: _l("A report that waits for appraisal"),
    Occasion.CORRECTION: _l("A correction that was asked for"),
    Occasion.REQUEST: _l("A request about a target: deadline, suspension, end"),
    Occasion.ANSWER: _l("A commitment that waits for the body"),
    Occasion.REPLY: _l("A commitment that waits for the People's Committee"),
    Occasion.SIGNATURE: _l("A commitment that waits for the signature of the head"),
    Occasion.COUNTERSIGN: _l("A commitment for the People's Committee to sign or to close"),
    Occasion.LETTER_ANSWER: _l("A letter of urging to be answered"),
    Occasion.APOLOGY: _l("A public apology to be written or published"),
    Occasion.APOLOGY_SIGN: _l("A public apology that waits for the signature of the head"),
    Occasion.LETTER: _l("A letter or apology for the People's Committee to go on with"),
    Occasion.LETTER_SIGN: _l("A letter of urging for the People's Committee to sign"),
    Occasion.VACANT: _l("A body without a head"),
    Occasion.STATUS: _l("News: a target turned at risk, behind or unreported"),
    Occasion.DECISION: _l("News: a decision on a report"),
}
AUDIENCES: Mapping[Audience, Text] = {
    Audience.OFFICER: _l("Officers of the body"),
    Audience.DEPUTY: _l("Deputy heads"),
    Audience.HEAD: _l("Head, and who acts for them"),
    Audience.APPRAISER: _l("Appraisers"),
    Audience.MONITOR: _l("Monitors at the People's Committee"),
    Audience.VICE_CHAIR: _l("Vice chairs of the People's Committee"),
    Audience.CHAIR: _l("Chair of the People's Committee"),
}


def rung_words(rung: Rung) -> str:
    """When a rung is reached: "3 working days before", "on the day", "5 working days after, then every 5"."""
    days = abs(rung.after)
    if rung.after == 0:
        text = str(_l("on the day"))
    elif rung.after < 0:
        text = _n("%(num)s working day before", "%(num)s working days before", days)
    else:
        text = _n("%(num)s working day after", "%(num)s working days after", days)
    if rung.every is not None:
        text += ", " + _n("then every working day", "then every %(num)s working days", rung.every)
    return text


def ladder_text(rows: Iterable[Row]) -> str:
    """A ladder as it is kept, in one text."""

    def key(rung: Rung) -> tuple[Occasion, Audience]:
        return rung.occasion, rung.audience

    told = []
    for (occasion, audience), rungs in groupby(read(rows), key):
        days = "; ".join(rung_words(rung) for rung in rungs)
        told.append(f"{OCCASIONS[occasion]} · {AUDIENCES[audience]}: {days}")
    return " — ".join(told)


def page_of(line: Line) -> str:
    """The page on which one goes on, without the host."""
    return (line.above and line.duty.page_above) or line.duty.page


def when(duty: Duty) -> str:
    """By when, or since when, and what that means today."""
    day, left = format_day(duty.by), duty.left
    if WAYS[duty.occasion].since:
        return _since(day, -left)
    if left == 0:
        return _("due today, %(day)s", day=day)
    text = _("due %(day)s, %(meaning)s") if left > 0 else _("was due %(day)s, %(meaning)s")
    return text % {"day": day, "meaning": days_left(left)}


def _since(day: str, days: int) -> str:
    if days == 0:
        return _("since today, %(day)s", day=day)
    ago = _n("%(num)s working day ago", "%(num)s working days ago", days)
    return _("since %(day)s, %(ago)s", day=day, ago=ago)
