"""A commitment becomes a document: its number drawn, its file made and kept, the dossier frozen; and taken back again.

Making the file takes a while and no transaction: it is made with the number that comes next. Where somebody else draws
that one first, nothing is kept, and it is made anew.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.models import Agency
from tracker.commitments import concluding, document, moving, negotiating
from tracker.commitments.dossiers import FIRST, Dossier, DossierMove
from tracker.commitments.models import Commitment
from tracker.commitments.states import Move
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.core.languages import _l
from tracker.permissions.reader import Reader
from tracker.programmes import plans, templates
from tracker.programmes.models import Programme
from tracker.signing import documents, register
from tracker.signing.canonical import FORMAT
from tracker.signing.models import DocumentNumber, MadeDocument
from tracker.signing.rendering import Rendered, render

TRIES = 3
# What the head of a kind of body is called under a signature.
TITLES: Mapping[str, str] = {"department": "Giám đốc", "district": "Chủ tịch", "commune": "Chủ tịch"}
_OTHER_TITLE, _LONGEST_NAME = "Thủ trưởng", 80


@dataclass(frozen=True, slots=True)
class Form:
    """What an installation writes on its documents: the symbols of its registers, its province, where it stands."""

    commitment_symbol: str
    amendment_symbol: str
    province: str
    base_url: str
    sample: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that is made, with the number that came next then."""

    document: dict[str, Any]
    rendered: Rendered
    symbol: str
    sample: bool


class NumberTaken(DomainError):
    """Somebody else drew the number meanwhile: the file is to be made anew."""

    def __init__(self) -> None:
        super().__init__(_l("Others draw numbers at this moment. Press again"))


def prepare(session: Session, now: Moment, *, reader: Reader, dossier: Dossier, form: Form) -> Prepared:
    """Make the file of what was agreed. Raises as `concluding.freeze` does; writes nothing."""
    actor = moving.permitted(reader, dossier, Move.FREEZE)
    moving.hold(session, dossier, actor)
    body = session.get_one(Agency, dossier.agency_id)
    pattern = form.commitment_symbol if dossier.kind == FIRST else form.amendment_symbol
    symbol = register.symbol_of(pattern, body.code, now.on.year)
    number = DocumentNumber(symbol=symbol, year=now.on.year, number=_next(session, symbol, now.on.year)).text
    content = _composed(_content(session, now, dossier, body, number, form.province))
    return Prepared(content, render(content, form.base_url, sample=form.sample), symbol, form.sample)


def freeze(
    session: Session, now: Moment, *, reader: Reader, dossier_id: int, version: int, made: Prepared, folder: Path
) -> DossierMove:
    """Draw the number, keep the file, freeze the dossier: all or nothing. Raises NumberTaken, and as
    `concluding.freeze` does."""
    dossier = moving.locked(session, dossier_id)
    moving.same_version(dossier, version)
    drawn = {"agency_id": dossier.agency_id, "person_id": reader.person_id}
    number = register.draw(session, now, symbol=made.symbol, year=now.on.year, **drawn)
    if (number.text, now.on.isoformat()) != (made.document["number"], made.document["date"]):
        raise NumberTaken
    frozen = concluding.freeze(
        session,
        now,
        reader=reader,
        dossier_id=dossier_id,
        version=version,
        number=number.text,
        day=now.on,
        sha256=made.rendered.sha256,
    )
    documents.keep(
        session,
        now,
        document=made.document,
        rendered=made.rendered,
        number=number,
        folder=folder,
        sample=made.sample,
        **drawn,
    )
    return frozen


def reopen(session: Session, now: Moment, *, reader: Reader, dossier_id: int, reason: str) -> DossierMove:
    """Negotiate again: the number of its document, where it has one, stays as cancelled."""
    dossier = moving.locked(session, dossier_id)
    number_id = _number_of(session, dossier)
    move = concluding.reopen(session, now, reader=reader, dossier_id=dossier_id, reason=reason)
    _cancel(session, now, reader, dossier, number_id, move)
    return move


def withdraw(session: Session, now: Moment, *, reader: Reader, dossier_id: int, reason: str) -> DossierMove:
    """The PPC withdraws it: the number of its document, where it has one, stays as cancelled."""
    dossier = moving.locked(session, dossier_id)
    number_id = _number_of(session, dossier)
    move = negotiating.withdraw(session, now, reader=reader, dossier_id=dossier_id, reason=reason)
    _cancel(session, now, reader, dossier, number_id, move)
    return move


def of_dossier(session: Session, dossier: Dossier) -> MadeDocument | None:
    """The document of what is frozen, if it is."""
    if dossier.document_sha256 is None:
        return None
    kept = sa.select(MadeDocument).where(MadeDocument.content_sha256 == dossier.document_sha256)
    return session.scalars(kept).one_or_none()


def _number_of(session: Session, dossier: Dossier) -> int | None:
    """The number that its document has in the register, if it has one there; also where a package brought both, and no
    document."""
    if dossier.number is None or dossier.document_on is None:
        return None
    return register.standing(session, dossier.number, dossier.document_on.year)


def _cancel(
    session: Session, now: Moment, reader: Reader, dossier: Dossier, number_id: int | None, move: DossierMove
) -> None:
    if number_id is not None:
        whose = {"agency_id": dossier.agency_id, "person_id": reader.person_id}
        register.cancel(session, now, number_id, reason=move.reason or "", **whose)


def _next(session: Session, symbol: str, year: int) -> int:
    of_register = DocumentNumber.symbol == symbol, DocumentNumber.year == year
    return (session.scalar(sa.select(sa.func.max(DocumentNumber.number)).where(*of_register)) or 0) + 1


def _content(
    session: Session, now: Moment, dossier: Dossier, body: Agency, number: str, province: str
) -> dict[str, Any]:
    programme = session.get_one(Programme, dossier.programme_id)
    plan = plans.of_programme(session, programme.id)
    drafted = moving.targets_of(session, dossier.id)
    versions = templates.numbers_of(session, [one.template_version_id for one in drafted if one.template_version_id])
    first = session.get_one(Commitment, dossier.commitment_id) if dossier.kind != FIRST else None
    content = {
        "format": FORMAT,
        "kind": dossier.kind,
        "number": number,
        "date": now.on.isoformat(),
        "place": province,
        "version": dossier.document_version + 1,
        "amends": first and first.number,
        "programme": {
            "code": programme.code,
            "title": programme.title,
            "year": plan.year if plan else programme.starts_on.year,
            "slogan": plan.slogan if plan else None,
            "basis": list(plan.basis) if plan else [],
        },
        "body": {"code": body.code, "name": body.name, "parent": f"UBND tỉnh {province}"},
        "ppc": {"name": {"vi": f"Ủy ban nhân dân tỉnh {province}", "en": f"{province} People's Committee"}},
        "signatories": [_head(session, now, body), {"side": "ppc", "authority": "TM.", "title": "Chủ tịch"}],
        "targets": document.targets(drafted, versions),
    }
    return content if first is None else content | {"changes": document.changes(drafted)}


def _head(session: Session, now: Moment, body: Agency) -> dict[str, Any]:
    """Whoever signs for the body: in person, so by name."""
    signatory = {"side": "body", "title": TITLES.get(body.kind, _OTHER_TITLE)}
    head = agencies.head_of(session, body.id, now.on)
    named = head is not None and 0 < len(head.name) <= _LONGEST_NAME
    return signatory | {"name": head.name} if head is not None and named else signatory


def _composed(value: Any) -> Any:
    """The same with every text in Unicode's composed form."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {name: _composed(one) for name, one in value.items()}
    return [_composed(one) for one in value] if isinstance(value, list) else value
