"""A letter becomes a document: its figures frozen, its number drawn, its file made and kept; signed by a press, or to
be signed on paper.

Making the file takes a while and no transaction: it is made with the number that comes next. Where somebody else draws
that one first, nothing is kept, and it is made anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, Forbidden, StaleEdit
from tracker.core.languages import DEFAULT, _, _l, in_language, text_by_language
from tracker.permissions.reader import Reader
from tracker.settings import Settings
from tracker.signing.documents import documents, freezing, register, rendering, signatories
from tracker.signing.documents.freezing import NumberTaken
from tracker.signing.documents.rendering import About, Rendered
from tracker.signing.documents.signatories import Signatory
from tracker.urging import content, form, late_files, lateness, moving, service
from tracker.urging.models import Letter, LetterMove
from tracker.urging.moving import Actor
from tracker.urging.states import Kind, Move, State

TRIES = freezing.TRIES
NO_NUMBER = "…"  # of a draft
NO_FILES = _l("No acceptance with late files stands on this report any more: the apology can be withdrawn.")
OTHER_FIGURES = _l("The figures changed since you looked: look at the letter again, then sign.")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What an installation writes on its letters: the symbols of its registers, its province, where it stands."""

    symbols: Mapping[Kind, str]
    province: str
    base_url: str
    sample: bool

    @classmethod
    def of(cls, given: Settings, *, sample: bool | None = None) -> "Letterhead":
        """As the settings say; in the demo each is a sample."""
        symbols = {Kind.URGING: given.urging_symbol, Kind.APOLOGY: given.apology_symbol}
        return cls(symbols, given.province, given.base_url, given.demo if sample is None else sample)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A letter as it will stand, with the number that comes next; its file, once that is made."""

    told: dict[str, Any]
    symbol: str
    head: Letterhead
    rendered: Rendered | None = None

    def made(self) -> "Prepared":
        """Make the file: it takes a while, and needs no transaction."""
        return Prepared(self.told, self.symbol, self.head, drawn(self.told, self.head))


def figures(session: Session, on: date, letter: Letter) -> Any:
    """What a letter tells of today. Raises DomainError where there is nothing to tell."""
    if letter.report_id is not None:
        found = late_files.of_report(session, letter.report_id)
        if found is None or found.late <= 0:
            raise DomainError(NO_FILES)
        return content.figures_of_files(found)
    rows = lateness.of_body(session, on, letter.agency_id)
    if not rows:
        raise DomainError(service.NOTHING_LATE)
    return content.figures_of_lateness(rows)


def preview(session: Session, now: Moment, *, letter: Letter, head: Letterhead, reader: Reader) -> dict[str, Any]:
    """A letter as it would stand today, without a number. Raises DomainError as `figures` does."""
    signs = _signatory(session, now, letter, reader, None, must=False)
    return _told(session, now, letter, head, NO_NUMBER, signs)


def compose(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    letter: Letter,
    head: Letterhead,
    move: Move,
    signatory: Signatory | None = None,
) -> Prepared:
    """A letter with the number that comes next. `signatory`: who signs for the PPC on paper. Raises as `figures` does,
    Forbidden where the reader may not; writes nothing."""
    kind = Kind(letter.kind)
    moving.permitted(reader, kind, move, State(letter.state), letter.agency_id)
    body = session.get_one(Agency, letter.agency_id)
    symbol = register.symbol_of(head.symbols[kind], body.code, now.on.year)
    number = register.coming(session, symbol, now.on.year)
    signs = _signatory(session, now, letter, reader, signatory, must=move is Move.SIGN)
    return Prepared(_told(session, now, letter, head, number, signs), symbol, head)


def issue(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    letter_id: int,
    version: int,
    made: Prepared,
    move: Move,
    seen: str | None,
    folder: Path,
) -> LetterMove:
    """Draw the number, keep the file, and sign (or number for the paper): all or nothing. `seen`: the fingerprint of
    the figures that the reader was shown. Raises NumberTaken, StaleEdit where the figures are others by now."""
    letter = moving.locked(session, letter_id)
    actor = moving.permitted(reader, Kind(letter.kind), move, State(letter.state), letter.agency_id)
    moving.same_version(letter, version)
    now_told = figures(session, now.on, letter)
    if now_told != made.told["figures"] or seen not in (None, content.fingerprint(now_told)):
        raise StaleEdit(OTHER_FIGURES, letter)
    if made.rendered is None:
        raise ValueError("its file is made before")
    return _keep(session, now, reader, actor, letter, made, made.rendered, folder)


def drawn(told: Mapping[str, Any], head: Letterhead) -> Rendered:
    """The file of a letter. Raises DomainError for a sign that cannot be printed."""
    rows = told["figures"] if isinstance(told["figures"], list) else []
    with in_language(None):
        shown = form.laid_out(told)
    about = About(told["kind"], date.fromisoformat(told["date"]), len(rows))
    return rendering.make(about, content.canonical(told), shown, head.base_url, sample=head.sample)


def _keep(
    session: Session,
    now: Moment,
    reader: Reader,
    actor: Actor,
    letter: Letter,
    made: Prepared,
    rendered: Rendered,
    folder: Path,
) -> LetterMove:
    whose = {"agency_id": letter.agency_id, "person_id": reader.person_id}
    number = register.draw(session, now, symbol=made.symbol, year=now.on.year, **whose)
    if (number.text, now.on.isoformat()) != (made.told["number"], made.told["date"]):
        raise NumberTaken
    kept = documents.keep(
        session,
        now,
        document=made.told,
        rendered=rendered,
        number=number,
        folder=folder,
        sample=made.head.sample,
        **whose,
    )
    letter.document_id = kept.id
    if actor.line.move is Move.SIGN:
        letter.way = "product"
    told = {"number": number.text, "sha256": kept.content_sha256}
    return moving.make(session, now, actor, letter, detail={"number": number.text}, told=told)


def _told(
    session: Session, now: Moment, letter: Letter, head: Letterhead, number: str, signs: Mapping[str, Any]
) -> dict[str, Any]:
    kind = Kind(letter.kind)
    body = session.get_one(Agency, letter.agency_id)
    return content.compose(
        kind,
        number=number,
        on=now.on,
        as_of=now.at,
        place=head.province,
        body=body,
        words=letter.words,
        figures=figures(session, now.on, letter),
        signatory=signs,
        answer_by=letter.answer_by if kind is Kind.URGING else None,
        recipients=_recipients(session, kind, body),
    )


def _signatory(
    session: Session, now: Moment, letter: Letter, reader: Reader, chosen: Signatory | None, *, must: bool
) -> dict[str, Any]:
    """Whoever signs: of an apology the head; of an urging letter who was chosen, or the reader by their authority, or
    whoever can (`must`: nobody but the reader). Raises Forbidden."""
    if letter.kind == Kind.APOLOGY:
        return freezing.head_told(session, now, session.get_one(Agency, letter.agency_id))
    if chosen is not None:
        return chosen.told()
    able = signatories.choices(session, now.on)
    own = next((one for one in able if one.person_id == reader.person_id), None)
    if own is None and must:
        raise Forbidden(moving.NOT_YOURS)
    found = own or next(iter(able), None)
    return found.told() if found else dict(freezing.CHAIR)


def _recipients(session: Session, kind: Kind, body: Agency) -> list[str]:
    with in_language(DEFAULT):
        if kind is Kind.APOLOGY:
            return [_("As above"), _("The People's Committee of the province (to report)")]
        appraiser = session.get(Agency, body.appraised_by_id) if body.appraised_by_id else None
        follows = [text_by_language(appraiser.name)] if appraiser else []
        return [_("As above"), _("Chair and vice chairs of the People's Committee (to report)"), *follows]
