"""What was done in a slot or about a target, and in whose name, as the audit record keeps it; and the receipt of what
was sent, as a fact. Holding a receipt against what is stored: `receipts`."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.core.languages import _l
from tracker.permissions.predicates import Held
from tracker.permissions.reader import Reader
from tracker.progress.models import ReportReceipt
from tracker.progress.queries import ReportSlot

RECEIPT = "report-receipt/1"
RECEIPT_CODE = 32  # signs of the hash: 128 bits, and the number in it is drawn, so nobody hits upon one
_NONCE_BYTES = 16
_NEW = sa.insert(ReportReceipt)

# What only a head may do, a stand-in does in the head's name; the rest is done in one's own where one may.
_NEEDED = dict.fromkeys((Event.DRAFT_HANDED_BACK, Event.REPORT_SENT, Event.REPORT_RECALLED), Action.SEND_REPORT)


def record_of(
    session: Session,
    now: Moment,
    event: Event,
    reader: Reader,
    slot: ReportSlot,
    subject: tuple[str, int | None],
    facts: Iterable[Fact] = (),
    **detail: object,
) -> None:
    """Write down who did what in the slot, and in whose name, with the digests of the facts that it added."""
    details = {"target": slot.target.id, "place": slot.code, **detail}
    needed = _NEEDED.get(event, Action.ENTER_FIGURE)
    record_for(session, now, event, reader, needed, slot.target.agency_id, subject, details, facts)


def record_for(
    session: Session,
    now: Moment,
    event: Event,
    reader: Reader,
    needed: Action,
    agency_id: int,
    subject: tuple[str, int | None],
    detail: Mapping[str, object],
    facts: Iterable[Fact] = (),
) -> None:
    """The same of anything that needs an action on a body."""
    holder = reader.acts_for(needed, agency_id)
    named = {} if holder is None else {"for_person_id": holder}
    record(
        session,
        now,
        event,
        actor_id=reader.person_id,
        subject=subject,
        agency_id=agency_id,
        detail={**detail, **named},
        facts=facts,
    )


class NeedsKey(DomainError):
    """The programme asks for a confirmation by a key, and none came along."""

    def __init__(self) -> None:
        super().__init__(_l("What is sent in this programme is confirmed with your signing key. Nothing was sent."))


class Confirmed(NamedTuple):
    """What was confirmed by a key before it was sent: the confirmation, the number of this receipt in it, and the
    digests of the confirmation itself, for the record of the first report that it sends."""

    id: int
    nonce: str
    facts: tuple[Fact, ...] = ()


def new_number() -> str:
    """The drawn number of a receipt."""
    return secrets.token_hex(_NONCE_BYTES)


def sender(reader: Reader, agency_id: int) -> Held | None:
    """In which office somebody sends for a body."""
    return next((one.held for one in reader.grounds(Action.SEND_REPORT, agency_id)), None)


def keep_receipt(
    session: Session,
    reader: Reader,
    slot: ReportSlot,
    revision: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
    asked: Sequence[Mapping[Any, Any]] = (),
    confirmed: Confirmed | None = None,
) -> list[Fact]:
    """Keep the receipt of a revision that was just written; the digests of it as a fact."""
    held, number = sender(reader, slot.target.agency_id), confirmed.nonce if confirmed else new_number()
    said = said_of(slot, revision, [one["sha256"] for one in files], asked)
    said |= {"office": str(held.office) if held else None, "nonce": number}
    content = canonical(said)
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    row = {"revision_id": revision["id"], "code": sha256[:RECEIPT_CODE], "content": content, "sha256": sha256}
    row["confirmation_id"] = confirmed.id if confirmed else None
    row["id"] = session.connection().execute(_NEW, row).inserted_primary_key[0]  # type: ignore[index]  # there is one
    return [*(confirmed.facts if confirmed else ()), *digests.of_rows(ReportReceipt, [row])]


def part_sha256(said: Mapping[str, Any]) -> str:
    """The hash of what a receipt says without when it was sent: what is confirmed before."""
    return hashlib.sha256(canonical({**said, "sent_at": None}).encode()).hexdigest()


def canonical(said: Mapping[str, Any]) -> str:
    """JSON in its one form: names in order, no spaces."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def said_of(
    slot: ReportSlot, revision: Mapping[str, Any], files: Sequence[str], asked: Sequence[Mapping[Any, Any]] = ()
) -> dict[str, Any]:
    """What was sent; of its texts the hashes, so that the receipt can be shown to anybody. `asked`: rows of checks.
    What there is none of is not named, as in receipts from before it could be."""
    rare: dict[str, Any] = {
        "obstacles_sha256": _hash(revision.get("obstacles")),
        "checks": [
            {"code": one["code"], "detail": one["detail"], "answer_sha256": _hash(one["answer"])}
            for one in sorted(asked, key=itemgetter("code"))
        ],
    }
    return {name: value for name, value in rare.items() if value} | {
        "format": RECEIPT,
        "target": slot.target.token,
        "commitment": slot.commitment.number,
        "report": slot.code,
        "revision": revision["seq"],
        "value": _plain(revision["value"]),
        "numerator": _plain(revision["numerator"]),
        "denominator": _plain(revision["denominator"]),
        "as_at": _plain(revision["as_at"]),
        "not_applicable": bool(revision["not_applicable"]),
        "text_sha256": _hash(revision["narrative"]),
        "files": sorted(files),
        "sent_at": _plain(revision["sent_at"]),
    }


def _hash(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Decimal | datetime | date | None) -> str | None:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return None if value is None else value.isoformat()
