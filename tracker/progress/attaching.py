"""The files behind a draft: attached and taken off as long as it is not sent. Files of a revision stay for ever."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import queries as audit
from tracker.audit.events import Event
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, NotFound
from tracker.core.files.store import StoredUpload
from tracker.core.languages import _l
from tracker.permissions.reader import Reader
from tracker.progress import evidence_files, queries, rules
from tracker.progress.models import Draft, Evidence
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import record_of
from tracker.progress.service import draft_at, is_head, permit
from tracker.progress.states import DraftState


def attach(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, file: StoredUpload) -> Evidence:
    """Add a stored file to the draft. The same content twice stays one file, under its first name."""
    permit(reader, Action.ENTER_FIGURE, slot)
    queries.lock(session, slot)
    draft = _draft_in_hand(session, reader, slot)
    audit.refuse_erased(session, file.sha256, "evidence")
    same = session.scalars(
        sa.select(Evidence).where(Evidence.draft_id == draft.id, Evidence.sha256 == file.sha256)
    ).one_or_none()
    if same is not None:
        return same if same.removed_at is None else _put_back(session, now, reader, slot, draft, same)
    _keep_few(session, draft)
    evidence = evidence_files.new(now, reader, slot.target.agency_id, file, draft_id=draft.id)
    session.add(evidence)
    draft.version += 1
    session.flush()
    record_of(session, now, Event.EVIDENCE_ATTACHED, reader, slot, ("evidence", evidence.id), sha256=file.sha256)
    return evidence


def detach(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, token: str) -> None:
    """Take a file off the draft, where it waits to be put back until the draft is sent; one that is gone already is no
    error. Files of a revision stay for ever."""
    permit(reader, Action.ENTER_FIGURE, slot)
    queries.lock(session, slot)
    draft = _draft_in_hand(session, reader, slot)
    evidence = evidence_files.by_token(session, Evidence.draft_id == draft.id, token)
    if evidence is None or evidence.removed_at is not None:
        return
    evidence.removed_at = now.at
    draft.version += 1
    session.flush()
    record_of(session, now, Event.EVIDENCE_DETACHED, reader, slot, ("evidence", evidence.id), sha256=evidence.sha256)


def put_back(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, token: str) -> Evidence:
    """Undo the removal of a file. Raises NotFound where there is none, FieldError where it would be one too many."""
    permit(reader, Action.ENTER_FIGURE, slot)
    queries.lock(session, slot)
    draft = _draft_in_hand(session, reader, slot)
    evidence = evidence_files.by_token(session, Evidence.draft_id == draft.id, token)
    if evidence is None or evidence.erased_on is not None:
        raise NotFound(_l("There is no such file."))
    return evidence if evidence.removed_at is None else _put_back(session, now, reader, slot, draft, evidence)


def _put_back(
    session: Session, now: Moment, reader: Reader, slot: ReportSlot, draft: Draft, evidence: Evidence
) -> Evidence:
    _keep_few(session, draft)
    evidence.removed_at = None
    draft.version += 1
    session.flush()
    record_of(session, now, Event.EVIDENCE_PUT_BACK, reader, slot, ("evidence", evidence.id), sha256=evidence.sha256)
    return evidence


def _keep_few(session: Session, draft: Draft) -> None:
    if len(evidence_files.of_draft(session, draft.id)) >= rules.MOST_EVIDENCE:
        raise FieldError("evidence", _l("A figure can have at most %(most)s files", most=rules.MOST_EVIDENCE))


def _draft_in_hand(session: Session, reader: Reader, slot: ReportSlot) -> Draft:
    draft = draft_at(session, slot)
    if draft.state == DraftState.WITH_HEAD and not is_head(reader, slot):
        raise DomainError(_l("This figure is with the head. It can be changed when the head hands it back."))
    return draft
