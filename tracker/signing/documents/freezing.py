"""A commitment becomes a document: its number drawn, its file made and kept, the dossier frozen; and taken back again.
So does its assessment, at its end.

Making the file takes a while and no transaction: it is made with the number that comes next. Where somebody else draws
that one first, nothing is kept, and it is made anew.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.agencies import queries as agencies
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import FIRST, Dossier, DossierMove
from tracker.commitments.life import amending, concluding, document, moving, negotiating
from tracker.commitments.life.states import Move
from tracker.commitments.models import Commitment
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.core.languages import _l
from tracker.permissions.reader import Reader
from tracker.programmes import plans, templates
from tracker.programmes.frames import Frames
from tracker.programmes.models import Programme
from tracker.settings import Settings
from tracker.signing.documents import documents, register, signatories
from tracker.signing.documents.canonical import FORMAT
from tracker.signing.documents.rendering import Rendered, render
from tracker.signing.documents.signatories import LONGEST_NAME, Signatory
from tracker.signing.models import DocumentNumber, MadeDocument
from tracker.signing.words import ASSESSMENT

TRIES = 3
# What the head of a kind of body is called under a signature.
TITLES: Mapping[str, str] = {"department": "Giám đốc", "district": "Chủ tịch", "commune": "Chủ tịch"}
CHAIR: Mapping[str, str] = {"side": "ppc", "authority": "TM.", "title": "Chủ tịch"}
_OTHER_TITLE = "Thủ trưởng"


@dataclass(frozen=True, slots=True)
class Form:
    """What an installation writes on its documents: the symbols of its registers, its province, where it stands."""

    commitment_symbol: str
    amendment_symbol: str
    province: str
    base_url: str
    sample: bool
    assessment_symbol: str = Settings.assessment_symbol

    @classmethod
    def of(cls, given: Settings, *, sample: bool | None = None) -> Self:
        """As the settings say; in the demo each is a sample."""
        symbols, sample = (given.commitment_symbol, given.amendment_symbol), given.demo if sample is None else sample
        return cls(*symbols, given.province, given.base_url, sample, given.assessment_symbol)


@dataclass(frozen=True, slots=True)
class Composed:
    """What a document will say, with the number that comes next."""

    document: dict[str, Any]
    symbol: str
    form: Form
    signatory: Signatory | None  # none: the PPC has no chair today, so whoever may signs

    def made(self) -> "Prepared":
        """Make the file: it takes a while, and needs no transaction."""
        rendered = render(self.document, self.form.base_url, sample=self.form.sample)
        return Prepared(self.document, rendered, self.symbol, self.form.sample, self.signatory)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that is made, with the number that came next then."""

    document: dict[str, Any]
    rendered: Rendered
    symbol: str
    sample: bool
    signatory: Signatory | None


class NumberTaken(DomainError):
    """Somebody else drew the number meanwhile: the file is to be made anew."""

    def __init__(self) -> None:
        super().__init__(_l("Others draw numbers at this moment. Press again"))


def prepare(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier: Dossier,
    form: Form,
    signatory: Signatory | None = None,
) -> Prepared:
    """Make the file of what was agreed. Raises as `concluding.freeze` does; writes nothing."""
    return compose(session, now, reader=reader, dossier=dossier, form=form, signatory=signatory).made()


def compose(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier: Dossier,
    form: Form,
    signatory: Signatory | None = None,
    before: Sequence[Composed] = (),
    frames: Frames | None = None,
) -> Composed:
    """What the document of what was agreed will say. `signatory`: who signs for the PPC; none: its chair; `before`:
    those that will draw their numbers first, `frames`: of many in a row. Raises as `concluding.freeze` does; writes
    nothing."""
    actor = moving.permitted(reader, dossier, Move.FREEZE)
    moving.hold(session, dossier, actor, amending.earliest(session, dossier, now.on), frames)
    amending.frozen_from(session, now, dossier)
    pattern = form.commitment_symbol if dossier.kind == FIRST else form.amendment_symbol
    signs = signatory or signatories.of_person(session, now.on, None)
    told = _of_terms(session, now, dossier, signs)
    return _numbered(session, now, dossier, form, pattern, told, signatory=signs, before=before)


def prepare_assessment(
    session: Session, now: Moment, *, reader: Reader, dossier: Dossier, form: Form, content: Mapping[str, Any]
) -> Prepared:
    """Make the file of an assessment: `content` has its targets and what came of them. Writes nothing."""
    told = {
        "kind": ASSESSMENT,
        "version": 1,
        "amends": dossier.number,
        "signatories": [_ppc(reader, dossier)],
        **content,
    }
    return _numbered(session, now, dossier, form, form.assessment_symbol, told).made()


def freeze(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier_id: int,
    version: int,
    made: Prepared,
    folder: Path,
    frames: Frames | None = None,
) -> DossierMove:
    """Draw the number, keep the file, freeze the dossier: all or nothing. Raises NumberTaken, and as
    `concluding.freeze` does."""
    dossier = moving.locked(session, dossier_id)
    moving.same_version(dossier, version)
    number = _drawn(session, now, reader, dossier, made)
    frozen = concluding.freeze(
        session,
        now,
        reader=reader,
        dossier_id=dossier_id,
        version=version,
        number=number.text,
        day=now.on,
        sha256=made.rendered.sha256,
        frames=frames,
        signatory=made.signatory.kept() if made.signatory else None,
    )
    _keep(session, now, reader, dossier, made, number, folder)
    return frozen


def keep_assessment(
    session: Session, now: Moment, *, reader: Reader, dossier: Dossier, made: Prepared, folder: Path
) -> DocumentNumber:
    """Draw the number of an assessment and keep its file; the dossier is closed by its own verb. Raises NumberTaken."""
    number = _drawn(session, now, reader, dossier, made)
    _keep(session, now, reader, dossier, made, number, folder)
    return number


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


def assessment_of(session: Session, dossier: Dossier) -> MadeDocument | None:
    """The assessment with which it was closed, if it was."""
    closed = sa.select(DossierMove.detail).where(DossierMove.dossier_id == dossier.id, DossierMove.move == Move.CLOSE)
    detail = session.scalar(closed) if dossier.kind == FIRST else None
    if not detail:
        return None
    kept = sa.select(MadeDocument).where(MadeDocument.content_sha256 == detail["sha256"])
    return session.scalars(kept.options(joinedload(MadeDocument.number))).one_or_none()


def _drawn(session: Session, now: Moment, reader: Reader, dossier: Dossier, made: Prepared) -> DocumentNumber:
    """The number that the file was made with. Raises NumberTaken where somebody else drew that one."""
    drawn = {"agency_id": dossier.agency_id, "person_id": reader.person_id}
    number = register.draw(session, now, symbol=made.symbol, year=now.on.year, **drawn)
    if (number.text, now.on.isoformat()) != (made.document["number"], made.document["date"]):
        raise NumberTaken
    return number


def _keep(
    session: Session,
    now: Moment,
    reader: Reader,
    dossier: Dossier,
    made: Prepared,
    number: DocumentNumber,
    folder: Path,
) -> None:
    documents.keep(
        session,
        now,
        document=made.document,
        rendered=made.rendered,
        number=number,
        folder=folder,
        sample=made.sample,
        agency_id=dossier.agency_id,
        person_id=reader.person_id,
    )


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


def _numbered(
    session: Session,
    now: Moment,
    dossier: Dossier,
    form: Form,
    pattern: str,
    told: Mapping[str, Any],
    *,
    signatory: Signatory | None = None,
    before: Sequence[Composed] = (),
) -> Composed:
    """What a document will say, with the number that comes next; `told`: what it says beside whose it is."""
    body = session.get_one(Agency, dossier.agency_id)
    symbol = register.symbol_of(pattern, body.code, now.on.year)
    number = register.coming(session, symbol, now.on.year, sum(one.symbol == symbol for one in before))
    content = _composed({**_whose(session, now, dossier, body, number, form.province), **told})
    return Composed(content, symbol, form, signatory)


def _whose(session: Session, now: Moment, dossier: Dossier, body: Agency, number: str, province: str) -> dict[str, Any]:
    programme = session.get_one(Programme, dossier.programme_id)
    plan = plans.of_programme(session, programme.id)
    return {
        "format": FORMAT,
        "number": number,
        "date": now.on.isoformat(),
        "place": province,
        "programme": {
            "code": programme.code,
            "title": programme.title,
            "year": plan.year if plan else programme.starts_on.year,
            "slogan": plan.slogan if plan else None,
            "basis": list(plan.basis) if plan else [],
        },
        "body": {"code": body.code, "name": body.name, "parent": f"UBND tỉnh {province}"},
        "ppc": {"name": {"vi": f"Ủy ban nhân dân tỉnh {province}", "en": f"{province} People's Committee"}},
    }


def _of_terms(session: Session, now: Moment, dossier: Dossier, signatory: Signatory | None) -> dict[str, Any]:
    """What a commitment or an amendment says: who signs, what is promised, what changes."""
    drafted = moving.targets_of(session, dossier.id)
    versions = templates.numbers_of(session, [one.template_version_id for one in drafted if one.template_version_id])
    first = session.get_one(Commitment, dossier.commitment_id) if dossier.kind != FIRST else None
    body = session.get_one(Agency, dossier.agency_id)
    content = {
        "kind": dossier.kind,
        "version": dossier.document_version + 1,
        "amends": first and first.number,
        "signatories": [head_told(session, now, body), signatory.told() if signatory else dict(CHAIR)],
        "targets": document.targets(drafted, versions),
    }
    if first is None:
        return content
    day = amending.takes_effect(session, dossier)
    whole = moving.targets_of(session, dossier.id, dropped=True)
    changes = document.changes(whole, amending.first_terms(session, dossier))
    return content | {"changes": changes} | ({"effective_from": day.isoformat()} if day else {})


def _ppc(reader: Reader, dossier: Dossier) -> dict[str, Any]:
    """Whoever closes a commitment signs its assessment: the chair, or a vice chair in the chair's place."""
    held = [one.held for one in reader.grounds(Action.APPROVE_PROGRAMME, dossier.agency_id)]
    if any(one.office == Office.CHAIR for one in held):
        signatory = CHAIR
    else:
        signatory = {"side": "ppc", "authority": "KT.", "for": "Chủ tịch", "title": "Phó Chủ tịch"}
    own = any(one.for_id is None for one in held) and len(reader.name) <= LONGEST_NAME
    return {**signatory, "name": reader.name} if own else dict(signatory)


def head_told(session: Session, now: Moment, body: Agency) -> dict[str, Any]:
    """Whoever signs for the body: in person, so by name."""
    signatory = {"side": "body", "title": TITLES.get(body.kind, _OTHER_TITLE)}
    head = agencies.head_of(session, body.id, now.on)
    named = head is not None and 0 < len(head.name) <= LONGEST_NAME
    return signatory | {"name": head.name} if head is not None and named else signatory


def _composed(value: Any) -> Any:
    """The same with every text in Unicode's composed form."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {name: _composed(one) for name, one in value.items()}
    return [_composed(one) for one in value] if isinstance(value, list) else value
