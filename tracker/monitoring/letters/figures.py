"""What a letter tells, as its page shows it: the figures of today as long as it is prepared, those of its document from
then on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.agencies.offices import LABELS, Office
from tracker.commitments.terms.words import days_left
from tracker.compliance.telling.explain import status_name
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.core.languages import _, format_day, format_figure, format_instant, text_by_language
from tracker.programmes.words import period_name
from tracker.signing import originals
from tracker.urging import content, issuing, lateness
from tracker.urging.lateness import Late
from tracker.urging.models import Letter
from tracker.urging.states import OVER, State
from tracker.urging.words import what_is_late


@dataclass(frozen=True, slots=True)
class ToldFigures:
    """`rows`: what is late; `files`: late files, as (what, figure) lines; `gone`: why there is nothing to tell by now;
    `fingerprint`: by which what was seen is known again."""

    as_of: str
    frozen: bool
    rows: Sequence[dict[str, Any]] = ()
    files: Sequence[tuple[str, Any]] = ()
    gone: str | None = None
    left: int | None = None  # of a letter that was sent: how many things are still late
    fingerprint: str = ""


def of_letter(session: Session, now: Moment, letter: Letter, folder: Path) -> ToldFigures:
    """What a letter tells."""
    if letter.document is not None:
        return _of_document(session, now, letter, folder)
    if State(letter.state) in OVER:
        return ToldFigures(format_instant(letter.state_since), False)
    try:
        found = issuing.figures(session, now.on, letter)
    except DomainError as nothing:
        return ToldFigures(format_instant(now.at), False, gone=str(nothing.message))
    fingerprint = content.fingerprint(found)
    if letter.report_id is not None:
        return ToldFigures(format_instant(now.at), False, files=_files(found), fingerprint=fingerprint)
    rows = rows_of(lateness.of_body(session, now.on, letter.agency_id))
    return ToldFigures(format_instant(now.at), False, rows=rows, fingerprint=fingerprint)


def rows_of(found: Sequence[Late]) -> list[dict[str, Any]]:
    """What is late, for a page: each with the page of its target."""
    told = content.figures_of_lateness(found)
    return [
        {**_row(row), "title": text_by_language(one.title), "href": url_for("monitoring.target", token=one.token)}
        for one, row in zip(found, told, strict=True)
    ]


def _of_document(session: Session, now: Moment, letter: Letter, folder: Path) -> ToldFigures:
    assert letter.document is not None  # noqa: S101 - asked by whoever calls
    said = json.loads(originals.content(letter.document, folder))
    as_of, told = format_instant(datetime.fromisoformat(said["as_of"])), said["figures"]
    if letter.report_id is not None:
        return ToldFigures(as_of, True, files=_files(told))
    sent = State(letter.state) in (State.SENT, State.ANSWERED)
    left = len(lateness.of_body(session, now.on, letter.agency_id)) if sent else None
    return ToldFigures(as_of, True, rows=[_row(one) for one in told], left=left)


def _row(one: dict[str, Any]) -> dict[str, Any]:
    due = date.fromisoformat(one["due_on"])
    return {
        "title": one["title"],
        "code": f"{one['target']}, {one['commitment']}",
        "href": None,
        "what": what_is_late(one["what"], one["period"]),
        "due": format_day(due),
        "iso": one["due_on"],
        "late": days_left(-one["days_late"]),
        "status": one["status"],
        "status_name": status_name(one["status"]) if one["status"] else "",
        "told": [
            f"{LABELS[Office(told['office'])]}: "
            + ", ".join(format_day(date.fromisoformat(day)) for day in told["days"][-3:])
            for told in one["told"]
        ],
    }


def _files(told: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (_("Target"), f"{told['target']} {told['title']}"),
        (_("Commitment"), told["commitment"]),
        (_("Period"), period_name(told["period"]) if told["period"] else _("the completion")),
        (_("Files settled"), format_figure(told["whole"])),
        (_("Of them late"), format_figure(told["late"])),
    ]
