"""The weekly mail: on the first working day of a week the People's Committee is told what the week before changed.

Of one week once; where nothing is to be told, nobody is written to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import waiting
from tracker.agencies.queries import Holder
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import Units
from tracker.core.languages import DEFAULT, _, format_day, in_language, text_by_language
from tracker.mail import service as mail
from tracker.mail.composing import compose
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content, Letter
from tracker.programmes import queries as programmes
from tracker.reminders.weekly.figures import NAMES, TONES, BodyWeek, Week, weeks
from tracker.reminders.weekly.kind import KIND, OFFICES
from tracker.rule.calendar import ONE_DAY
from tracker.settings import Site

MOST_BODIES = 30  # of one programme; the others stand behind one link


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as the mail shows it, with the address of its rows."""

    name: str
    count: int
    url: str
    tone: str


@dataclass(frozen=True, slots=True)
class Section:
    """A programme of the mail: its figures, those of its bodies, and how many bodies are not shown."""

    title: str
    period: str
    figures: Sequence[Figure]
    bodies: Sequence[tuple[str, Sequence[Figure]]]
    more: int
    more_url: str


def units(day: date, now: Moment, site: Site) -> Units[int]:
    """Queue the mails about the week before, once a week; returns how many."""
    queued: int = yield partial(tell, now=Moment(now.at, day), site=site)
    return queued


def tell(session: Session, now: Moment, site: Site) -> int:
    """The same in one transaction, so that of a week all are told or nobody."""
    monday = now.on - timedelta(days=now.on.weekday())
    working = programmes.working_on(session, now.on)
    to = [one for one in waiting.receivers(session, now, OFFICES) if one.email and one.wants_mail] if working else []
    keys = {one.person_id: f"{KIND}:{monday.isoformat()}:{one.person_id}" for one in to}
    if not to or session.scalar(sa.select(OutboxMail.id).where(OutboxMail.key.in_(keys.values())).limit(1)):
        return 0
    found = list(weeks(session, monday - ONE_DAY, working))
    if not found:
        return 0
    letters = [
        Letter(keys[one.person_id], KIND, one.person_id, one.language or DEFAULT, content(one, found, site), site.host)
        for one in to
    ]
    return sum(row is not None for row in mail.queue_all(session, now, letters))


def content(to: Holder, found: Sequence[Week], site: Site) -> Content:
    """The mail about these weeks, in the receiver's language."""
    with in_language(to.language or DEFAULT):
        sections = [_section(week, site) for week in found]
        last = max(found, key=lambda week: week.total.counts["worse"])
        worst = next((body for body in last.bodies if body.counts["worse"] or body.counts["late"]), None)
        named = text_by_language(worst.name) if worst else ""
        cut_off = _("Figures as they stood at the end of %(day)s.", day=format_day(last.on))
        period = _days(last)
    total = {figure: sum(week.total.counts[figure] for week in found) for figure in NAMES}
    return compose(
        "weekly", to.language, receiver=to.name, sections=sections, worst=named, cut_off=cut_off, period=period,
        worse=total["worse"], better=total["better"], late=total["late"], home=f"{site.base_url}/board",
    )  # fmt: skip


def _section(week: Week, site: Site) -> Section:
    shown = [(text_by_language(one.name), list(_figures(week, one, site))) for one in week.bodies[:MOST_BODIES]]
    return Section(
        title=text_by_language(week.programme.title),
        period=_days(week),
        figures=list(_figures(week, week.total, site, every=True)),
        bodies=shown,
        more=len(week.bodies) - len(shown),
        more_url=f"{site.base_url}/changes?programme={week.programme.code}&on={week.on}&since={week.since}",
    )


def _figures(week: Week, body: BodyWeek, site: Site, *, every: bool = False) -> Iterator[Figure]:
    """Those that say something; `every`: a nothing too."""
    for figure, name in NAMES.items():
        count = body.counts[figure]
        if count or every:
            url = site.base_url + week.page(figure, body.code)
            yield Figure(str(name), count, url, TONES[figure] if count else "what")


def _days(week: Week) -> str:
    return f"{format_day(week.since + ONE_DAY)} – {format_day(week.on)}"
