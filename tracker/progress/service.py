"""The body's half of a report: draft, officer to head, sending, recall. Its files are in `attaching`, the other half in
`appraisal`.

Each verb locks the target, so that two people who press at once are told apart; pressing twice does no harm.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.commitments.queries import Signed, read_signed
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import DomainError, FieldError, Forbidden, StaleEdit
from tracker.core.languages import _l, format_day
from tracker.permissions.reader import Reader
from tracker.progress import erasing, queries, rules
from tracker.progress.beginning import starting_text
from tracker.progress.cells import answers, checks
from tracker.progress.cells.checks import Check
from tracker.progress.evidence_files import TOKEN_BYTES
from tracker.progress.models import Draft, Evidence, Report, Revision
from tracker.progress.queries import ReportSlot
from tracker.progress.questions import question_of
from tracker.progress.recording import Confirmed, NeedsKey, keep_receipt, record_of
from tracker.progress.rules import Incomplete as Incomplete
from tracker.progress.states import DraftState, ReportState
from tracker.progress.threads import comments
from tracker.rule.facts import Shape

# What is sent becomes rows without objects in between, which nobody asks for: these would take half of the time.
_OF_DRAFT: sa.BindParameter[int] = sa.bindparam("of_draft", type_=sa.BigInteger)
_NEW_REVISION = sa.insert(Revision)
_MOVE_FILES = (
    sa.update(Evidence)
    .where(Evidence.draft_id == _OF_DRAFT)
    .values(draft_id=None, revision_id=sa.bindparam("of_revision", type_=sa.BigInteger))
    .returning(*sa.inspect(Evidence).columns)
)
_DROP_REMOVED = sa.delete(Evidence).where(Evidence.draft_id == _OF_DRAFT, Evidence.removed_at.is_not(None))
_END_DRAFT = sa.delete(Draft).where(Draft.id == _OF_DRAFT)


_NO_DETAIL: Mapping[str, object] = {}
WITHOUT_HEAD: rules.Faults = {
    "": _l("Nobody heads the body today, so nobody could send this figure. It is kept as a draft.")
}


class Ready(NamedTuple):
    """A draft that can be sent: what stands in its slot, what it says, which revision it will be, what was signed."""

    standing: queries.SlotContents
    report: Report | None
    draft: Draft
    entry: rules.Entry
    asked: Sequence[Check]
    seq: int
    terms: Signed


def keep_draft(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    slot: ReportSlot,
    typed: rules.Typed,
    language: str,
    version: int,
    facts: Iterable[Fact] = (),
    detail: Mapping[str, object] = _NO_DETAIL,
) -> Draft:
    """Keep what was typed, right or wrong. `version` is the draft that the reader saw; 0: none stood there. `facts`
    and `detail` go into the record of it, where anything is otherwise than it stood.

    Raises StaleEdit (with the draft that stands now) where somebody else changed it, DomainError where none may write.
    """
    draft, _has_head = _kept(session, now, reader, slot, typed, language, version, facts, detail)
    return draft


def _kept(
    session: Session,
    now: Moment,
    reader: Reader,
    slot: ReportSlot,
    typed: rules.Typed,
    language: str,
    version: int,
    facts: Iterable[Fact] = (),
    detail: Mapping[str, object] = _NO_DETAIL,
) -> tuple[Draft, bool]:
    """Keep what was typed: the draft, and whether the body has a head."""
    permit(reader, Action.ENTER_FIGURE, slot)
    queries.lock(session, slot)
    standing = queries.contents_of(session, slot, now.on)
    report, draft = _writable(slot, standing.report), standing.draft
    text = rules.kept(typed)
    if draft is not None and rules.retyped(draft.typed, draft.language, language) == text:
        return draft, standing.has_head
    same_version(draft, version)
    if draft is not None and draft.state == DraftState.WITH_HEAD and not is_head(reader, slot):
        raise DomainError(_l("This figure is with the head. It can be changed when the head hands it back."))
    if draft is None:
        draft = _new_draft(session, now, reader, slot, report, text, language)
    else:
        draft.entered_by_id = reader.person_id
        draft.version += 1
    draft.typed, draft.language, draft.updated_at = text, language, now.at
    session.flush()
    subject = ("draft", draft.id)
    record_of(session, now, Event.DRAFT_SAVED, reader, slot, subject, facts, version=draft.version, **detail)
    return draft, standing.has_head


def hand_to_head(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, version: int) -> Draft:
    """Hand the kept draft to the head. Raises Incomplete where it could not be sent as it is.

    The head has it already: nothing is left to do, by whichever press of the button it got there.
    """
    permit(reader, Action.ENTER_FIGURE, slot)
    queries.lock(session, slot)
    draft, has_head = contents_at(session, now, slot)
    if draft.state == DraftState.WITH_HEAD:
        return draft
    same_version(draft, version)
    faults = check_draft(session, now, slot, draft)
    if faults:
        raise Incomplete(faults)
    if not has_head:
        raise Incomplete(WITHOUT_HEAD)
    return _hand(session, now, reader, slot, draft)


def keep_and_hand(
    session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, typed: rules.Typed, language: str, version: int
) -> rules.Faults:
    """Keep what was typed, and hand it to the head; where it could not be sent as it is, it is kept all the same, and
    what is wrong comes back field by field."""
    draft, has_head = _kept(session, now, reader, slot, typed, language, version)
    if draft.state == DraftState.WITH_HEAD:
        return {}
    faults = check_draft(session, now, slot, draft) or ({} if has_head else WITHOUT_HEAD)
    if not faults:
        _hand(session, now, reader, slot, draft)
    return faults


def keep_and_check(
    session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, typed: rules.Typed, language: str, version: int
) -> rules.Faults:
    """Keep what was typed; returns what keeps it from being sent, field by field."""
    draft = keep_draft(session, now, reader=reader, slot=slot, typed=typed, language=language, version=version)
    return check_draft(session, now, slot, draft)


def hand_back(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, comment: str, version: int) -> Draft:
    """The head hands a draft back to the officer and says why."""
    permit(reader, Action.SEND_REPORT, slot)
    queries.lock(session, slot)
    draft = draft_at(session, slot)
    fault = rules.reason_fault(comment, _l("Say what the officer shall change"))
    if fault is not None:
        raise FieldError("comment", fault)
    if draft.state == DraftState.EDITING and draft.head_comment == comment.strip():
        return draft
    same_version(draft, version)
    draft.state, draft.head_comment = DraftState.EDITING, comment.strip()
    draft.handed_at = draft.opened_at = None
    draft.version += 1
    session.flush()
    comments.keep(session, now, reader=reader, slot=slot, text=comment, kind=comments.HANDED_BACK)
    record_of(session, now, Event.DRAFT_HANDED_BACK, reader, slot, ("draft", draft.id), version=draft.version)
    return draft


def check_draft(session: Session, now: Moment, slot: ReportSlot, draft: Draft) -> rules.Faults:
    """What keeps a draft from being sent today, field by field; empty where nothing does. Changes nothing."""
    return faults_of(question_of(session, slot, now), draft, now)


def faults_of(what: rules.Question, draft: Draft, now: Moment) -> rules.Faults:
    """The same, where what is asked is known already; reads nothing."""
    return faults_in(what, rules.read(what, draft.typed, draft.language, now.on), now)


def faults_in(what: rules.Question, reading: rules.Reading, now: Moment) -> rules.Faults:
    """The same of what was read already."""
    faults = dict(reading.faults)
    if rules.is_foreign(what):
        faults["period"] = _l("In this period the target promises nothing, so there is nothing to report")
    elif rules.too_early(what, now.on):
        faults["period"] = _l(
            "The period runs until %(day)s: the report can be sent from that day on", day=format_day(what.cut_off)
        )
    return faults


def ready(session: Session, now: Moment, slot: ReportSlot, version: int) -> Ready:
    """What would be sent of the draft of exactly this version. Changes nothing; raises as `send` does."""
    standing = queries.contents_of(session, slot, now.on)
    report, draft = _writable(slot, standing.report), _there(standing.draft)
    same_version(draft, version)
    terms = read_signed(session, slot.target, slot.commitment)
    entry, asked = _understood(session, now, slot, draft, terms)
    seq = 1 if report is None else queries.last_revision(session, report.id).seq + 1
    return Ready(standing, report, draft, entry, asked, seq, terms)


def send(
    session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, version: int, confirmed: Confirmed | None = None
) -> Report:
    """The head sends the draft of exactly this version to the PPC: a revision that never changes; the draft is gone.
    `confirmed`: by a key, as `confirming.send` does. Raises Incomplete, StaleEdit where the draft is another by now,
    DomainError where the report was sent already, NeedsKey where the programme asks for a key.
    """
    permit(reader, Action.SEND_REPORT, slot)
    queries.lock(session, slot)
    standing, report, draft, entry, asked, seq, terms = ready(session, now, slot, version)
    if standing.asks_key and confirmed is None:
        raise NeedsKey
    if report is None:
        report = Report(
            token=secrets.token_urlsafe(TOKEN_BYTES),
            target_id=slot.target.id,
            programme_id=slot.target.programme_id,
            agency_id=slot.target.agency_id,
            period_id=slot.period.id if slot.period else None,
            kind=slot.kind,
        )
        session.add(report)
    report.state, report.sent_on = ReportState.SENT, now.on
    session.flush()
    new = digests.of_objects(report) if seq == 1 else ()
    run = session.connection().execute
    sent = {"submitted_on": now.on, "recorded_on": now.on, "sent_by_id": reader.person_id, "sent_at": now.at}
    revision = {"report_id": report.id, "seq": seq, "entered_by_id": draft.entered_by_id, **sent, **asdict(entry)}
    revision["sent_for_id"] = reader.acts_for(Action.SEND_REPORT, slot.target.agency_id)
    revision["id"] = run(_NEW_REVISION, revision).inserted_primary_key[0]  # type: ignore[index]  # there is one
    facts = [*new, *digests.of_rows(Revision, [revision])]
    files: Sequence[Any] = ()
    if standing.has_files:
        session.execute(_DROP_REMOVED, {"of_draft": draft.id})
        files = run(_MOVE_FILES, {"of_draft": draft.id, "of_revision": revision["id"]}).mappings().all()
        facts += digests.of_rows(Evidence, files)
    rows = answers.rows_of(asked, draft.typed)
    facts += answers.keep(session, revision["id"], rows)
    facts += keep_receipt(session, reader, slot, revision, files, rows, confirmed)
    run(_END_DRAFT, {"of_draft": draft.id})
    session.expunge(draft)
    touch(session, "target", slot.target.id, terms if queries.is_locked(session, slot) else None)
    record_of(session, now, Event.REPORT_SENT, reader, slot, ("report", report.id), facts, seq=seq)
    return report


def send_all(
    session: Session, now: Moment, *, reader: Reader, drafts: Sequence[tuple[ReportSlot, int]]
) -> tuple[list[Report], list[ReportSlot]]:
    """Send several drafts in one press; those that changed meanwhile, or cannot go, are left and named. Raises
    NeedsKey."""
    sent, left = [], []
    for slot, version in sorted(drafts, key=lambda pair: in_order(pair[0])):
        try:
            sent.append(send(session, now, reader=reader, slot=slot, version=version))
        except NeedsKey:
            raise
        except DomainError:
            left.append(slot)
    return sent, left


def in_order(slot: ReportSlot) -> tuple[int, int]:
    """In which order several are sent: as everybody locks targets; of one target the latest period first, since what
    asks about a figure hangs on those before it, and is to be what was shown."""
    return slot.target.id, -slot.period.cut_off.toordinal() if slot.period is not None else 0


def permit(reader: Reader, action: Action, slot: ReportSlot) -> None:
    """Raises Forbidden where the reader may not do this to the body's matters."""
    if not reader.may(action, slot.target.agency_id):
        raise Forbidden(_l("Your office does not allow this."))


def is_head(reader: Reader, slot: ReportSlot) -> bool:
    """Whether the reader may send for the slot's body."""
    return reader.may(Action.SEND_REPORT, slot.target.agency_id)


def _writable(slot: ReportSlot, report: Report | None) -> Report | None:
    """The report of the slot, which a new revision would follow, if any; refuses where none may follow."""
    if slot.period is None and slot.target.shape == Shape.KEEP:
        raise DomainError(_l("A target that is kept in every period is never completed before its last one."))
    if report is not None and report.state not in queries.OPEN_STATES:
        raise DomainError(
            _l("This report was sent already. What was sent never changes; it can be recalled or returned.")
        )
    return report


def draft_at(session: Session, slot: ReportSlot) -> Draft:
    """The draft of the slot. Raises StaleEdit where there is none any more."""
    return _there(queries.draft_of(session, slot))


def contents_at(session: Session, now: Moment, slot: ReportSlot) -> tuple[Draft, bool]:
    """The same, with whether anybody heads the body today."""
    found = queries.contents_of(session, slot, now.on)
    return _there(found.draft), found.has_head


def _there(draft: Draft | None) -> Draft:
    if draft is None:
        raise StaleEdit(_l("There is no draft here any more: it was sent meanwhile."), None)
    return draft


def _hand(session: Session, now: Moment, reader: Reader, slot: ReportSlot, draft: Draft) -> Draft:
    draft.state, draft.handed_at, draft.opened_at = DraftState.WITH_HEAD, now.at, None
    draft.head_comment = None
    draft.version += 1
    session.flush()
    record_of(session, now, Event.DRAFT_HANDED_TO_HEAD, reader, slot, ("draft", draft.id), version=draft.version)
    return draft


def same_version(draft: Draft | None, version: int) -> None:
    """Raises StaleEdit where the draft that stands is another than the one that was seen."""
    if (draft.version if draft else 0) != version:
        message = _l("This figure was changed while you were writing, in another window or by somebody else.")
        raise StaleEdit(message, draft)


def _understood(
    session: Session, now: Moment, slot: ReportSlot, draft: Draft, terms: Signed | None = None
) -> tuple[rules.Entry, list[Check]]:
    """The figure of a draft as it can be sent, and what asks about it. Raises Incomplete where it cannot be sent."""
    what = question_of(session, slot, now, terms, asked=True)
    faults = faults_of(what, draft, now)
    if faults:
        raise Incomplete(faults)
    entry = rules.read(what, draft.typed, draft.language, now.on).entry
    return entry, checks.of(what, entry)


def _new_draft(
    session: Session,
    now: Moment,
    reader: Reader,
    slot: ReportSlot,
    report: Report | None,
    text: dict[str, str],
    language: str,
) -> Draft:
    """A draft with version 1. After a return or recall it carries the files of the last revision.

    As long as nothing else is typed, whoever wrote that revision is still its writer.
    """
    last = queries.last_revision(session, report.id) if report else None
    writer = reader.person_id
    if last is not None and last.entered_by_id is not None and rules.kept(starting_text(last, language)) == text:
        writer = last.entered_by_id
    draft = Draft(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        target_id=slot.target.id,
        agency_id=slot.target.agency_id,
        period_id=slot.period.id if slot.period else None,
        kind=slot.kind,
        state=DraftState.EDITING,
        typed=text,
        language=language,
        version=1,
        entered_by_id=writer,
        updated_at=now.at,
    )
    session.add(draft)
    session.flush()
    if last is not None:
        erasing.carry(session, last.id, draft.id)
    return draft
