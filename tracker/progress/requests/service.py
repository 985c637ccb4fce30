"""The head's half of a request about one target: written as a draft, asked, withdrawn before anybody decided. The PPC's
half is in `deciding`.

Each verb locks the target, as those of reports do; pressing twice does no harm.
"""

import secrets
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit import queries as audit
from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.commitments import deciding, rulings
from tracker.commitments.rulings import Faults, Kind
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, Forbidden, StaleEdit
from tracker.core.files.store import StoredUpload
from tracker.core.languages import _l
from tracker.permissions.reader import Reader
from tracker.progress import evidence_files, queries, rules
from tracker.progress.evidence_files import TOKEN_BYTES
from tracker.progress.models import Evidence, TargetRequest
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import record_for
from tracker.progress.requests import reading
from tracker.progress.requests.queries import files_of, open_of
from tracker.progress.requests.reading import Read, Typed
from tracker.progress.states import RequestState

ASKED_FOR = (Kind.EXTENSION, Kind.SUSPENSION)  # an end nobody asks for: the PPC decides it by itself
WHY = _l("Say why, so that the People's Committee can decide")


def keep_draft(
    session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, typed: Typed, version: int
) -> TargetRequest:
    """Keep what was typed, right or wrong. `version` is the draft that the reader saw; 0: none stood there.

    Raises StaleEdit (with the draft that stands now) where it is another by now, DomainError where a request waits.
    """
    _permit(reader, slot)
    queries.lock(session, slot)
    draft = _draft(session, slot)
    text = {name: typed[name][: rules.LONGEST_KEPT] for name in reading.FIELDS if typed.get(name)}
    if draft is not None and draft.typed == text:
        return draft
    if (draft.version if draft else 0) != version:
        message = _l("This request was changed while you were writing, in another window or by somebody else.")
        raise StaleEdit(message, draft)
    if draft is None:
        draft = TargetRequest(
            token=secrets.token_urlsafe(TOKEN_BYTES),
            target_id=slot.target.id,
            agency_id=slot.target.agency_id,
            state=RequestState.DRAFT,
            version=0,
        )
        session.add(draft)
    draft.typed, draft.written_by_id, draft.written_at = text, reader.person_id, now.at
    draft.version += 1
    session.flush()
    _record(session, now, Event.TARGET_REQUEST_SAVED, reader, draft, version=draft.version)
    return draft


def keep_and_ask(
    session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, typed: Typed, version: int
) -> Faults:
    """Keep what was typed, and ask; where it could not be decided as it is, it is kept all the same, and what is wrong
    comes back field by field."""
    read = reading.read(typed, ASKED_FOR, WHY)
    queries.lock(session, slot)
    if _asked_already(open_of(session, slot.target.id), reader, read):
        return {}
    draft = keep_draft(session, now, reader=reader, slot=slot, typed=typed, version=version)
    found = dict(read.faults)
    if read.ruling is not None:
        found = {
            **rulings.ahead(read.ruling, now.on),
            **deciding.faults(session, now, slot.target, slot.commitment, read.ruling),
            **found,
        }
    if found or read.ruling is None:
        return found
    wanted = read.ruling
    draft.kind, draft.due_on, draft.from_on, draft.to_on = wanted.kind, wanted.due_on, wanted.from_on, wanted.to_on
    draft.reason, draft.typed = read.reason, None
    draft.asked_by_id, draft.asked_at, draft.asked_on = reader.person_id, now.at, now.on
    draft.asked_for_id = reader.acts_for(Action.ASK_ON_TARGET, slot.target.agency_id)
    draft.state = RequestState.WAITING
    files = files_of(session, draft.id)
    for file in files:
        file.asked_on = now.on
    session.flush()
    told = {"matter": draft.kind, "due_on": draft.due_on, "from_on": draft.from_on, "to_on": draft.to_on}
    facts = digests.of_objects(draft, *files)
    _record(session, now, Event.TARGET_REQUEST_ASKED, reader, draft, facts, **told)
    return {}


def withdraw(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, token: str) -> None:
    """Take a request back before anybody decided on it; a draft is thrown away. Pressed twice it is done once."""
    _permit(reader, slot)
    queries.lock(session, slot)
    request = session.scalars(
        sa.select(TargetRequest).where(TargetRequest.token == token, TargetRequest.target_id == slot.target.id)
    ).one_or_none()
    if request is None or request.state == RequestState.WITHDRAWN:
        return
    if request.state == RequestState.DRAFT:
        _record(session, now, Event.TARGET_REQUEST_THROWN, reader, request)
        session.execute(sa.delete(Evidence).where(Evidence.request_id == request.id))
        session.delete(request)
        session.flush()
        return
    if request.state != RequestState.WAITING:
        raise DomainError(_l("This request was decided on already, so it can no longer be withdrawn."))
    request.state = RequestState.WITHDRAWN
    request.withdrawn_by_id, request.withdrawn_at = reader.person_id, now.at
    session.flush()
    facts = (one for one in digests.of_objects(request) if one.kind == "target_request_end")
    _record(session, now, Event.TARGET_REQUEST_WITHDRAWN, reader, request, facts)


def attach(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, file: StoredUpload) -> Evidence:
    """Add a stored file to the draft. The same content twice stays one file, under its first name."""
    _permit(reader, slot)
    queries.lock(session, slot)
    draft = _needed(_draft(session, slot))
    audit.refuse_erased(session, file.sha256, "evidence")
    standing = files_of(session, draft.id)
    same = next((one for one in standing if one.sha256 == file.sha256), None)
    if same is not None:
        return same
    if len(standing) >= rules.MOST_EVIDENCE:
        raise FieldError("evidence", _l("A request can have at most %(most)s files", most=rules.MOST_EVIDENCE))
    evidence = evidence_files.new(now, reader, slot.target.agency_id, file, request_id=draft.id)
    session.add(evidence)
    session.flush()
    _record(session, now, Event.EVIDENCE_ATTACHED, reader, draft, sha256=file.sha256)
    return evidence


def detach(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, token: str) -> None:
    """Take a file off the draft; one that is gone already is no error."""
    _permit(reader, slot)
    queries.lock(session, slot)
    draft = _needed(_draft(session, slot))
    file = evidence_files.by_token(session, Evidence.request_id == draft.id, token)
    if file is not None:
        _record(session, now, Event.EVIDENCE_DETACHED, reader, draft, sha256=file.sha256)
        session.delete(file)
        session.flush()


def _permit(reader: Reader, slot: ReportSlot) -> None:
    if not reader.may(Action.ASK_ON_TARGET, slot.target.agency_id):
        raise Forbidden(_l("Your office does not allow this."))


def _draft(session: Session, slot: ReportSlot) -> TargetRequest | None:
    """The draft of the slot's target, if any. Raises DomainError where a request waits instead."""
    found = open_of(session, slot.target.id)
    if found is not None and found.state == RequestState.WAITING:
        raise DomainError(_l("A request about this target waits for a decision already. Withdraw it to ask anew."))
    return found


def _asked_already(standing: TargetRequest | None, reader: Reader, read: Read) -> bool:
    """The same press a second time."""
    if standing is None or standing.state != RequestState.WAITING or read.ruling is None:
        return False
    same = all(getattr(standing, name) == getattr(read.ruling, name) for name in ("kind", "due_on", "from_on", "to_on"))
    return same and (standing.asked_by_id, standing.reason) == (reader.person_id, read.reason)


def _needed(draft: TargetRequest | None) -> TargetRequest:
    if draft is None:
        raise DomainError(_l("There is no draft here any more. Look at the target again."))
    return draft


def _record(
    session: Session,
    now: Moment,
    event: Event,
    reader: Reader,
    request: TargetRequest,
    facts: Iterable[Fact] = (),
    **detail: object,
) -> None:
    """Write down who did what to a request, and in whose name."""
    told = {name: _plain(value) for name, value in detail.items() if value is not None}
    details, subject = {"target": request.target_id, **told}, ("target_request", request.id)
    record_for(session, now, event, reader, Action.ASK_ON_TARGET, request.agency_id, subject, details, facts)


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
