"""A draft that lies with the head: that the head opened it, and taking it back. Handing it on is in `service`."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.events import Event
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.core.languages import _l, format_instant
from tracker.permissions.reader import Reader
from tracker.progress import queries
from tracker.progress.models import Draft
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import record_of
from tracker.progress.service import contents_at, permit, same_version
from tracker.progress.states import DraftState


def note_opened(session: Session, now: Moment, *, draft_id: int) -> None:
    """The head looks at what was handed on; only the first time counts."""
    lies_unopened = sa.and_(Draft.id == draft_id, Draft.state == DraftState.WITH_HEAD, Draft.opened_at.is_(None))
    session.execute(sa.update(Draft).where(lies_unopened).values(opened_at=now.at))


def take_back(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, version: int) -> Draft:
    """The officer takes a draft back from the head, who has not opened it, or is no head any more.

    Pressed twice it is done once. Raises DomainError where the head opened it, StaleEdit where it is another by now.
    """
    permit(reader, Action.ENTER_FIGURE, slot)
    queries.lock(session, slot)
    draft, has_head = contents_at(session, now, slot)
    if draft.state == DraftState.EDITING:
        return draft
    same_version(draft, version)
    if draft.opened_at is not None and has_head:
        at = format_instant(draft.opened_at)
        raise DomainError(
            _l("The head opened this figure at %(at)s: it can be changed when the head hands it back.", at=at)
        )
    draft.state, draft.handed_at, draft.opened_at = DraftState.EDITING, None, None
    draft.version += 1
    session.flush()
    record_of(session, now, Event.DRAFT_TAKEN_BACK, reader, slot, ("draft", draft.id), version=draft.version)
    return draft
