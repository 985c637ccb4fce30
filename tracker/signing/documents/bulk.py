"""Documents of many commitments at once: asked for by one press, made by the scheduler one after the other.

Each is made in a transaction of its own, in the name of whoever asked and by the offices that they hold then: whatever
is cut short leaves whole documents, and no number without one. What changed since the press is refused, with its
reason.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import moving
from tracker.commitments.life.life_words import STATES
from tracker.commitments.life.moving import OpenTerms
from tracker.commitments.life.states import State
from tracker.commitments.terms.term_texts import label
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, Forbidden, StaleEdit
from tracker.core.languages import _, _l, by_each_language
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frames
from tracker.signing import asker
from tracker.signing.documents import freezing, signatories
from tracker.signing.documents.bulk_queries import MADE, REFUSED
from tracker.signing.documents.freezing import Composed, Form, NumberTaken, Prepared
from tracker.signing.models import FreezeItem, FreezeRun

AHEAD = 16  # documents that are composed in one unit, so that nobody waits long to write
MOST_TRIES = (
    3  # runs of the job in a row that settled nothing: then what they ended at is refused, and the next is made
)
MOST_TOLD = 5  # terms that one reason names
NO_FILE = _l("The document could not be made. The administrator finds the fault in the log")


class Work(NamedTuple):
    """One commitment whose document is to be made, and what it will say; none where it was refused."""

    item_id: int
    composed: Composed | None


def ask(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    programme_id: int,
    chosen: Mapping[int, int],
    signatory_id: int | None = None,
) -> FreezeRun:
    """Ask for the documents of these dossiers, each as it was seen (id → version). `signatory_id`: the person who signs
    all of them for the PPC; none: its chair, or whoever may.

    Raises Forbidden, and FieldError where none is chosen, or one is not agreed any more, or another one by now. That
    others were asked for before, and are not done, is a violated constraint.
    """
    ground = next(reader.grounds(Action.PREPARE_PROGRAMME), None)
    if ground is None:
        raise Forbidden(moving.NOT_YOURS)
    if not chosen:
        raise FieldError("chosen", _l("Choose one commitment at least"))
    agreed = {one.id: one.version for one in waiting(session, programme_id)}
    if any(agreed.get(dossier_id) != version for dossier_id, version in chosen.items()):
        raise FieldError("chosen", _l("Some of them were changed meanwhile. Look at the list again"))
    run = FreezeRun(
        token=moving.new_token(),
        programme_id=programme_id,
        asked_by_id=reader.person_id,
        office=str(ground.held.office),
        asked_at=now.at,
        signatory_id=signatory_id,
    )
    session.add(run)
    session.flush()
    in_order = [one for one in agreed if one in chosen]
    session.execute(
        sa.insert(FreezeItem), [{"run_id": run.id, "dossier_id": one, "version": chosen[one]} for one in in_order]
    )
    record(
        session,
        now,
        Event.DOCUMENTS_ASKED,
        actor_id=reader.person_id,
        subject=("programme", programme_id),
        detail={"document": len(in_order), "office": run.office},
    )
    return run


def waiting(session: Session, programme_id: int) -> Sequence[Any]:
    """(id, token, version, agency's name and code, kind) of what is agreed in a programme, by body: its documents can
    be asked for."""
    query = (
        sa.select(
            Dossier.id,
            Dossier.token,
            Dossier.version,
            Dossier.kind,
            Agency.code.label("agency_code"),
            Agency.name.label("agency_name"),
        )
        .join(Agency, Agency.id == Dossier.agency_id)
        .where(Dossier.programme_id == programme_id, Dossier.state == str(State.AGREED))
    )
    return session.execute(query.order_by(Agency.sort_key, Agency.id, Dossier.id)).all()


def take(session: Session) -> int | None:
    """The oldest run that is not done, by id; none where there is none."""
    query = sa.select(FreezeRun).where(FreezeRun.finished_at.is_(None)).order_by(FreezeRun.id).limit(1)
    run = session.scalars(query.with_for_update()).one_or_none()
    if run is None:
        return None
    run.tries += 1
    return run.id


def compose(session: Session, now: Moment, *, run_id: int, form: Form) -> list[Work]:
    """The next documents of a run as they will stand; whatever cannot be made is refused. No more: the run is done."""
    run = _locked(session, run_id)
    reader, frames = asker.of(session, now, run.asked_by_id), Frames(session)
    # One that the process itself ended at would end it again: it is found by making one at a time.
    items = _open_items(session, run, AHEAD if run.tries <= 1 else 1)
    if not items:
        run.finished_at = run.finished_at or now.at
    if items and run.tries > MOST_TRIES:
        _settle(run, items[0], now, REFUSED, reason=by_each_language(lambda: str(NO_FILE)))
        return [Work(items[0].id, None)]
    works: list[Work] = []
    signs = signatories.of_person(session, now.on, run.signatory_id)
    for item in items:
        dossier = session.get_one(Dossier, item.dossier_id, populate_existing=True)
        before = [work.composed for work in works if work.composed]
        given: Any = {"reader": reader, "dossier": dossier, "form": form, "frames": frames, "before": before}
        given |= {"signatory": signs}
        try:
            _as_seen(item, dossier)
            if signs is None and run.signatory_id is not None:
                raise DomainError(_l("Whoever was to sign it for the People's Committee does not sign today."))
            works.append(Work(item.id, freezing.compose(session, now, **given)))
        except DomainError as refusal:
            _refuse(session, now, run, item, dossier, refusal)
            works.append(Work(item.id, None))
    return works


def store(session: Session, now: Moment, *, item_id: int, made: Prepared, folder: Path) -> str | None:
    """Draw the number, keep the document, freeze the dossier, and note it: all or nothing. Returns the outcome.

    None where somebody else drew the number meanwhile (it is composed anew), or another process settled it.
    """
    item, run = _at_hand(session, item_id)
    if item.outcome is not None:
        return None
    dossier = moving.locked(session, item.dossier_id)
    try:
        _as_seen(item, dossier)
        with session.begin_nested():  # a number that was drawn for nothing was never drawn
            freezing.freeze(
                session,
                now,
                reader=asker.of(session, now, run.asked_by_id),
                dossier_id=dossier.id,
                version=item.version,
                made=made,
                folder=folder,
            )
    except NumberTaken:
        return None
    except DomainError as refusal:
        _refuse(session, now, run, item, session.get_one(Dossier, item.dossier_id, populate_existing=True), refusal)
        return REFUSED
    document = freezing.of_dossier(session, dossier)
    _settle(run, item, now, MADE, document_id=document.id if document else None)
    return MADE


def give_up(session: Session, now: Moment, *, item_id: int) -> str | None:
    """Note that a document could not be made; why stands in the log. Returns as `store` does."""
    item, run = _at_hand(session, item_id)
    if item.outcome is not None:
        return None
    _settle(run, item, now, REFUSED, reason=by_each_language(lambda: str(NO_FILE)))
    return REFUSED


def _at_hand(session: Session, item_id: int) -> tuple[FreezeItem, FreezeRun]:
    """An item with its run, both locked: the run first, as everywhere."""
    run = _locked(session, session.get_one(FreezeItem, item_id).run_id)
    return session.get_one(FreezeItem, item_id, with_for_update=True, populate_existing=True), run


def _locked(session: Session, run_id: int) -> FreezeRun:
    return session.get_one(FreezeRun, run_id, with_for_update=True, populate_existing=True)


def _open_items(session: Session, run: FreezeRun, most: int) -> list[FreezeItem]:
    query = sa.select(FreezeItem).where(FreezeItem.run_id == run.id, FreezeItem.outcome.is_(None))
    return list(session.scalars(query.order_by(FreezeItem.id).limit(most).with_for_update()))


def _as_seen(item: FreezeItem, dossier: Dossier) -> None:
    """Raises StaleEdit where it is not agreed any more, or agreed anew since the press."""
    if dossier.state != State.AGREED:
        raise StaleEdit("", dossier)
    moving.same_version(dossier, item.version)


def _settle(run: FreezeRun, item: FreezeItem, now: Moment, outcome: str, **told: Any) -> None:
    item.outcome, item.settled_at = outcome, now.at
    for name, value in told.items():
        setattr(item, name, value)
    run.tries = 0


def _refuse(
    session: Session, now: Moment, run: FreezeRun, item: FreezeItem, dossier: Dossier, refusal: DomainError
) -> None:
    codes = {one.id: one.code for one in moving.targets_of(session, dossier.id)}
    _settle(run, item, now, REFUSED, reason=by_each_language(lambda: _told(refusal, dossier, codes)))


def _told(refusal: DomainError, dossier: Dossier, codes: Mapping[int, str]) -> str:
    """A refusal as it stands beside the body's name."""
    if isinstance(refusal, StaleEdit) and dossier.state != State.AGREED:
        return _("It was changed since it was asked for, and now stands as: %(state)s", state=STATES[dossier.state])
    if not isinstance(refusal, OpenTerms):
        return str(refusal.message)
    wrong = [
        " · ".join(filter(None, (codes.get(target), label(term.split("/")[0]) if term else "", str(message))))
        for target, found in refusal.faults.items()
        for term, message in found.items()
    ]
    return f"{refusal.message} {'; '.join(wrong[:MOST_TOLD])}{'; …' if len(wrong) > MOST_TOLD else ''}"
