"""What is told of signatures: who signed for which side, when, by which way, and what that rests on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.commitments.dossiers import Dossier, DossierMove
from tracker.commitments.life import concluding
from tracker.commitments.life.life_words import IN_SHORT, SIGNED_HOW, STRENGTHS
from tracker.commitments.life.states import Move, Side
from tracker.core.languages import Text, _l
from tracker.people.models import Person
from tracker.programmes.ways import PAPER, PASSKEY
from tracker.signing.confirmations import proof
from tracker.signing.key_sheets import KeySheet
from tracker.signing.models import KeyAttestation, MadeDocument, Paper, Signature

_MOVES: tuple[str, ...] = (str(Move.SIGN), str(Move.COUNTERSIGN), str(Move.TAKE_IN))
ONLY_TOLD: Text = _l("A package of data tells so. Nothing in this product proves it.")
ONLY_TOLD_IN_SHORT: Text = _l("told by a package alone")
SHEET_KEPT: Text = _l("A scan of the sheet by which the key’s owner signed for it by hand is kept here.")
KEY_NOT_ATTESTED: Text = _l("checked by computer, key not attested yet")
NOT_ATTESTED: Text = _l(
    "Anybody can check by computer that this key confirmed exactly this document. Two people have not attested yet "
    "whose key it is."
)


@dataclass(frozen=True, slots=True)
class Told:
    """One signature. `person` none: on paper, by a package; `signature` none: from before proofs were kept."""

    side: Side
    how: str
    day: date
    at: datetime | None
    person: str | None
    for_person: str | None
    signature: Signature | None
    attested: int  # by how many people, until today, whose key it is
    sheet: str | None  # SHA-256 of the scan of the key's sheet, the latest
    proved: bool  # something here proves it: what was kept with it, an attested scan, the record of a press

    @property
    def way(self) -> str:
        """In words."""
        return str(SIGNED_HOW.get(self.how, self.how))

    @property
    def is_attested(self) -> bool:
        """Whether enough people attested whose key it was made with, where it was made with one."""
        return self.how != PASSKEY or self.attested >= proof.ENOUGH

    @property
    def in_short(self) -> str:
        """What it rests on, in few words."""
        if not self.proved:
            return str(ONLY_TOLD_IN_SHORT)
        return str(IN_SHORT.get(self.how, "") if self.is_attested else KEY_NOT_ATTESTED)

    @property
    def strength(self) -> str:
        """What it rests on."""
        if not self.proved:
            return str(ONLY_TOLD)
        told = str(STRENGTHS.get(self.how, "") if self.is_attested else NOT_ATTESTED)
        return f"{told} {SHEET_KEPT}" if self.sheet else told


def of_dossiers(session: Session, dossier_ids: Collection[int]) -> dict[int, list[Told]]:
    """The signatures on the documents of these dossiers, the head's first; those on a document that was given up are
    none. One statement."""
    person, holder = aliased(Person), aliased(Person)
    made = sa.select(MadeDocument.id).where(MadeDocument.content_sha256 == Dossier.document_sha256)
    of_it = sa.or_(Paper.commitment_id == Dossier.commitment_id, Paper.document_id.in_(made))
    scanned = sa.exists().where(Paper.attested.is_(True), of_it)
    attested = sa.select(sa.func.count()).where(KeyAttestation.key_id == Signature.key_id).scalar_subquery()
    sheet = sa.select(KeySheet.sha256).where(KeySheet.key_id == Signature.key_id).order_by(KeySheet.id.desc()).limit(1)
    told_of_it = (person.name, holder.name, Signature, attested, sheet.scalar_subquery(), scanned)
    query = (
        sa.select(DossierMove, Dossier.document_sha256, *told_of_it)
        .join(Dossier, Dossier.id == DossierMove.dossier_id)
        .outerjoin(Signature, Signature.move_id == DossierMove.id)
        .outerjoin(person, person.id == DossierMove.person_id)
        .outerjoin(holder, holder.id == DossierMove.for_person_id)
        .where(DossierMove.dossier_id.in_(dossier_ids), DossierMove.move.in_(_MOVES))
        .order_by(DossierMove.dossier_id, DossierMove.seq)
    )
    found: dict[int, list[Told]] = {}
    for move, sha256, name, for_name, signature, count, sheet_sha256, scan in session.execute(query):
        detail = move.detail or {}
        if move.move != Move.TAKE_IN and detail.get("sha256", sha256) != sha256:
            continue
        how = detail.get("signed_how", concluding.IN_PRODUCT)
        day = date.fromisoformat(detail["day"]) if "day" in detail else move.day
        by_itself = how != PAPER and move.move != Move.TAKE_IN
        pressed = how == concluding.IN_PRODUCT and by_itself and move.person_id is not None
        for side in _sides(move):
            told = Told(
                side=side,
                how=how,
                day=day,
                at=move.at if by_itself else None,
                person=name if by_itself else None,
                for_person=for_name if by_itself else None,
                signature=signature,
                attested=count or 0,
                sheet=sheet_sha256,
                proved=signature is not None or pressed or (how == PAPER and scan),
            )
            found.setdefault(move.dossier_id, []).append(told)
    return found


def of_document(session: Session, made: MadeDocument) -> list[Told]:
    """The signatures on a document; none on one that was given up."""
    asked = sa.select(Dossier.id).where(Dossier.document_sha256 == made.content_sha256)
    dossier_id = session.scalar(asked)
    return of_dossiers(session, [dossier_id]).get(dossier_id, []) if dossier_id is not None else []


def scanned(session: Session, commitment_ids: Collection[int]) -> set[int]:
    """Of which of these commitments a scan of the signed paper was attested. One statement."""
    asked = sa.select(Paper.commitment_id).where(Paper.attested.is_(True), Paper.commitment_id.in_(commitment_ids))
    return {one for one in session.scalars(asked) if one is not None}


def told_of(how: str, *, proved: bool) -> tuple[str, str]:
    """(what a signature of a commitment without a life here rests on, the same in few words)."""
    if not proved:
        return str(ONLY_TOLD), str(ONLY_TOLD_IN_SHORT)
    return str(STRENGTHS.get(how, "")), str(IN_SHORT.get(how, ""))


def is_attested(session: Session, key_id: int) -> bool:
    """Whether enough people attested whose key it is."""
    count = session.scalar(sa.select(sa.func.count()).where(KeyAttestation.key_id == key_id)) or 0
    return count >= proof.ENOUGH


def ways_of(found: Sequence[Told]) -> str:
    """By which ways, in words, each once with what it rests on."""
    return "; ".join(dict.fromkeys(f"{one.way}: {one.in_short}" for one in found))


def _sides(move: DossierMove) -> tuple[Side, ...]:
    if move.move == Move.TAKE_IN:
        return Side.BODY, Side.PPC
    return (Side.BODY,) if move.move == Move.SIGN else (Side.PPC,)
