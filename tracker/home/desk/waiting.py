"""What waits for whoever reads their first page: counted as the subject of their mail counts it; and the cards of what
lies with the People's Committee itself."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.agencies.offices import Office
from tracker.agencies.queries import Holder
from tracker.commitments.life.states import Side
from tracker.core.clock import Moment
from tracker.core.languages import _, _n, format_day
from tracker.home.desk.desks import BodyDesk
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frames
from tracker.reminders.duty import Duty
from tracker.reminders.ladder import WAYS, Occasion
from tracker.reminders.receivers import WrittenTo
from tracker.reminders.waiting import waiting_for

_OF_BODIES = (Occasion.ANSWER, Occasion.SIGNATURE)
_LETTERS = (
    *(Occasion.LETTER_ANSWER, Occasion.APOLOGY, Occasion.APOLOGY_SIGN),
    *(Occasion.LETTER, Occasion.LETTER_SIGN),
)
_NOBODY = 0  # in the place of a head whom the reader needs not know


def waits(session: Session, reader: Reader, now: Moment, headed: Collection[int], frames: Frames) -> list[Duty]:
    """What waits for the reader today. `headed`: which of the reader's bodies somebody heads today."""
    own = [_holder(one.agency_id, one.office, reader.person_id) for one in reader.held]
    heads = [_holder(agency_id, Office.HEAD, _NOBODY) for agency_id in headed]
    return waiting_for(session, now.on, own, WrittenTo.of_holders([*own, *heads]), frames)


def _holder(agency_id: int, office: Office, person_id: int) -> Holder:
    return Holder(agency_id, office, person_id, "", None, None, wants_mail=False, since=date.min)


def committee_tasks(duties: Collection[Duty]) -> list[dict[str, Any]]:
    """The cards of what lies with the People's Committee: commitments on their way, and bodies without a head."""
    turns = [one for one in duties if one.occasion in (Occasion.REPLY, Occasion.COUNTERSIGN)]
    vacant = [one for one in duties if one.occasion is Occasion.VACANT]
    all_turns, board = url_for("planning.commitments", turn=str(Side.PPC)), url_for("monitoring.board")
    cards = (
        (turns, _n("commitment waits for you", "commitments wait for you", len(turns)), all_turns),
        (vacant, _n("body has nobody who heads it", "bodies have nobody who heads them", len(vacant)), board),
    )
    return [
        {
            "count": len(some),
            "what": what,
            "meta": None,
            "href": some[0].page if len(some) == 1 else href,
            "tone": "act",
        }
        for some, what, href in cards
        if some
    ]


def letter_tasks(duties: Collection[Duty]) -> list[dict[str, Any]]:
    """The card of letters of urging and apologies: to the one, or to the list."""
    mine = [one for one in duties if one.occasion in _LETTERS]
    if not mine:
        return []
    count, days = len(mine), [one.by for one in mine if not WAYS[one.occasion].since]
    what = _n("letter of urging or apology waits for you", "letters of urging or apologies wait for you", count)
    meta = _("to be done by %(day)s", day=format_day(min(days))) if days else None
    href = mine[0].page if count == 1 else url_for("monitoring.letters")
    return [{"count": count, "what": what, "meta": meta, "href": href, "tone": "act"}]


def with_commitments(bodies: Collection[BodyDesk], duties: Collection[Duty]) -> list[BodyDesk]:
    """The desks with what waits of their bodies' commitments, the one that waits longest first."""
    mine = sorted((one for one in duties if one.occasion in _OF_BODIES), key=lambda one: (one.by, one.subject_id))
    return [replace(desk, commitments=[one for one in mine if one.agency_id == desk.held.agency_id]) for desk in bodies]
