"""Reports that are owed, soon or late, returns that are to be answered, and what of it waits for a head."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.compliance.telling.owed import OwedFigure, WhyOwed, owed_on_days
from tracker.core.languages import _, capital, format_day
from tracker.programmes.models import Programme
from tracker.programmes.queries import not_long_over
from tracker.programmes.words import period_name
from tracker.reminders.asking import promises
from tracker.reminders.declared import Declared, Opened, Within
from tracker.reminders.duty import TARGET, Duty
from tracker.reminders.ladder import Audience, Occasion
from tracker.reminders.sources import reports


def open_on(session: Session, days: Sequence[date], within: Within) -> Opened:
    """What is owed on each of the days, by the rule, and what of it lies with a head; nothing of a programme that is
    long over: nobody is asked for that any more."""
    where = within.where(TARGET, Target.id, Target.agency_id, Target.programme_id)
    with_head, opened = reports.with_head(session, days, within)
    yield from opened
    promised = promises.days(session, within)
    asked = Target.programme_id.in_(sa.select(Programme.id).where(not_long_over(days[0])))
    owed = owed_on_days(session, days, *where, asked, Target.closed_on.is_(None), frames=within.frames)
    for day, figures in owed:
        yield day, [_duty(figure, day, _slot(figure) in with_head, promised.get(_slot(figure))) for figure in figures]


def _slot(figure: OwedFigure) -> tuple[int, int | None]:
    return figure.target_id, figure.period_id


def _duty(figure: OwedFigure, day: date, with_head: bool, promised: date | None) -> Duty:
    return Duty(
        occasion=Occasion.RETURN if figure.why is WhyOwed.RETURNED else Occasion.REPORT,
        kind=TARGET,
        subject_id=figure.target_id,
        part=figure.period_id,
        agency_id=figure.agency_id,
        at=figure.agency_id,
        programme_id=figure.programme_id,
        by=figure.by,
        left=figure.left,
        title=figure.title,
        what=partial(_what, figure, promised, day),
        page=f"/figures/{figure.target_token}/{figure.period_code or 'completion'}",
        page_above=f"/targets/{figure.target_token}",
        # What was handed to the head is done, for whoever handed it on.
        handed_to=Audience.HEAD if with_head else None,
        begun=figure.why is not WhyOwed.COMING or with_head,
        text=figure.reason or "",
        promised=promised,
        quiet=promised is not None and day <= promised,
        order=(figure.commitment, figure.target_code),
    )


def _what(figure: OwedFigure, promised: date | None, day: date) -> str:
    """What is owed; with what the body said of it."""
    told = _asked_for(figure)
    if promised is None:
        return told
    said = _("promised for %(day)s") if day <= promised else _("the promise for %(day)s was not kept")
    return f"{told} · {said % {'day': format_day(promised)}}"


def _asked_for(figure: OwedFigure) -> str:
    if figure.why is WhyOwed.RETURNED:
        if figure.period_code is None:
            return _("Returned: answer the appraiser on the completion")
        return _("Returned: answer the appraiser on the report for %(period)s", period=period_name(figure.period_code))
    if figure.period_code is None:
        return _("Report on completion")
    return capital(_("Report for %(period)s", period=period_name(figure.period_code)))


SOURCE = Declared((Occasion.RETURN, Occasion.REPORT, Occasion.WITH_HEAD), TARGET, open_on)
