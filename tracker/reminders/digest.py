"""The digest: one mail a day to a person, a line for each thing that is open, and the news. Says what stands now."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten

from tracker.commitments.terms.words import days_left
from tracker.core.clock import Moment
from tracker.core.languages import _, _n, format_instant, in_language, text_by_language
from tracker.mail.composing import compose
from tracker.mail.service import Content
from tracker.reminders.duty import Duty, Line
from tracker.reminders.ladder import WAYS
from tracker.reminders.receivers import Receiver
from tracker.reminders.words import page_of, when
from tracker.settings import Site

LONGEST_WORST = 120  # signs of what the subject says besides the count; a phone shows the first 50 of it all
MOST_LINES = 60  # of one mail
MOST_NEWS = 15  # told beside them
MOST_ABOVE = 5  # of one body, for whoever sees that it is done


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One line as the mail shows it. `tone`: the haste of it, as a part of tracker/mail/look.py."""

    title: str
    what: str
    when: str
    url: str
    tone: str = "what"


@dataclass(frozen=True, slots=True)
class DigestBody:
    """A body of the mail with its lines, and how many more it has than are shown."""

    name: str
    lines: Sequence[DigestLine]
    more: int


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody of the People's Committee who asks for something by hand says to it, and when."""

    who: str
    sentence: str
    at: datetime


def content(
    receiver: Receiver,
    lines: Collection[Line],
    agencies: Mapping[int, tuple[str, Mapping[str, str]]],
    now: Moment,
    site: Site,
    said: Sequence[Said] = (),
) -> Content:
    """The mail about these duties and news. `agencies`: code and name by language, by id; `said`: by whoever asks for
    some of it by hand."""
    duties = in_order([line for line in lines if not line.duty.news])
    news = sorted((line for line in lines if line.duty.news), key=lambda line: (line.duty.by, line.duty.order))[::-1]
    with in_language(receiver.language):
        bodies = list(_bodies(duties, agencies, site))
        told = [_news(line, site) for line in news[:MOST_NEWS]]
        written = format_instant(now.at)
        words = [(_("%(who)s asks, %(at)s", who=one.who, at=format_instant(one.at)), one.sentence) for one in said]
        worst = _worst(duties[0].duty) if duties else told[0].title if told else ""
    waits = sum(line.duty.waits_for(line.audience) for line in duties)
    return compose(
        "digest",
        receiver.language,
        receiver=receiver.name,
        said=words,
        bodies=bodies,
        decided=told,
        more_decided=len(news) - len(told),
        news=len(news),
        waiting=receiver.waiting,
        elsewhere=max(0, receiver.waiting - waits),
        count=len(duties),
        worst=shorten(worst, LONGEST_WORST, placeholder="…"),
        written=written,
        home=f"{site.base_url}/",
    )


def in_order(lines: Collection[Line]) -> Sequence[Line]:
    """One's own first, and the most urgent of them."""

    def order(line: Line) -> tuple[bool, date, int, tuple[str, ...]]:
        return line.above, line.duty.by, line.duty.agency_id, line.duty.order

    return sorted(lines, key=order)


def _bodies(
    lines: Sequence[Line], agencies: Mapping[int, tuple[str, Mapping[str, str]]], site: Site
) -> Iterator[DigestBody]:
    """The lines body by body, in the order in which each is named first; as many as one reads."""
    by_body: dict[int, list[Line]] = {}
    for line in lines:
        by_body.setdefault(line.duty.agency_id, []).append(line)
    left = MOST_LINES
    for agency_id, its in by_body.items():
        most = min(left, MOST_ABOVE if its[0].above else left)
        left -= min(most, len(its))
        shown = [_line(line, site) for line in its[:most]]
        yield DigestBody(text_by_language(agencies[agency_id][1]), shown, len(its) - len(shown))


def _news(line: Line, site: Site) -> DigestLine:
    """What happened, and why."""
    duty = line.duty
    return DigestLine(text_by_language(duty.title), duty.what(), duty.text, f"{site.base_url}{duty.page}")


def _line(line: Line, site: Site) -> DigestLine:
    duty = line.duty
    page = page_of(line)
    return DigestLine(
        title=text_by_language(duty.title),
        what=f"{duty.what()}: {duty.text}" if duty.text else duty.what(),
        when=when(duty),
        url=f"{site.base_url}{page}",
        tone="info" if WAYS[duty.occasion].since or duty.left > 0 else "warn" if duty.left == 0 else "bad",
    )


def _worst(duty: Duty) -> str:
    """The most pressing in few words, the days first: a title may be cut."""
    left, since = duty.left, WAYS[duty.occasion].since
    if left == 0:
        said = _("since today") if since else _("due today")
    elif since:
        said = _n("waiting for %(num)s working day", "waiting for %(num)s working days", -left)
    else:
        said = days_left(left)
    return f"{said}: {text_by_language(duty.title)}"
