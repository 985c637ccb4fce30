"""One letter of urging or apology: what it says, what became of it, and every press on it."""

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.agencies.offices import LABELS, Office, in_whose_name
from tracker.agencies.queries import called
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.files.store import StoredUpload
from tracker.core.languages import _, _l, format_instant, format_size, text_by_language
from tracker.core.web.downloads import send_stored
from tracker.core.web.requests import as_written
from tracker.monitoring import queries as monitoring
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.letters import figures, presses
from tracker.monitoring.letters.letter_forms import ApologyWordsForm, LetterPressForm, UrgingWordsForm
from tracker.monitoring.letters.presses import LetterPress
from tracker.monitoring.queries import AGENCY
from tracker.people import upload_forms
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.signing.documents import signatories
from tracker.signing.documents.freezing import NumberTaken
from tracker.urging import issuing, lateness, moving, queries, service, telling, words
from tracker.urging.models import Letter
from tracker.urging.states import PREPARED, Kind, Move, State

Answer = Any


@blueprint.get("/letters/<token>")
@action(Action.SEE_LETTERS)
def letter(token: str) -> str:
    """A letter: its figures, its words, what became of it, and what the reader can do now."""
    found, session, reader = _found(token), database.session(), current_reader()
    able = {line.move for line in moving.possible(reader, found)}
    told = figures.of_letter(session, clock.moment(), found, settings_of(current_app).files_folder)
    number = service.number_of(session, found)
    return render_template(
        "monitoring/letters/letter.html",
        letter=found,
        title=title_of(found),
        body=text_by_language(found.agency.name),
        number=number.text if number else None,
        kind=str(words.KINDS[Kind(found.kind)]),
        state=(*words.TONES[State(found.state)], str(words.STATES[State(found.state)])),
        presses=[one for one in presses.PRESSES if one.move in able],
        writes=Move.WRITE in able,
        told=told,
        way=str(words.WAYS[found.way]) if found.way else None,
        history=_history(session, found),
        drafts=found.state in PREPARED
        and reader.may(Action.PREPARE_LETTER if presses.is_urging(found) else Action.SEE_LETTERS),
        as_at=format_instant(clock.moment().at),
    )


@blueprint.route("/letters/<token>/words", methods=["GET", "POST"])
@action(Action.SEE_LETTERS)
def letter_words(token: str) -> Answer:
    """Change what a letter says beside its figures."""
    found = _found(token)
    form: Any = UrgingWordsForm() if presses.is_urging(found) else ApologyWordsForm()
    back, stands = url_for("monitoring.letter", token=token), None
    if not _is_its_turn(found, Move.WRITE):
        return redirect(back, 303)
    if form.is_submitted():
        if form.validate_on_submit() and (stands := _written(form, found)) == []:
            flash(_("The words are kept."), "success")
            return redirect(back, 303)
    else:
        for name in service.PASSAGES[Kind(found.kind)]:
            form[name].data = found.words[name]
        if "answer_by" in form:
            form.answer_by.data = found.answer_by
        form.version.data = found.version
    page = render_template(
        "monitoring/letters/words.html", form=form, title=title_of(found), back=back, letter=found, stands=stands or []
    )
    return page, 400 if form.all_errors() else 200


@blueprint.route("/letters/<token>/moves/<press>", methods=["GET", "POST"])
@action(Action.SEE_LETTERS)
def move_letter(token: str, press: str) -> Answer:
    """One press on a letter, with what it means told before it is made."""
    found, one = _found(token), presses.BY_NAME.get(press)
    if one is None:
        raise NotFound(_l("There is no such step."))
    back = url_for("monitoring.letter", token=token)
    if not _is_its_turn(found, one.move):
        return redirect(back, 303)
    form = _form(found, one)
    if form.validate_on_submit() and _carried_out(form, one, found):
        flash(str(one.done), "success")
        return redirect(back, 303)
    found = _found(token)
    told = figures.of_letter(database.session(), clock.moment(), found, settings_of(current_app).files_folder)
    if not form.is_submitted() or form.seen.data is None:
        form.version.data, form.seen.data = found.version, told.fingerprint
    page = render_template(
        "monitoring/letters/move.html",
        form=form,
        press=one,
        letter=found,
        title=title_of(found),
        told=told,
        back=back,
    )
    return page, 400 if form.all_errors() else 200


@blueprint.route("/agencies/<code>/letter", methods=["GET", "POST"])
@action(Action.PREPARE_LETTER)
def draft_letter(code: str) -> Answer:
    """All that is late in a body today, and drafting the letter that urges it."""
    session, reader, now = database.session(), current_reader(), clock.moment()
    rows = monitoring.agencies(session, now.on, called(code), restrict(AGENCY.id, reader, Action.PREPARE_LETTER))
    if not rows:
        raise NotFound(_l("There is no such body."))
    as_written("code", rows[0].code)
    agency_id, form = rows[0].id, LetterPressForm()
    if form.validate_on_submit() and form.carry_out(_drafted, agency_id=agency_id):
        flash(_("The letter is drafted. It leaves when it is signed and somebody sends it."), "success")
        return redirect(url_for("monitoring.letter", token=form.result), 303)
    session = database.session()
    page = render_template(
        "monitoring/letters/new.html",
        form=form,
        body=text_by_language(rows[0].name),
        rows=figures.rows_of(lateness.of_body(session, now.on, agency_id)),
        stands=[
            one for one in queries.open_of_body(session, agency_id, queries.visible(reader)) if presses.is_urging(one)
        ],
        back=url_for("monitoring.agency", code=code),
        as_at=format_instant(now.at),
    )
    return page, 400 if form.all_errors() else 200


@blueprint.get("/letters/<token>/files/<file>")
@action(Action.SEE_LETTERS)
def letter_file(token: str, file: str) -> Response:
    """A file that came with a move, as a download."""
    found = _found(token)
    row = next((one for one in queries.files_of(database.session(), found.id) if one.token == file), None)
    if row is None:
        raise NotFound(_l("There is no such file."))
    return send_stored(StoredUpload(row.sha256, row.size, row.media_type, row.name))


def title_of(found: Letter) -> str:
    """Letter of urging to Sở Xây dựng; public apology of it."""
    body = text_by_language(found.agency.name)
    return _("Letter urging %(body)s", body=body) if presses.is_urging(found) else _("Apology of %(body)s", body=body)


def _found(token: str) -> Letter:
    found = queries.by_token(database.session(), token, queries.visible(current_reader()))
    if found is None:
        raise NotFound(moving.NO_LETTER)
    return found


def _is_its_turn(found: Letter, move: Move) -> bool:
    """Whether a move is to be made now; where it is another's time, that is told. Raises Forbidden."""
    try:
        moving.permitted(current_reader(), Kind(found.kind), move, State(found.state), found.agency_id)
    except (Forbidden, NotFound):
        raise
    except DomainError as refusal:
        flash(str(refusal.message), "warning")
        return False
    return True


def _form(found: Letter, press: LetterPress) -> Any:
    form: Any = press.form()
    if press.say is not None:
        form.ask(press.say, press.hint)
    if "signatory" in form:
        able = signatories.choices(database.session(), clock.today()) if presses.is_urging(found) else []
        form.offer([(one.key, one.label) for one in able])
    return form


def _carried_out(form: Any, press: LetterPress, found: Letter) -> bool:
    """Make the press; what is wrong stands in the form, and nothing typed is lost."""
    token = found.token
    try:
        if press.made:
            return _issued(form, press, found)
        file, brought = None, getattr(form, "file", None)
        if brought is not None and brought.data is not None:
            file = upload_forms.take(form, brought.data, current_reader().person_id)
            if file is None:
                return False
        return bool(form.carry_out(_pressed, press=press, token=token, form=form, file=file))
    except StaleEdit as refusal:
        return _stale(form, refusal)


def _issued(form: Any, press: LetterPress, found: Letter) -> bool:
    """Number it: its file is made before anything is locked."""
    token = found.token
    for _attempt in range(issuing.TRIES):
        try:
            made = _prepared(form, press, _found(token)).made()
        except DomainError as refusal:
            database.session().rollback()
            form.refuse(refusal.by_field())
            return False
        try:
            return bool(form.carry_out(_kept, press=press, token=token, form=form, made=made))
        except _Again:
            continue
    form.add_error("", NumberTaken().message)
    return False


class _Again(StaleEdit):
    """Another number comes next by now."""


def _prepared(form: Any, press: LetterPress, found: Letter) -> issuing.Prepared:
    session, now = database.session(), clock.moment()
    chosen = None
    if "signatory" in form:
        able = signatories.choices(session, now.on)
        chosen = next((one for one in able if one.key == form.signatory.data), None)
        if chosen is None:
            raise FieldError("signatory", _l("Choose who signs"))
    head = issuing.Letterhead.of(settings_of(current_app))
    given: dict[str, Any] = {"reader": current_reader(), "letter": found, "head": head, "move": press.move}
    return issuing.compose(session, now, **given, signatory=chosen)


def _kept(session: Session, now: Moment, *, press: LetterPress, token: str, form: Any, made: issuing.Prepared) -> None:
    """In the unit of work of the form."""
    found = _found(token)
    given: dict[str, Any] = {"version": form.version.data or 0, "seen": form.seen.data or "", "made": made}
    try:
        issuing.issue(
            session,
            now,
            reader=current_reader(),
            letter_id=found.id,
            move=press.move,
            folder=settings_of(current_app).files_folder,
            **given,
        )
    except NumberTaken as taken:
        raise _Again(taken.message, None) from None
    _tell(session, now, found)


def _pressed(
    session: Session, now: Moment, *, press: LetterPress, token: str, form: Any, file: StoredUpload | None
) -> None:
    """In the unit of work of the form."""
    found = _found(token)
    presses.make(session, now, press=press, reader=current_reader(), letter=found, form=form, file=file)
    _tell(session, now, found)


def _written(form: Any, found: Letter) -> list[tuple[Any, str]] | None:
    """Keep the words: an empty list where they are kept, none where they were refused, and where somebody else changed
    them meanwhile those that stand."""
    token = found.token
    try:
        return [] if form.carry_out(_write, token=token, form=form) else None
    except StaleEdit as refusal:
        _stale(form, refusal)
        stands = _found(token)
        form.version.data = stands.version
        return [(form[name].label.text, stands.words[name]) for name in service.PASSAGES[Kind(stands.kind)]]


def _write(session: Session, now: Moment, *, token: str, form: Any) -> None:
    found = _found(token)
    service.write(
        session,
        now,
        reader=current_reader(),
        letter_id=found.id,
        version=form.version.data or 0,
        words={name: form[name].data for name in service.PASSAGES[Kind(found.kind)]},
        answer_by=form.answer_by.data if "answer_by" in form else None,
    )


def _drafted(session: Session, now: Moment, *, agency_id: int) -> str:
    made = service.draft(session, now, reader=current_reader(), agency_id=agency_id)
    _tell(session, now, made)
    return made.token


def _tell(session: Session, now: Moment, found: Letter) -> None:
    telling.tell(session, now, found, settings_of(current_app).site, but=current_reader().person_id)


def _stale(form: Any, refusal: StaleEdit) -> bool:
    database.session().rollback()
    form.add_error("", refusal.message)
    form.seen.data = None
    return False


def _history(session: Session, found: Letter) -> list[dict[str, Any]]:
    """Every move, the latest first, with what was said and the files that came."""
    files: dict[int, list[dict[str, Any]]] = {}
    for one in queries.files_of(session, found.id):
        href = url_for("monitoring.letter_file", token=found.token, file=one.token)
        files.setdefault(one.move_id, []).append({"name": one.name, "href": href, "size": format_size(one.size)})
    return [
        {
            "when": format_instant(row.LetterMove.at),
            "what": str(words.MOVES[Move(row.LetterMove.move)]) + _beside(row.LetterMove.detail),
            "who": _who(row),
            "quote": row.LetterMove.text,
            "files": files.get(row.LetterMove.id),
        }
        for row in reversed(queries.moves_of(session, found.id))
    ]


def _beside(detail: Any) -> str:
    number = (detail or {}).get("number")
    return f" · {number}" if number else ""


def _who(row: Any) -> str | None:
    if row.who is None:
        return _("the product")
    office = f", {LABELS[Office(row.LetterMove.office)]}" if row.LetterMove.office else ""
    return in_whose_name(row.who, row.whose) + office
