"""What appraisers ask of a reader's bodies, and what bodies answered a reader who appraises, on the first page."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.core.actions import Action
from tracker.core.languages import _, format_instant, text_by_language
from tracker.home import queries, words
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.programmes.words import period_title
from tracker.progress.models import Report
from tracker.progress.threads.turns import Side, whose_turn


@dataclass(frozen=True, slots=True)
class Said:
    """The last word of a thread that is this reader's turn."""

    href: str
    title: str
    body: str
    place: str
    text: str
    when: str


def to_answer(session: Session, reader: Reader) -> list[Said]:
    """What waits for an answer of the reader's bodies, the oldest first. One statement."""
    if not reader.may(Action.ENTER_FIGURE):
        return []
    visible = restrict(Report.agency_id, reader, Action.ENTER_FIGURE)
    return [_said(row, "home.question") for row in whose_turn(session, Side.BODY, visible)]


def to_read(session: Session, reader: Reader) -> list[Said]:
    """What was answered about reports that wait for the reader's decision. One statement."""
    if not reader.may(Action.APPRAISE):
        return []
    visible = queries.reports_within(reader, Action.APPRAISE)
    return [_said(row, "home.decide") for row in whose_turn(session, Side.APPRAISER, visible)]


def _said(row: Any, endpoint: str) -> Said:
    report, target, agency, period, line = row
    return Said(
        href=url_for(endpoint, report_token=report.token),
        title=words.title(target),
        body=text_by_language(agency.name),
        place=period_title(period.code) if period is not None else _("Completion"),
        text=line.text,
        when=format_instant(line.said_at),
    )
