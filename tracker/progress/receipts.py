"""The receipt of what a head sends: a hash over what was sent, when, by which office, in a canonical form. It is made
of the stored facts, kept as one, and can be held against them ever after."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.commitments.models import Target
from tracker.core.actions import Action
from tracker.permissions.reader import Reader
from tracker.progress.models import Evidence, Report, ReportReceipt, Revision
from tracker.progress.queries import ReportSlot

FORMAT = "report-receipt/1"
CODE = 32  # signs of the hash: 128 bits, and the number in it is drawn, so nobody hits upon one
_NONCE_BYTES = 16
_OWN = ("nonce", "office")  # what stands in the receipt alone


_NEW = sa.insert(ReportReceipt)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of holding a receipt against what is stored. `wrong`: what does not agree; none: it holds."""

    receipt: ReportReceipt
    said: Mapping[str, Any]
    wrong: tuple[str, ...]


def keep(
    session: Session, reader: Reader, slot: ReportSlot, revision: Mapping[str, Any], files: Sequence[Mapping[str, Any]]
) -> list[Fact]:
    """Keep the receipt of a revision that was just written; the digests of it as a fact."""
    held = next((one.held for one in reader.grounds(Action.SEND_REPORT, slot.target.agency_id)), None)
    said = _said(slot, revision, [one["sha256"] for one in files])
    said |= {"office": str(held.office) if held else None, "nonce": secrets.token_hex(_NONCE_BYTES)}
    content = canonical(said)
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    row = {"revision_id": revision["id"], "code": sha256[:CODE], "content": content, "sha256": sha256}
    row["id"] = session.connection().execute(_NEW, row).inserted_primary_key[0]  # type: ignore[index]  # there is one
    return list(digests.of_rows(ReportReceipt, [row]))


def canonical(said: Mapping[str, Any]) -> str:
    """JSON in its one form: names in order, no spaces."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def receipt_of(session: Session, revision_id: int) -> ReportReceipt | None:
    """The receipt of a revision; none of what was sent before there were any, or came by a package."""
    return session.scalars(sa.select(ReportReceipt).where(ReportReceipt.revision_id == revision_id)).one_or_none()


def check(session: Session, code: str) -> Checked | None:
    """Hold the receipt of a code against its own hash and the stored facts; none where there is none."""
    receipt = session.scalars(sa.select(ReportReceipt).where(ReportReceipt.code == code)).one_or_none()
    if receipt is None:
        return None
    said = json.loads(receipt.content)
    wrong = []
    if hashlib.sha256(receipt.content.encode()).hexdigest() != receipt.sha256 or receipt.sha256[:CODE] != code:
        wrong.append("sha256")
    stored = _stored(session, receipt.revision_id)
    wrong += [name for name in sorted(said | stored) if name not in _OWN and said.get(name) != stored.get(name)]
    return Checked(receipt, said, tuple(wrong))


def _stored(session: Session, revision_id: int) -> dict[str, Any]:
    """What a receipt would say of a revision as it is stored now."""
    target = joinedload(Revision.report).joinedload(Report.target)
    asked = sa.select(Revision).where(Revision.id == revision_id)
    asked = asked.options(
        target.joinedload(Target.agency),
        target.joinedload(Target.commitment),
        target.joinedload(Target.programme),
        joinedload(Revision.report).joinedload(Report.period),
    )
    revision = session.scalars(asked).one()
    report = revision.report
    about = report.target
    slot = ReportSlot(about, about.agency, about.programme, about.commitment, report.period)
    row = {column.name: getattr(revision, column.name) for column in sa.inspect(Revision).columns}
    files = session.scalars(sa.select(Evidence.sha256).where(Evidence.revision_id == revision_id)).all()
    return _said(slot, row, files)


def _said(slot: ReportSlot, revision: Mapping[str, Any], files: Sequence[str]) -> dict[str, Any]:
    """What was sent; of its text the hash, so that the receipt can be shown to anybody."""
    text = revision["narrative"]
    return {
        "format": FORMAT,
        "target": slot.target.token,
        "commitment": slot.commitment.number,
        "report": slot.code,
        "revision": revision["seq"],
        "value": _plain(revision["value"]),
        "numerator": _plain(revision["numerator"]),
        "denominator": _plain(revision["denominator"]),
        "as_at": _plain(revision["as_at"]),
        "not_applicable": bool(revision["not_applicable"]),
        "text_sha256": None if text is None else hashlib.sha256(text.encode()).hexdigest(),
        "files": sorted(files),
        "sent_at": _plain(revision["sent_at"]),
    }


def _plain(value: Decimal | datetime | date | None) -> str | None:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return None if value is None else value.isoformat()
