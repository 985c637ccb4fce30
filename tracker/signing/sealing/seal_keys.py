"""The keys of the seal: entered one after the other, published, and never changed."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.core.languages import _l
from tracker.signing.models import SealKey
from tracker.signing.outside.certificates import fingerprint
from tracker.signing.sealing import key_history
from tracker.signing.sealing.key_history import CHANGED, FIRST, LOST
from tracker.signing.sealing.unsealed import NotSealed, Why


class OtherKey(NotSealed):
    """The key that is set is not the one that is entered."""

    def __init__(self) -> None:
        super().__init__(Why.OTHER_KEY)


def all_keys(session: Session) -> list[SealKey]:
    """Every entry, the first one first."""
    return list(session.scalars(sa.select(SealKey).order_by(SealKey.seq)))


def pins(session: Session) -> list[str]:
    """The fingerprints of all keys that ever were ours."""
    return list(session.scalars(sa.select(SealKey.fingerprint).order_by(SealKey.seq)))


def published(keys: Sequence[SealKey]) -> dict[str, Any]:
    """As anybody may have them."""
    return {"format": key_history.FORMAT, "keys": [_told(one) for one in keys]}


def current(session: Session, now: Moment, certificates: Sequence[x509.Certificate]) -> SealKey:
    """The entry of the key that is set; the very first key is entered by being used. Raises OtherKey."""
    keys = all_keys(session)
    if not keys:
        return _enter(session, now, None, certificates, reason=FIRST)
    if keys[-1].fingerprint != fingerprint(certificates[0]):
        raise OtherKey
    return keys[-1]


def change(
    session: Session,
    now: Moment,
    certificates: Sequence[x509.Certificate],
    *,
    old_key: Callable[[bytes], bytes] | None = None,
    lost_since: datetime | None = None,
    note: str | None = None,
) -> SealKey:
    """Enter the key that takes the place of the last one: `old_key` signs that, or it was lost (`lost_since`).

    Raises DomainError where there is none before, the key was ours already, or the old one is not that.
    """
    keys = all_keys(session)
    if not keys:
        raise DomainError(_l("There is no key of the seal yet: the first one is entered by being used."))
    if fingerprint(certificates[0]) in {one.fingerprint for one in keys}:
        raise DomainError(_l("This key was entered before."))
    if (old_key is None) == (lost_since is None):
        raise DomainError(_l("Either the key before signs, or it was lost: say which."))
    reason = LOST if lost_since else CHANGED
    row = _enter(session, now, keys[-1], certificates, reason=reason, lost_since=lost_since, note=note, by=old_key)
    if list(key_history.faults([_told(one) for one in all_keys(session)])):
        raise DomainError(_l("This is not the key that was entered last."))
    return row


def _enter(
    session: Session,
    now: Moment,
    before: SealKey | None,
    certificates: Sequence[x509.Certificate],
    *,
    reason: str,
    lost_since: datetime | None = None,
    note: str | None = None,
    by: Callable[[bytes], bytes] | None = None,
) -> SealKey:
    row = SealKey(
        seq=before.seq + 1 if before else 1,
        fingerprint=fingerprint(certificates[0]),
        certificates="".join(one.public_bytes(Encoding.PEM).decode() for one in certificates),
        since=now.at.replace(microsecond=0),
        reason=reason,
        lost_since=lost_since,
        note=note,
        before=before.hash if before else None,
    )
    row.hash = key_history.hash_of(_told(row))
    row.proof = key_history.vouched(by, row.hash) if by is not None else None
    session.add(row)
    session.flush()
    record(
        session,
        now,
        Event.SEAL_KEY_TAKEN,
        actor_id=None,
        subject=("seal_key", row.id),
        detail={"kind": reason, "sha256": row.fingerprint},
        facts=digests.of_objects(row),
    )
    return row


def _told(one: SealKey) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "fingerprint": one.fingerprint,
        "since": _instant(one.since),
        "reason": one.reason,
        "lost_since": _instant(one.lost_since) if one.lost_since else None,
        "note": one.note,
        "before": one.before,
        "hash": one.hash,
        "proof": one.proof,
        "certificates": one.certificates,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
