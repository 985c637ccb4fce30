"""The verbs of signs: noted by the nightly look; asked about, answered, closed by people."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.core import letters
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound, StaleEdit
from tracker.core.languages import Text, _l
from tracker.permissions.reader import Reader
from tracker.progress.evidence_files import TOKEN_BYTES
from tracker.progress.rules import reason_fault
from tracker.signs.finders import Found
from tracker.signs.models import Sign, SignWord
from tracker.signs.moves import TABLE, Conclusion, Move, State

_BLANK = {
    Move.ASK: _l("Write what you ask"),
    Move.ANSWER: _l("Write your answer"),
    Move.CLOSE: _l("Say in a sentence what it came to"),
}
_EVENTS = {Move.ASK: Event.SIGN_ASKED, Move.ANSWER: Event.SIGN_ANSWERED, Move.CLOSE: Event.SIGN_CLOSED}
NO_SIGN: Text = _l("There is no such sign.")
CHANGED: Text = _l("Somebody wrote here meanwhile. Read it, then send what you wrote.")


def note(
    session: Session, now: Moment, programme_id: int, agency_id: int, target_id: int | None, *, found: Found
) -> Sign | None:
    """Note a sign; none where it is known."""
    same = (Sign.kind == found.kind, Sign.agency_id == agency_id, Sign.about == (target_id or 0), Sign.key == found.key)
    if session.scalar(sa.select(sa.exists().where(*same))):
        return None
    sign = Sign(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        kind=str(found.kind),
        programme_id=programme_id,
        agency_id=agency_id,
        target_id=target_id,
        about=target_id or 0,
        key=found.key,
        detail=dict(found.detail),
        found_on=now.on,
        found_at=now.at,
        state=str(State.FOUND),
        version=0,
    )
    session.add(sign)
    session.flush()
    record(
        session,
        now,
        Event.SIGN_NOTED,
        actor_id=None,
        subject=("sign", sign.id),
        agency_id=agency_id,
        detail={"sign_kind": sign.kind},
        facts=digests.of_objects(sign),
    )
    return sign


def say(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    sign_id: int,
    version: int,
    move: Move,
    text: str,
    conclusion: Conclusion | None = None,
) -> SignWord:
    """Ask the body, answer for it, or close the sign. Raises Forbidden, StaleEdit, DomainError where it is not the time
    for that, FieldError beside its field. The same press a second time is one."""
    states, after, needed = TABLE[move]
    sign = session.scalar(
        sa.select(Sign).where(Sign.id == sign_id).with_for_update().execution_options(populate_existing=True)
    )
    if sign is None:
        raise NotFound(NO_SIGN)
    grounds = reader.grounds(needed, sign.agency_id)
    if not grounds:
        raise Forbidden(_l("Your office does not allow this."))
    fault = letters.fault(text) or reason_fault(text, _BLANK[move])
    said = letters.passage(text).strip()
    last = _last(session, sign.id)
    if last is not None and (last.move, last.person_id, last.text) == (str(move), reader.person_id, said):
        return last
    if sign.version != version:
        raise StaleEdit(CHANGED, sign)
    if State(sign.state) not in states:
        raise DomainError(_l("This is not to be said now: look at where the sign stands."))
    if fault is not None:
        raise FieldError("text", fault)
    if (move is Move.CLOSE) != (conclusion is not None):
        raise FieldError("conclusion", _l("Choose what it came to"))
    before, sign.state = sign.state, str(after)
    sign.version += 1
    session.flush()
    ground = min(grounds, key=lambda one: one.held.for_id is not None)
    word = SignWord(
        sign_id=sign.id,
        seq=sign.version,
        move=str(move),
        text=said,
        conclusion=str(conclusion) if conclusion else None,
        person_id=reader.person_id,
        for_person_id=ground.held.for_id,
        office=str(ground.held.office),
        at=now.at,
    )
    session.add(word)
    session.flush()
    whom = {"for_person_id": word.for_person_id} if word.for_person_id else {}
    record(
        session,
        now,
        _EVENTS[move],
        actor_id=reader.person_id,
        subject=("sign", sign.id),
        agency_id=sign.agency_id,
        detail={**whom, "sign_kind": sign.kind, **changes(sign_state=(before, sign.state))},
        facts=digests.of_objects(word),
    )
    return word


def _last(session: Session, sign_id: int) -> SignWord | None:
    asked = sa.select(SignWord).where(SignWord.sign_id == sign_id).order_by(SignWord.seq.desc()).limit(1)
    return session.scalars(asked).one_or_none()
