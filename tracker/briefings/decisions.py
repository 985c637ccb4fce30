"""What needs a decision on a day: what is late and does harm, what waits for a word of the People's Committee, bodies
that nobody heads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.queries import led_now
from tracker.agencies import queries as agencies
from tracker.briefings.content import Heading, Kind, Table, Value
from tracker.commitments.models import Target
from tracker.commitments.rulings import KINDS
from tracker.commitments.rulings import Kind as Ruling
from tracker.compliance.steps.queries import SPAN, holds_on
from tracker.compliance.steps.spans import points, settled
from tracker.compliance.telling.explain import status_name
from tracker.core.clock import day_of
from tracker.core.languages import _, _n, text_by_language
from tracker.monitoring import queries, words
from tracker.monitoring.board import attention
from tracker.monitoring.targets.filters import WAITS_LONG, waits_since
from tracker.programmes.frames import Frames
from tracker.progress.appraising.as_of import waiting_reports
from tracker.progress.models import TargetDecision, TargetRequest
from tracker.progress.requests import queries as requests
from tracker.rule import WorkingCalendar
from tracker.urging import queries as letters
from tracker.urging import words as letter_words
from tracker.urging.states import Kind as LetterKind
from tracker.urging.states import Side, State, turn

MOST_LATE = 15
MOST = 20  # rows of the other tables: the rest stands behind a link


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a briefing is: a programme on a day (`past`: that day, none for today), and what its targets share."""

    programme_id: int
    programme: str
    on: date
    past: date | None
    frames: Frames

    @property
    def calendar(self) -> WorkingCalendar:
        """The working calendar of the programme."""
        return self.frames.of({self.programme_id})[self.programme_id].calendar

    def page(self, path: str, **more: str) -> str:
        """The address of a page of the programme as of the day, without the host."""
        days = {} if self.past is None else {"on": self.on.isoformat()}
        return f"{path}?{urlencode({'programme': self.programme, **days, **more})}"


def tables(session: Session, asked: Asked, late: int) -> list[Table]:
    """All of it, in the order in which it is talked about. `late`: how many targets are late, of which the worst are
    listed."""
    return [
        _late(session, asked, late),
        _requests(session, asked),
        _letters(session, asked),
        _vacancies(session, asked),
        _appraisals(session, asked),
    ]


def more(count: int) -> str:
    """What is told of rows that a table does not show."""
    left = count - MOST
    return _n("%(num)s more stands in its list.", "%(num)s more stand in its list.", left) if left > 0 else ""


def target_title(row: Any) -> str:
    """A target as a row of a table names it."""
    return f"{text_by_language(row.title)} ({row.code})"


def _late(session: Session, asked: Asked, late: int) -> Table:
    found = attention.worst(session, asked.programme_id, asked.past, asked.on, asked.frames, most=MOST_LATE)
    calendar = asked.calendar
    rows: list[Sequence[Value]] = [
        (
            text_by_language(one.row.agency_name),
            target_title(one.row),
            status_name(one.row.status),
            settled(one.row.deadline_on, calendar),
            points(one.row.score),
            f"{one.why} {attention.in_words(one.standing)}.",
        )
        for one in found
    ]
    told = _n("%(num)s target is overdue or unreported.", "%(num)s targets are overdue or unreported.", late)
    order = _("Listed are those by which the province loses most, also where they are only at risk.")
    return Table(
        "late",
        _("Late, with the most harm"),
        (
            Heading(_("Body"), width=4),
            Heading(_("Target"), width=6),
            Heading(_("Status")),
            Heading(_("Deadline"), Kind.DAY),
            Heading(_("Score"), Kind.SCORE, 1),
            Heading(_("Why, and since when"), width=8),
        ),
        rows,
        _("No target is overdue, unreported, behind plan or at risk."),
        f"{told} {order}",
        [asked.page(f"/targets/{one.row.token}") for one in found],
    )


def _requests(session: Session, asked: Asked) -> Table:
    """What heads had asked for by the day and nobody had decided on."""
    open_then = sa.and_(
        Target.programme_id == asked.programme_id,
        TargetRequest.asked_on <= asked.on,
        sa.or_(TargetDecision.decided_on.is_(None), TargetDecision.decided_on > asked.on),
    )
    rows = session.execute(requests.listed(open_then).order_by(TargetRequest.asked_on, TargetRequest.id)).all()
    found = [row for row in rows if row.withdrawn_at is None or day_of(row.withdrawn_at) > asked.on]
    return Table(
        "requests",
        _("Another deadline or a suspension is asked for"),
        (
            Heading(_("Body"), width=4),
            Heading(_("Target"), width=6),
            Heading(_("What is asked for")),
            Heading(_("Until"), Kind.DAY),
            Heading(_("Asked on"), Kind.DAY),
            Heading(_("Reason"), width=7),
        ),
        [
            (
                text_by_language(row.agency_name),
                f"{text_by_language(row.title)} ({row.target_code})",
                str(KINDS[Ruling(row.kind)]),
                row.due_on or row.to_on,
                row.asked_on,
                row.reason,
            )
            for row in found[:MOST]
        ],
        _("No request waits for a decision."),
        more(len(found)),
        [f"/requests/{row.token}" for row in found[:MOST]],
    )


def _letters(session: Session, asked: Asked) -> Table:
    found = [
        row
        for row in letters.standing_on(session, asked.on)
        if turn(LetterKind(row.Letter.kind), State(row.state)) is Side.PPC
    ]
    return Table(
        "letters",
        _("Letters that wait for the People's Committee"),
        (
            Heading(_("Body"), width=4),
            Heading(_("Kind of letter"), width=3),
            Heading(_("Where it stands"), width=5),
            Heading(_("Since"), Kind.DAY),
        ),
        [
            (
                text_by_language(row.name),
                str(letter_words.KINDS[LetterKind(row.Letter.kind)]),
                str(letter_words.STATES[State(row.state)]),
                row.day,
            )
            for row in found[:MOST]
        ],
        _("No letter waits."),
        more(len(found)),
        [f"/letters/{row.Letter.token}" for row in found[:MOST]],
    )


def _vacancies(session: Session, asked: Asked) -> Table:
    """Bodies without a head on the day; today also those whose head cannot sign in."""
    headed = led_now(asked.on) if asked.past is None else None
    found = agencies.nobody_heads(session, asked.on, headed)
    return Table(
        "vacancies",
        _("Bodies without a head"),
        (Heading(_("Code")), Heading(_("Body"), width=5), Heading(_("What that holds up"), width=5)),
        [(row.code, text_by_language(row.name), _("Nobody can send their reports.")) for row in found[:MOST]],
        _("Every body has a head."),
        more(len(found)),
        [asked.page(f"/agencies/{row.code}") for row in found[:MOST]],
    )


def _appraisals(session: Session, asked: Asked) -> Table:
    rows = list(_waiting(session, asked))
    return Table(
        "appraisals",
        _("Reports that wait for an appraiser"),
        (
            Heading(_("Body"), width=4),
            Heading(_("Targets"), Kind.NUMBER, 1),
            Heading(_("Of these for more than %(days)s working days", days=WAITS_LONG), Kind.NUMBER),
            Heading(_("Oldest sent on"), Kind.DAY),
            Heading(_("Waited, working days"), Kind.NUMBER),
            Heading(_("Appraised by"), width=4),
        ),
        [row for row, _code in rows[:MOST]],
        _("No report waits for an appraiser."),
        more(len(rows)),
        [asked.page("/targets", status="all", waiting="any", agency=code) for _row, code in rows[:MOST]],
    )


def _waiting(session: Session, asked: Asked) -> Iterator[tuple[Sequence[Value], str]]:
    reports = waiting_reports(asked.past).subquery()
    calendar, appraising = asked.calendar, queries.appraising(session, asked.on)
    long = reports.c.sent_on <= waits_since(calendar, asked.on)
    oldest, body = sa.func.min(reports.c.sent_on), queries.AGENCY
    columns = (body.id, body.code, body.name, body.appraised_by_id)
    counts = (
        sa.func.count(reports.c.target_id.distinct()).label("all"),
        sa.func.count(sa.case((long, reports.c.target_id)).distinct()).label("long"),
        oldest.label("oldest"),
    )
    found = (
        sa.select(*columns, *counts)
        .join(SPAN.agency_id.table, SPAN.agency_id == body.id)
        .join(reports, reports.c.target_id == SPAN.target_id)
        .where(SPAN.programme_id == asked.programme_id, holds_on(asked.past), reports.c.sent_on <= asked.on)
        .group_by(*columns)
        .order_by(oldest, body.id)
    )
    for row in session.execute(found):
        who = words.appraisers(appraising, row.id, row.appraised_by_id)
        waited = calendar.left(row.oldest, asked.on)
        yield (text_by_language(row.name), row.all, row.long, row.oldest, waited, who), row.code
