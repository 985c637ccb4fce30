"""The digest: one mail a day to a person, a line for each report that is owed. Says what stands now."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.core.clock import Moment
from tracker.core.languages import _, format_instant, in_language, text_by_language
from tracker.mail.composing import compose
from tracker.mail.service import Content
from tracker.programmes.words import period_name
from tracker.progress import decided
from tracker.reminders.duty import Line
from tracker.reminders.ladder import WAYS
from tracker.reminders.receivers import Receiver
from tracker.reminders.words import page_of, when
from tracker.settings import Site

MOST_LINES = 60  # of one mail
MOST_NEWS = 15  # decisions that are told beside them
MOST_ASKED = 10  # questions of one body
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
class Asked:
    """What an appraiser asks about a report of a body, and waits to be answered."""

    title: Mapping[str, str]  # by language
    period_code: str | None
    text: str
    report_token: str


@dataclass(frozen=True, slots=True)
class DigestBody:
    """A body of the mail with its lines, how many more it has than are shown, and what its appraiser asks."""

    name: str
    lines: Sequence[DigestLine]
    more: int
    asked: Sequence[DigestLine] = ()


def content(
    receiver: Receiver,
    lines: Collection[Line],
    agencies: Mapping[int, tuple[str, Mapping[str, str]]],
    now: Moment,
    site: Site,
    asked: Mapping[int, Sequence[Asked]],
    news: Sequence[Any] = (),
) -> Content:
    """The mail about these figures. `agencies`: code and name by language, by id; `asked`: what their appraisers ask,
    which is told beside what is owed; `news`: what was decided since the last one, rows of `progress.decided`."""
    with in_language(receiver.language):
        told = [_told(row, site) for row in news[:MOST_NEWS]]
        bodies = list(_bodies(in_order(lines), agencies, site, asked))
        written = format_instant(now.at)
    lefts = [line.duty.left for line in lines]
    return compose(
        "digest",
        receiver.language,
        receiver=receiver.name,
        bodies=bodies,
        decided=told,
        more_decided=len(news) - len(told),
        count=len(lines),
        late=sum(left < 0 for left in lefts),
        today=sum(left == 0 for left in lefts),
        soon=sum(left > 0 for left in lefts),
        on=now.on,
        written=written,
        home=f"{site.base_url}/",
    )


def in_order(lines: Collection[Line]) -> Sequence[Line]:
    """One's own first, and the most urgent of them."""

    def order(line: Line) -> tuple[bool, date, int, tuple[str, ...]]:
        return line.above, line.duty.by, line.duty.agency_id, line.duty.order

    return sorted(lines, key=order)


def _bodies(
    lines: Sequence[Line],
    agencies: Mapping[int, tuple[str, Mapping[str, str]]],
    site: Site,
    asked: Mapping[int, Sequence[Asked]],
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
        questions = [] if its[0].above else [_asked(one, site) for one in asked.get(agency_id, ())[:MOST_ASKED]]
        yield DigestBody(text_by_language(agencies[agency_id][1]), shown, len(its) - len(shown), questions)


def _asked(one: Asked, site: Site) -> DigestLine:
    place = period_name(one.period_code) if one.period_code else _("the completion")
    return DigestLine(
        title=text_by_language(one.title),
        what=_("The appraiser asks, %(place)s", place=place),
        when=one.text,
        url=f"{site.base_url}/questions/{one.report_token}",
    )


def _told(row: Any, site: Site) -> DigestLine:
    """What was decided on one report, and why."""
    return DigestLine(
        title=text_by_language(row.Target.title),
        what=f"{decided.place(row)}: {decided.sentence(row)}",
        when=row.reason or "",
        url=f"{site.base_url}/figures/{row.Target.token}/{row.period or 'completion'}",
    )


def _line(line: Line, site: Site) -> DigestLine:
    duty = line.duty
    page = page_of(line)
    return DigestLine(
        title=text_by_language(duty.title),
        what=duty.what(),
        when=when(duty),
        url=f"{site.base_url}{page}",
        tone="info" if WAYS[duty.occasion].since or duty.left > 0 else "warn" if duty.left == 0 else "bad",
    )
