"""The end of a programme: its commitments assessed, one by one or all at once, and what came of each."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.agencies.choices import told_apart
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import closing as life_end
from tracker.commitments.life.life_words import STATES
from tracker.commitments.life.lineage import tokens_of
from tracker.commitments.life.states import Move, State
from tracker.compliance.closing import service as closing
from tracker.compliance.closing import taking_over
from tracker.compliance.closing.service import Done, Row
from tracker.compliance.closing.taking_over import Origin
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import DomainError, NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.languages import _, _n, format_day, text_by_language
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.dossiers import closing_words, dossiers, reminding
from tracker.planning.dossiers.dossier_forms import AssessForm, TakeOverForm
from tracker.planning.dossiers.dossier_list import MARKS
from tracker.programmes import queries as programmes
from tracker.signing.documents import assessment_form, freezing


@blueprint.get("/commitments/<token>/assessment")
@action(Action.SEE_COMMITMENTS)
def assessment(token: str) -> str:
    """What came of a commitment, as its head was shown it, and as it is frozen once it is closed."""
    dossier, session = dossiers.of_address(token), database.session()
    found = life_end.shown(session, dossier.id)
    if found is None:
        raise NotFound(_("There is no assessment of this commitment yet."))
    shown, said = found
    whole = closing.whole(dossier, shown, said)
    told = assessment_form.told(whole)
    on, known_on = (whole["assessment"][name] for name in ("on", "known_on"))
    return render_template(
        "planning/assessment.html",
        dossier=dossier,
        body=dossiers.body_of(session, dossier),
        back=dossiers.page_of(dossier),
        made=freezing.assessment_of(session, dossier),
        on=format_day(date.fromisoformat(on)),
        known_on=format_day(date.fromisoformat(known_on)),
        until=dossier.statement_until and format_day(dossier.statement_until),
        pages=_pages(session, dossier, on, known_on),
        may_state=dossiers.can(current_reader(), dossier, Move.STATE),
        may_close=dossiers.can(current_reader(), dossier, Move.CLOSE),
        **told,
    )


@blueprint.route("/programmes/<code>/closing", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def close_programme(code: str) -> Any:
    """Every commitment of a programme with what it waits for; whatever is ready is assessed by one press."""
    session, now = database.session(), clock.moment()
    programme = programmes.programme(session, code)
    end = closing.end_of(session, programme.id)
    form = AssessForm(data={"until": end.usual(now.on)})
    if form.validate_on_submit() and form.carry_out(_assess_all, programme_id=programme.id, form=form):
        _tell(form.result)
        return redirect(url_for("planning.close_programme", code=code), 303)
    rows = closing.rows_of(session, programme.id)
    page = render_template(
        "planning/closing.html",
        form=form,
        programme=programme,
        rows=[_row(one, named, programme.code) for one, named in zip(rows, _names(rows), strict=True)],
        ready=sum(row.ready for row in rows),
        over=now.on >= end.ready_on,
        ready_on=format_day(end.ready_on),
        most=closing.AT_ONCE,
        back=url_for("planning.commitments", programme=code),
    )
    return page, 400 if form.all_errors() else 200


def _assess_all(session: Session, now: Moment, *, programme_id: int, form: Any) -> Done:
    """In the unit of work of the form: assessed, and each head told."""
    reader = current_reader()
    done = closing.assess_all(session, now, reader=reader, programme_id=programme_id, until=form.until.data)
    if not done.assessed:
        raise DomainError(_("Nothing is ready to be assessed."))
    for dossier_id in done.assessed:
        dossier = session.get_one(Dossier, dossier_id)
        reminding.tell(session, now, reader=reader, dossier=dossier, site=settings_of(current_app).site)
    return done


def _tell(done: Done) -> None:
    count = len(done.assessed)
    flash(_n("%(num)s commitment is assessed.", "%(num)s commitments are assessed.", count), "success")
    if done.left:
        left = _n("%(num)s more is ready: press again.", "%(num)s more are ready: press again.", done.left)
        flash(left, "warning")


def _names(rows: Sequence[Row]) -> list[str]:
    """The bodies' names, told apart where two are called alike."""
    by_code = dict(told_apart({row.body.id: row.body for row in rows}.values()))
    return [by_code[row.body.code] for row in rows]


def _row(row: Row, name: str, programme: str) -> dict[str, Any]:
    state, second = row.state, [(_("another commitment of this body is taken in already"), None)] if row.second else []
    return {
        "body": name,
        "number": row.commitment.number,
        "href": url_for("planning.commitment", token=row.dossier.token) if row.dossier else None,
        "mark": (*MARKS[state], str(STATES[state])),
        "until": row.dossier and row.dossier.statement_until and format_day(row.dossier.statement_until),
        "waits": closing_words.links(current_reader(), row.waiting, row.body.code, programme) + second
        if state is not State.CLOSED
        else [],
    }


def _pages(session: Session, dossier: Dossier, on: str, known_on: str) -> dict[str, str]:
    """The page of each target, as that day is known on the other, by code."""
    by_code = life_end.ids_by_code(session, dossier)
    tokens = tokens_of(session, by_code.values())
    return {
        code: url_for("monitoring.target", token=tokens[one], on=on, known_on=known_on) for code, one in by_code.items()
    }


@blueprint.route("/commitments/<token>/take-over", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def take_over(token: str) -> Any:
    """What the body did not meet in programmes that are over: chosen target by target for its draft."""
    dossier, session, now = dossiers.of_address(token), database.session(), clock.moment()
    found = taking_over.origins(session, dossier, now.on)
    form = TakeOverForm(data={"version": dossier.version})
    free = [one for one in found if one.taken is None]
    form.targets.choices = [(str(one.target_id), _choice(one)) for one in free]
    if form.validate_on_submit() and _taken_over(form, dossier):
        flash(_n("%(num)s target is taken over.", "%(num)s targets are taken over.", form.result), "success")
        return redirect(dossiers.page_of(dossier), 303)
    page = render_template(
        "planning/take_over.html",
        form=form,
        body=dossiers.body_of(session, dossier),
        free=free,
        taken=[_taken(one) for one in found if one.taken is not None],
        may=dossiers.can(current_reader(), dossier, Move.CHANGE),
        back=dossiers.page_of(dossier),
    )
    return page, 400 if form.all_errors() else 200


def _taken_over(form: Any, dossier: Dossier) -> bool:
    try:
        return bool(form.carry_out(_take_over, dossier_id=dossier.id, form=form))
    except StaleEdit as refusal:
        database.session().rollback()
        form.add_error("", refusal.message)
        form.version.data = dossiers.of_address(dossier.token).version
        return False


def _take_over(session: Session, now: Moment, *, dossier_id: int, form: Any) -> int:
    """In the unit of work of the form."""
    ids = [int(one) for one in form.targets.data]
    version, reader = form.version.data or 0, current_reader()
    return taking_over.take_over(session, now, reader=reader, dossier_id=dossier_id, version=version, target_ids=ids)


def _choice(one: Origin) -> str:
    told = assessment_form.in_short(one.terms, one.result)
    return f"{one.terms['code']} · {text_by_language(one.terms['title'])} ({text_by_language(one.programme)}): {told}"


def _taken(one: Origin) -> tuple[str, str, str]:
    if one.taken is None:
        raise ValueError("nothing continues it")
    by = f"{one.taken.code} · {text_by_language(one.taken.programme)}"
    href = url_for("planning.commitment", token=one.taken.dossier)
    return f"{one.terms['code']} · {text_by_language(one.terms['title'])}", by, href
