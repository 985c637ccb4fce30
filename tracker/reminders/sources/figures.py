"""Reports that are owed, soon or late, and returns that are to be answered."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.compliance.telling.owed import OwedFigure, WhyOwed, owed_on_days
from tracker.core.languages import _, capital
from tracker.programmes.words import period_name
from tracker.progress import queries as progress
from tracker.reminders.declared import Declared, Opened, Within
from tracker.reminders.duty import TARGET, Duty
from tracker.reminders.ladder import Audience, Occasion


def open_on(session: Session, days: Sequence[date], within: Within) -> Opened:
    """What is owed on each of the days, by the rule."""
    where = within.where(TARGET, Target.id, Target.agency_id, Target.programme_id)
    with_head = progress.with_head(session)
    for day, figures in owed_on_days(session, days, *where, Target.closed_on.is_(None)):
        yield day, [_duty(figure, (figure.target_id, figure.period_id) in with_head) for figure in figures]


def _duty(figure: OwedFigure, with_head: bool) -> Duty:
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
        what=partial(_what, figure),
        page=f"/figures/{figure.target_token}/{figure.period_code or 'completion'}",
        page_above=f"/targets/{figure.target_token}",
        # What was handed to the head is done, for whoever handed it on.
        handed_to=Audience.HEAD if with_head else None,
        begun=figure.why is not WhyOwed.COMING or with_head,
        order=(figure.commitment, figure.target_code),
    )


def _what(figure: OwedFigure) -> str:
    if figure.why is WhyOwed.RETURNED:
        if figure.period_code is None:
            return _("Returned: answer the appraiser on the completion")
        return _("Returned: answer the appraiser on the report for %(period)s", period=period_name(figure.period_code))
    if figure.period_code is None:
        return _("Report on completion")
    return capital(_("Report for %(period)s", period=period_name(figure.period_code)))


SOURCE = Declared((Occasion.RETURN, Occasion.REPORT), TARGET, open_on)
