"""The receipt of what a head sends: a hash over what was sent, when, by which office, in a canonical form. It is made
of the stored facts, kept as one, and can be held against them ever after."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.commitments.models import Target
from tracker.people.models import Person
from tracker.progress.cells.models import CheckAnswer
from tracker.progress.models import Evidence, Report, ReportReceipt, Revision, SendingConfirmation
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import RECEIPT_CODE, part_sha256, said_of
from tracker.signing.confirmations import keys, proof

_OWN = ("nonce", "office")  # what stands in the receipt alone


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of holding a receipt against what is stored. `wrong`: what does not agree; none: it holds.
    `confirmed`: by which key it was, where it was."""

    receipt: ReportReceipt
    said: Mapping[str, Any]
    wrong: tuple[str, ...]
    confirmed: "Confirmed | None" = None


class Confirmed(NamedTuple):
    """The confirmation of what was sent: when, by which key, by how many people it was attested until today whose key
    that is, and the record that proves it."""

    at: datetime
    fingerprint: str
    attested: int
    record: Mapping[str, Any]


def receipt_of(session: Session, revision_id: int) -> ReportReceipt | None:
    """The receipt of a revision; none of what was sent before there were any, or came by a package."""
    return session.scalars(sa.select(ReportReceipt).where(ReportReceipt.revision_id == revision_id)).one_or_none()


def check(session: Session, code: str) -> Checked | None:
    """Hold the receipt of a code against its own hash and the stored facts; none where there is none."""
    asked = sa.select(ReportReceipt).where(ReportReceipt.code == code)
    receipt = session.scalars(asked.options(joinedload(ReportReceipt.confirmation))).one_or_none()
    if receipt is None:
        return None
    said = json.loads(receipt.content)
    wrong = []
    if hashlib.sha256(receipt.content.encode()).hexdigest() != receipt.sha256 or receipt.sha256[:RECEIPT_CODE] != code:
        wrong.append("sha256")
    stored = _stored(session, receipt.revision_id)
    wrong += [name for name in sorted(said | stored) if name not in _OWN and said.get(name) != stored.get(name)]
    if receipt.confirmation is None:
        return Checked(receipt, said, tuple(wrong))
    found, confirmed = _confirmed(session, receipt.confirmation, said)
    return Checked(receipt, said, (*wrong, *found), confirmed)


def _confirmed(session: Session, kept: SendingConfirmation, said: Mapping[str, Any]) -> tuple[Sequence[str], Confirmed]:
    """What does not hold of a confirmation: by its own record, and against who sent it, in which office, when."""
    record, person = proof.read(kept.evidence), session.get_one(Person, kept.person_id)
    found = proof.verify_sending(record, report=part_sha256(said), signer=person.token)
    wrong = [f"confirmation:{one}" for one in found.wrong]
    if found.holds:
        late = datetime.fromisoformat(said["sent_at"]) - datetime.fromisoformat(found.statement["time"])
        agrees = found.statement["office"] == said["office"] == kept.office and -keys.EARLY <= late <= keys.LASTS
        wrong += [] if agrees and proof.canonical(record).decode() == kept.evidence else ["confirmation"]
    attested = len({one.person_id for one in keys.attestations(session, [kept.key_id])})
    return wrong, Confirmed(kept.at, found.fingerprint, attested, record)


def _stored(session: Session, revision_id: int) -> dict[str, Any]:
    """What a receipt would say of a revision as it is stored now."""
    target = joinedload(Revision.report).joinedload(Report.target)
    wanted = sa.select(Revision).where(Revision.id == revision_id)
    wanted = wanted.options(
        target.joinedload(Target.agency),
        target.joinedload(Target.commitment),
        target.joinedload(Target.programme),
        joinedload(Revision.report).joinedload(Report.period),
    )
    revision = session.scalars(wanted).one()
    report = revision.report
    about = report.target
    slot = ReportSlot(about, about.agency, about.programme, about.commitment, report.period)
    row = {column.name: getattr(revision, column.name) for column in sa.inspect(Revision).columns}
    files = session.scalars(sa.select(Evidence.sha256).where(Evidence.revision_id == revision_id)).all()
    asked = sa.select(CheckAnswer.code, CheckAnswer.detail, CheckAnswer.answer)
    rows = session.execute(asked.where(CheckAnswer.revision_id == revision_id)).mappings().all()
    return said_of(slot, row, files, rows)
