"""One sign: what it rests on, why it raises a question, what was said; and saying something."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.agencies.offices import LABELS, Office, in_whose_name
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.languages import Text, _, _l, format_instant, text_by_language
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.signs.sign_forms import CloseForm, SayForm
from tracker.permissions.guard import current_reader
from tracker.signs import queries, service, telling, words
from tracker.signs.finders import Kind
from tracker.signs.models import Sign, SignWord
from tracker.signs.moves import TABLE, Conclusion, Move, State

Answer = Any


@dataclass(frozen=True, slots=True)
class Press:
    """One thing to say: how it is called, what its text is, what is told once it is said."""

    label: Text
    text: Text
    hint: Text
    done: Text


PRESSES: Mapping[Move, Press] = {
    Move.ASK: Press(
        _l("Ask the body"),
        _l("What you ask"),
        _l("Its head answers. No status and no score changes by it."),
        _l("The body is asked."),
    ),
    Move.ANSWER: Press(
        _l("Answer the People's Committee"),
        _l("Your answer"),
        _l("How the figure came about, and where that can be looked up"),
        _l("Your answer is with the People's Committee."),
    ),
    Move.CLOSE: Press(
        _l("Close it"),
        _l("The conclusion in a sentence"),
        _l("It stays here, with all that was said. The body sees it where it was asked."),
        _l("It is closed."),
    ),
}


@blueprint.get("/signs/<token>")
@action(Action.SEE_SIGNS)
def sign(token: str) -> str:
    """What it rests on, why it raises a question, and what was said about it."""
    found = _found(token)
    return _page("monitoring/signs/sign.html", found, presses=_possible(found))


@blueprint.route("/signs/<token>/words/<press>", methods=["GET", "POST"])
@action(Action.SEE_SIGNS)
def say_about_sign(token: str, press: str) -> Answer:
    """Ask, answer or close; the words stand in the form where something is wrong."""
    found = _found(token)
    if press not in set(Move):
        raise NotFound(_l("There is no such step."))
    one = Move(press)
    back, told = url_for("monitoring.sign", token=token), PRESSES[one]
    if one not in _possible(found):
        flash(_("This is not to be said now: look at where the sign stands."), "warning")
        return redirect(back, 303)
    form: Any = CloseForm() if one is Move.CLOSE else SayForm()
    form.ask(told.text, told.hint)
    if form.validate_on_submit() and _said(form, found, one):
        flash(str(told.done), "success")
        return redirect(back, 303)
    if not form.is_submitted():
        form.version.data = found.version
    page = _page("monitoring/signs/say.html", _found(token), form=form, press=told, back=back)
    return page, 400 if form.all_errors() else 200


def _said(form: Any, found: Sign, move: Move) -> bool:
    token = found.token
    try:
        return bool(form.carry_out(_say, sign_id=found.id, move=move, form=form))
    except StaleEdit as refusal:
        database.session().rollback()
        form.refuse({"text": refusal.message})
        form.version.data = _found(token).version  # what was said meanwhile stands on the page
        return False


def _say(session: Session, now: Moment, sign_id: int, move: Move, form: Any) -> SignWord:
    chosen = form.conclusion.data if move is Move.CLOSE else None
    word = service.say(
        session,
        now,
        reader=current_reader(),
        sign_id=sign_id,
        version=form.version.data,
        move=move,
        text=form.text.data or "",
        conclusion=Conclusion(chosen) if chosen else None,
    )
    telling.tell(session, now, session.get_one(Sign, sign_id), settings_of(current_app).site)
    return word


def _found(token: str) -> Sign:
    found = queries.by_token(database.session(), token, queries.visible(current_reader()))
    if found is None:
        raise NotFound(service.NO_SIGN)
    return found


def _possible(found: Sign) -> list[Move]:
    """What the reader can say now."""
    reader = current_reader()
    return [
        move
        for move, (states, _after, needed) in TABLE.items()
        if State(found.state) in states and reader.may(needed, found.agency_id)
    ]


def _page(template: str, found: Sign, **more: Any) -> str:
    kind = Kind(found.kind)
    return render_template(
        template,
        sign=found,
        heading=str(words.KINDS[kind]),
        sentence=words.sentence(kind, found.detail),
        why=str(words.WHY[kind]),
        state=(*words.TONES[State(found.state)], str(words.STATES[State(found.state)])),
        body=text_by_language(found.agency.name),
        labels={move: press.label for move, press in PRESSES.items()},
        history=_history(database.session(), found),
        as_at=format_instant(clock.moment().at),
        **more,
    )


def _history(session: Session, found: Sign) -> list[dict[str, Any]]:
    """All that was said, the latest first."""
    return [
        {
            "when": format_instant(row.SignWord.at),
            "what": _what(row.SignWord),
            "who": f"{in_whose_name(row.who, row.whose)}, {LABELS[Office(row.SignWord.office)]}",
            "quote": row.SignWord.text,
        }
        for row in reversed(queries.words_of(session, found.id))
    ]


def _what(word: SignWord) -> str:
    told = str(words.MOVES[Move(word.move)])
    return f"{told} · {words.CONCLUSIONS[Conclusion(word.conclusion)]}" if word.conclusion else told
