"""The reasons for which reports are usually returned, as those who appraise word them: written, changed, put in order,
retired. A return carries the words themselves, so changing one changes nothing that was returned."""

import secrets
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.core import letters
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, NotFound, StaleEdit
from tracker.core.languages import _l, format_number
from tracker.progress.appraising.models import ReturnReason

LONGEST = 400  # characters: a sentence or two, with room beside it for the appraiser's own
MOST = 40  # in use: more than one reads through
WRITTEN = ("vi", "en")  # the languages in which bodies are answered
_TOKEN_BYTES = 16
USUAL: tuple[dict[str, str], ...] = (
    {
        "vi": "Thiếu tài liệu kiểm chứng cho số liệu báo cáo.",
        "en": "Evidence for the reported figure is missing.",
    },
    {
        "vi": "Tài liệu kiểm chứng không khớp với số liệu báo cáo.",
        "en": "The evidence does not agree with the reported figure.",
    },
    {
        "vi": "Số liệu không đúng kỳ báo cáo hoặc chưa chốt đến ngày cuối kỳ.",
        "en": "The figure is of another period, or not counted up to its last day.",
    },
    {
        "vi": "Mẫu số thay đổi nhiều so với kỳ trước nhưng chưa giải trình.",
        "en": "The whole differs much from the last period, and it is not explained why.",
    },
    {
        "vi": "Chưa nêu nguyên nhân chậm tiến độ và giải pháp khắc phục.",
        "en": "Why it is behind, and what is done about it, is not said.",
    },
)


def in_order(session: Session, *, retired: bool = False) -> list[ReturnReason]:
    """Those in use, in their order; or those that are retired."""
    state = ReturnReason.retired_at.is_not(None) if retired else ReturnReason.retired_at.is_(None)
    return list(session.scalars(sa.select(ReturnReason).where(state).order_by(ReturnReason.position, ReturnReason.id)))


def by_token(session: Session, token: str) -> ReturnReason:
    """One of them. Raises NotFound."""
    found = session.scalar(sa.select(ReturnReason).where(ReturnReason.token == token))
    if found is None:
        raise NotFound(_l("There is no such reason."))
    return found


def write(session: Session, now: Moment, *, actor_id: int | None, text: Mapping[str, str]) -> ReturnReason:
    """A new reason, the last in order. Raises FieldError for a text that says nothing or is too long, by its language's
    field."""
    _lock(session)
    if len(in_order(session)) >= MOST:
        raise DomainError(_l("There are %(most)s reasons in use: retire one first", most=MOST))
    reason = ReturnReason(
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        text=_checked(text),
        position=_end(session),
        version=1,
        written_by_id=actor_id,
        written_at=now.at,
    )
    session.add(reason)
    session.flush()
    _record(session, now, Event.RETURN_REASON_WRITTEN, actor_id, reason, changes(text=(None, reason.text)))
    return reason


def rewrite(
    session: Session, now: Moment, *, actor_id: int, token: str, version: int | None, text: Mapping[str, str]
) -> ReturnReason:
    """Other words. Raises StaleEdit where somebody changed them meanwhile, FieldError as `write` does."""
    _lock(session)
    reason, worded = _read_anew(session, token), _checked(text)
    if reason.text == worded:
        return reason
    if reason.version != version:
        raise StaleEdit(_l("Somebody else changed this reason meanwhile."), reason)
    told = changes(text=(reason.text, worded))
    reason.text, reason.written_by_id, reason.written_at = worded, actor_id, now.at
    reason.version += 1
    session.flush()
    _record(session, now, Event.RETURN_REASON_CHANGED, actor_id, reason, told)
    return reason


def move_up(session: Session, now: Moment, *, actor_id: int, token: str) -> None:
    """Put a reason before the one that it follows; the first stays where it is."""
    _lock(session)
    used = in_order(session)
    place = next((number for number, one in enumerate(used) if one.token == token), 0)
    if place == 0:
        return
    used[place - 1], used[place] = used[place], used[place - 1]
    for number, one in enumerate(used, start=1):
        one.position = number
    session.flush()
    _record(session, now, Event.RETURN_REASON_MOVED, actor_id, used[place - 1], {})


def retire(session: Session, now: Moment, *, actor_id: int, token: str) -> None:
    """Offer it no more."""
    _lock(session)
    reason = _read_anew(session, token)
    if reason.retired_at is None:
        reason.retired_at = now.at
        session.flush()
        _record(session, now, Event.RETURN_REASON_RETIRED, actor_id, reason, {})


def put_back(session: Session, now: Moment, *, actor_id: int, token: str) -> None:
    """Offer it again, as the last."""
    _lock(session)
    reason = _read_anew(session, token)
    if reason.retired_at is not None:
        reason.retired_at, reason.position = None, _end(session)
        session.flush()
        _record(session, now, Event.RETURN_REASON_PUT_BACK, actor_id, reason, {})


def write_usual(session: Session, now: Moment, *, actor_id: int | None) -> int:
    """Begin with the reasons that are usual everywhere, where none was ever written; returns how many."""
    _lock(session)
    if session.scalar(sa.select(sa.func.count()).select_from(ReturnReason)):
        return 0
    for text in USUAL:
        write(session, now, actor_id=actor_id, text=text)
    return len(USUAL)


def _read_anew(session: Session, token: str) -> ReturnReason:
    found = by_token(session, token)
    session.refresh(found)
    return found


def _lock(session: Session) -> None:
    """One at a time: they have an order, and few change it. (SQLite has one writer anyway.)"""
    session.execute(sa.select(ReturnReason.id).order_by(ReturnReason.id).with_for_update()).all()


def _end(session: Session) -> int:
    return (session.scalar(sa.select(sa.func.max(ReturnReason.position))) or 0) + 1


def _checked(text: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for language in WRITTEN:
        said = text.get(language, "").strip()
        if letters.says_nothing(said):
            raise FieldError(language, _l("Write the reason in this language too"))
        wrong = letters.fault(said)
        if wrong is not None:
            raise FieldError(language, wrong)
        if len(said) > LONGEST:
            raise FieldError(language, _l("Write at most %(most)s characters", most=format_number(LONGEST)))
        found[language] = said
    return found


def _record(
    session: Session, now: Moment, event: Event, actor_id: int | None, reason: ReturnReason, told: dict[str, object]
) -> None:
    subject = ("return_reason", reason.id)
    record(session, now, event, actor_id=actor_id, subject=subject, detail={"version": reason.version, **told})
