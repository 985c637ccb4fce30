"""A briefing for a day, composed once. Reads only, and asks no request: a job composes it as a page does."""

from datetime import date

from sqlalchemy.orm import Session

from tracker.briefings import bodies, decisions, province
from tracker.briefings.content import Briefing
from tracker.briefings.decisions import Asked
from tracker.core.clock import Moment
from tracker.core.languages import current_language, text_by_language
from tracker.monitoring import queries, words
from tracker.monitoring.board import rows as board
from tracker.monitoring.queries import ProgrammeRow
from tracker.monitoring.viewpoint import cut_off, month_end
from tracker.programmes.frames import Frames
from tracker.programmes.policy import in_force
from tracker.rule import added


def compose(
    session: Session,
    now: Moment,
    on: date,
    programme: ProgrammeRow,
    assessed_on: date | None,
    *,
    place: str,
    sample: bool,
) -> Briefing:
    """The briefing of a programme for a day, in the present language; `place`: the province's name. Compared with the
    last end of a month before the day."""
    frames, since = Frames(session), month_end(on)
    asked = Asked(programme.id, programme.code, on, None if on >= now.on else on, frames)
    bands = words.Bands(in_force(frames.of({programme.id})[programme.id].policies, on))
    found = queries.bodies(session, programme.id, asked.past, on)
    compared = queries.compared(session, programme.id, since)
    before = {row.id: added([row]) for row in compared}
    groups = board.groups(found, bands, current_language())
    totals = board.totals(found)
    by_domain, chart = province.domains(session, asked, since)
    troubled = bodies.in_trouble(groups)
    return Briefing(
        programme=programme.code,
        programme_title=text_by_language(programme.title),
        province=place,
        on=on,
        since=since,
        as_at=cut_off(on, now, assessed_on),
        sample=sample,
        figures=province.figures(totals, board.totals(compared)),
        shares=province.shares(totals),
        chart=chart,
        decisions=decisions.tables(session, asked, totals.of(board.LATE)),
        tables=[by_domain, province.bodies(groups, before, asked)],
        bodies=bodies.pages(session, asked, troubled, groups, before),
        bodies_note=bodies.note(troubled),
    )
