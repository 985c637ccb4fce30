"""The page of a commitment that came by a package: it has no life in the product, and was signed before. And what is
told of any commitment in force: its amendments."""

from typing import NamedTuple

from flask import render_template, url_for
from sqlalchemy.orm import Session

from tracker.commitments import present
from tracker.commitments.life import lives
from tracker.commitments.life.life_words import SIGNED_HOW, STATES
from tracker.commitments.life.states import OVER, State
from tracker.core import clock
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import _, format_day, text_by_language
from tracker.permissions.guard import current_reader
from tracker.permissions.reader import Reader
from tracker.planning.dossiers import dossiers, target_texts
from tracker.planning.dossiers.dossier_list import KINDS, MARKS
from tracker.signing.confirmations import signed


class Other(NamedTuple):
    """An amendment of a commitment, or the commitment itself, beside which it is shown."""

    what: str
    state: str
    href: str
    is_open: bool  # an amendment that is under way


def amendments_of(session: Session, reader: Reader, commitment_id: int | None, but: int | None = None) -> list[Other]:
    """The dossiers of a commitment but this one. One statement."""
    if commitment_id is None:
        return []
    return [
        Other(
            str(KINDS[one.kind]) + (f" {one.number}" if one.number else ""),
            str(STATES[one.state]),
            url_for("planning.commitment", token=one.token),
            one.state not in (State.IN_FORCE, State.CLOSED, *OVER),
        )
        for one in lives.of_commitment(session, reader, commitment_id)
        if one.id != but
    ]


def page(token: str) -> str:
    """A commitment that has no dossier, by its name in addresses. Raises NotFound."""
    session, reader, on = database.session(), current_reader(), clock.today()
    commitment = lives.signed_elsewhere(session, reader, token)
    if commitment is None:
        raise NotFound(dossiers.NO_SUCH)
    others = amendments_of(session, reader, commitment.id)
    targets = [target_texts.standing(one) for one in present.of_commitment(session, commitment.id, on)]
    proved = commitment.id in signed.scanned(session, [commitment.id])
    return render_template(
        "planning/signed.html",
        commitment=commitment,
        body=text_by_language(commitment.agency.name),
        programme=commitment.programme,
        mark=(*MARKS[State.IN_FORCE], str(STATES[State.IN_FORCE])),
        facts=[
            (_("Number"), commitment.number),
            (_("Signed on"), format_day(commitment.signed_on)),
            (_("How it was signed"), str(SIGNED_HOW.get(commitment.signed_how, commitment.signed_how))),
            (_("What that rests on"), signed.told_of(commitment.signed_how, proved=proved)[0]),
            (_("In force from"), format_day(commitment.in_force_from)),
        ],
        targets=targets,
        others=others,
        amends=dossiers.amending_press(reader, commitment.agency_id, others),
    )
