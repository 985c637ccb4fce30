"""Asking bodies for what they have not reported: chosen on the page of who has not, shown with every receiver, sent."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.commitments.models import Target
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.extensions import settings_of
from tracker.core.languages import _, _l, _n, capital, format_day, format_instant, text_by_language
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.reminding.asking_form import AskForm, address
from tracker.monitoring.reminding.missing_views import Asked, asked_of, body_url
from tracker.monitoring.viewpoint import page_values, viewpoint
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.programmes.words import period_name
from tracker.reminders.asking import missing
from tracker.reminders.asking import service as asking
from tracker.reminders.asking.service import Foreseen, To
from tracker.reminders.words import AUDIENCES

EVERYBODY = "all"
Answer = Any


@blueprint.post("/ask-for-reports")
@action(Action.ASK_FOR_REPORTS)
def ask_for_reports() -> Answer:
    """First who would get it, when and how; pressed again with nothing changed, it leaves."""
    session = database.session()
    seen = viewpoint(session)
    asked = asked_of(session, seen) if seen.programme else None
    if asked is None:
        raise NotFound(_l("There is no such programme."))
    back = _back(asked)
    chosen = _chosen(session, asked)
    if not chosen:
        flash(_("Tick the bodies that you ask. Only what is owed by now can be asked for."), "information")
        return redirect(back, 303)
    form = AskForm()
    foreseen = asking.foresee(session, seen.now, asked.period, chosen)
    if form.validate():
        shown = _shown(foreseen, form.sentence.data)
        if form.seen.data == shown and form.carry_out(_ask, asked=asked, target_ids=chosen, form=form):
            flash(_told(form.result), "success")
            return redirect(back, 303)
        form.seen.data = shown
    else:
        form.seen.data = ""
    page = render_template(
        "monitoring/ask_for_reports.html",
        **page_values(
            seen,
            form=form,
            ask_url=address(seen, asked.period),
            asked=asked,
            back=back,
            tokens=missing.tokens(session, chosen),
            period=period_name(asked.period.code),
            reports=foreseen.reports,
            people=len({one.person_id for one in foreseen.receivers}),
            rows=_rows(session, foreseen),
            silent=_names(session, foreseen.nobody_in),
            morning=format_day(foreseen.morning),
            at_once=foreseen.at_once,
            may_send=bool(form.seen.data) and bool(foreseen.receivers),
        ),
    )
    return page, 422 if form.all_errors() else 200


def _chosen(session: Session, asked: Asked) -> list[int]:
    """The targets that are asked for: of all bodies that owe, of those that were ticked or pressed, or single ones."""
    visible = [restrict(Target.agency_id, current_reader(), Action.ASK_FOR_REPORTS)]
    tokens = request.form.getlist("target")
    if tokens:
        visible.append(Target.token.in_(tokens))
    found = missing.of_period(session, asked.seen.now.on, asked.period, *visible)
    pressed = request.form.get("ask", "")
    if not tokens and pressed != EVERYBODY:
        codes = {pressed} if pressed else set(request.form.getlist("body"))
        names = agencies.names(session, list(found))
        found = {key: body for key, body in found.items() if names[key][0] in codes}
    return [figure.target_id for body in found.values() for figure in body.to_ask]


def _ask(session: Session, now: Moment, *, asked: Asked, target_ids: list[int], form: AskForm) -> Foreseen:
    """In the unit of work of the form."""
    return asking.ask(
        session,
        now,
        reader=current_reader(),
        period=asked.period,
        target_ids=target_ids,
        sentence=form.sentence.data or "",
        site=settings_of(current_app).site,
    )


def _told(found: Foreseen) -> str:
    """What was done by the press: how many are told at once, and how many later."""
    now = {one.person_id for one in found.receivers if found.leaves_now(one)}
    later = {one.person_id for one in found.receivers} - now
    told = []
    if now:
        told.append(_n("%(num)s person is told now", "%(num)s people are told now", len(now)))
    if later:
        day = format_day(found.morning)
        told.append(_n("%(num)s person on %(day)s at 07:30", "%(num)s people on %(day)s at 07:30", len(later), day=day))
    return capital("; ".join(told)) + "."


def _shown(foreseen: Foreseen, sentence: str | None) -> str:
    """What was shown: to whom, about how much, when, and in which words."""
    told = sorted((one.person_id, one.agency_id, one.reports, foreseen.leaves_now(one)) for one in foreseen.receivers)
    return repr((told, sentence))


def _rows(session: Session, foreseen: Foreseen) -> list[dict[str, str | int]]:
    bodies = agencies.names(session, {one.agency_id for one in foreseen.receivers})

    def row(one: To) -> dict[str, str | int]:
        when = _("now") if foreseen.leaves_now(one) else _("%(day)s, 07:30", day=format_day(foreseen.morning))
        why = _("got a mail today, %(at)s", at=format_instant(one.told_at)) if one.told_at else ""
        return {
            "body": text_by_language(bodies[one.agency_id][1]),
            "name": one.name,
            "office": str(AUDIENCES[one.audience]),
            "reports": one.reports,
            "when": when,
            "why": why,
        }

    return sorted(map(row, foreseen.receivers), key=lambda one: str(one["body"]))


def _names(session: Session, agency_ids: set[int]) -> list[str]:
    return sorted(text_by_language(name) for _code, name in agencies.names(session, agency_ids).values())


def _back(asked: Asked) -> str:
    """Where one came from: the page of one body, or of all."""
    code = request.form.get("from", "")
    if code:
        return body_url(asked.seen, code, asked.period.code)
    return asked.url("monitoring.unreported")
