"""Rankings of periods: shown to the bodies, appealed against, answered, frozen into editions, as pages and files."""

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.agencies.offices import LABELS, Office, in_whose_name
from tracker.compliance.steps.spans import points
from tracker.compliance.telling.explain import status_name
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, _l, format_instant, text_by_language
from tracker.core.tables import Column
from tracker.core.web.downloads import send_xlsx
from tracker.core.web.requests import demand
from tracker.editions import queries, service
from tracker.editions.models import RankingPreview
from tracker.editions.states import Move, State
from tracker.editions.words import MOVES, OUTCOMES, STATES, TONES, UPHELD, WAITS
from tracker.monitoring import words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.ranking import edition_rows
from tracker.monitoring.ranking.edition_forms import AnswerForm, FreezeForm, ReasonForm, ShowForm
from tracker.monitoring.viewpoint import viewpoint
from tracker.permissions.guard import current_reader
from tracker.programmes import queries as programmes
from tracker.programmes.words import period_name, period_title

Answer = Any


@blueprint.get("/ranking/editions")
@action(Action.SEE_EDITIONS)
def editions() -> str:
    """Every period's ranking, the latest first."""
    rows = [
        {
            "title": _title(row.RankingPreview),
            "programme": text_by_language(row.Programme.title),
            "href": url_for("monitoring.edition", token=row.RankingPreview.token),
            "judged_on": row.RankingPreview.judged_on,
            "until": row.RankingPreview.until,
            "state": _state(row.RankingPreview),
            "editions": row.editions,
            "waiting": row.waiting,
        }
        for row in queries.listed(database.session())
    ]
    return render_template(
        "monitoring/ranking/editions.html",
        rows=rows,
        may_show=current_reader().may(Action.PREPARE_EDITION),
        may_rank=current_reader().may(Action.SEE_BOARD),
        as_at=format_instant(clock.moment().at),
    )


@blueprint.route("/ranking/show", methods=["GET", "POST"])
@action(Action.PREPARE_EDITION)
def show_ranking() -> Answer:
    """Show the bodies the ranking of a period."""
    session = database.session()
    seen = viewpoint(session)
    programme = seen.chosen
    form: Any = ShowForm(data={"judged_on": seen.last_on, "days": service.USUAL_DAYS})
    offered = queries.periods_of(session, programme.id, clock.today())
    form.period.choices = [(one.code, period_title(one.code)) for one in offered]
    if form.validate_on_submit() and form.carry_out(_shown, code=programme.code, form=form):
        flash(_("The bodies see it now, each its own figures."), "success")
        return redirect(url_for("monitoring.edition", token=form.result), 303)
    page = render_template(
        "monitoring/ranking/form.html",
        form=form,
        title=_("Show the bodies a period’s ranking"),
        lead=_("Each head sees the figures of the own body, and can appeal against a single cell until the last day."),
        press=_("Show it to the bodies"),
        back=url_for("monitoring.editions"),
        back_title=_("Rankings of periods"),
        offered=offered,
    )
    return page, 400 if form.all_errors() else 200


@blueprint.get("/ranking/editions/<token>")
@action(Action.SEE_EDITIONS)
def edition(token: str) -> str:
    """A period's ranking: the figures that a reader may see, appeals, editions, and what can be done now."""
    session, reader, now = database.session(), current_reader(), clock.moment()
    found, programme = _found(token)
    told = queries.editions_of(session, found.id)
    figures = queries.figures_of(told[0] if told else found)
    ids = queries.agencies(session, [one["code"] for one in figures["bodies"]])
    all_rows = _sees_all()
    rows = edition_rows.rows(figures, ids, reader, every_row=bool(told) or all_rows, every_cell=all_rows)
    appeals = [row for row in queries.appeals_of(session, found.id) if _sees(row.RankingAppeal.agency_id)]
    state = State(found.state)
    open_to_appeals = state is State.FROZEN or (state is State.SHOWN and now.on <= found.until)
    freezes = state is not State.WITHDRAWN and reader.may(Action.FREEZE_EDITION)
    return render_template(
        "monitoring/ranking/edition.html",
        preview=found,
        title=_title(found),
        programme=text_by_language(programme.title),
        state=_state(found),
        groups=edition_rows.groups(rows),
        group_name=words.group_name,
        appeals=[_appeal(row) for row in appeals],
        appeals_to=open_to_appeals,
        editions=told,
        changes=edition_rows.changes(told, {code for code, one in ids.items() if all_rows or _sees(one)}),
        history=[_move(row) for row in queries.moves_of(session, found.id) if _sees(row.RankingMove.agency_id)],
        keeps=service.keeps_from(session, now, found) if freezes else [],
        freezes=freezes,
        answers=state is not State.WITHDRAWN and reader.may(Action.PREPARE_EDITION),
        withdraws=state is State.SHOWN and reader.may(Action.PREPARE_EDITION),
        all_rows=all_rows,
        as_at=format_instant(now.at),
    )


@blueprint.get("/ranking/editions/<token>.xlsx")
@action(Action.SEE_EDITIONS)
def edition_xlsx(token: str) -> Response:
    """The figures as a sheet of bodies and one of targets, as far as the reader sees them."""
    demand(())
    session, reader = database.session(), current_reader()
    found, programme = _found(token)
    told = queries.editions_of(session, found.id)
    figures = queries.figures_of(told[0] if told else found)
    ids, all_rows = queries.agencies(session, [one["code"] for one in figures["bodies"]]), _sees_all()
    rows = edition_rows.rows(figures, ids, reader, every_row=bool(told) or all_rows, every_cell=all_rows)
    about = [
        Column("programme", _l("Programme"), value=lambda one: programme.code),
        Column("period", _l("Period"), value=lambda one: found.period),
        Column("on", _l("As of"), value=lambda one: found.judged_on),
        Column("edition", _l("Edition"), value=lambda one: told[0].number if told else None),
        Column("code", _l("Code"), value=lambda one: one["body"]["code"]),
        Column("agency", _l("Body"), value=lambda one: one["body"]["name"]),
    ]
    bodies = [
        *about,
        Column("group", _l("Peer group"), value=lambda one: words.group_name(one["body"]["group"])),
        Column("rank", _l("Rank"), value=lambda one: one["body"]["rank"]),
        Column("among", _l("Ranked bodies"), value=lambda one: one["body"]["among"]),
        Column("score", _l("Score"), value=lambda one: points(one["body"]["score"])),
        Column("best", _l("Best rank possible"), value=lambda one: one["body"].get("best")),
        Column("worst", _l("Worst rank possible"), value=lambda one: one["body"].get("worst")),
        Column("judged", _l("Judged"), value=lambda one: one["body"]["judged"]),
    ]
    targets = [
        *about,
        Column("target", _l("Target code"), value=lambda one: one["cell"]["code"]),
        Column("title", _l("Target"), value=lambda one: one["cell"]["title"]),
        Column("status", _l("Status"), value=lambda one: status_name(one["cell"]["status"])),
        Column("score", _l("Score"), value=lambda one: points(one["cell"]["score"])),
        Column("weight", _l("Weight"), value=lambda one: one["cell"]["weight"]),
    ]
    cells = [{"body": row, "cell": cell} for row in rows for cell in row["targets"] or ()]
    sheets = [Sheet(_("Ranking"), bodies, [{"body": row} for row in rows]), Sheet(_("Targets"), targets, cells)]
    return send_xlsx(sheets, f"{programme.code}-{found.period}-ranking")


@blueprint.get("/ranking/editions/<token>.json")
@action(Action.FREEZE_EDITION)
def edition_json(token: str) -> Response:
    """The last edition, byte for byte as it was hashed."""
    demand(())
    found, _programme = _found(token)
    told = queries.editions_of(database.session(), found.id)
    if not told:
        raise NotFound(_l("No edition stands yet."))
    made = current_app.response_class(told[0].content.encode(), mimetype="application/json")
    made.headers["Content-Disposition"] = f"attachment; filename={found.token}-{told[0].number}.json"
    return made


@blueprint.route("/ranking/editions/<token>/cells/<cell>", methods=["GET", "POST"])
@action(Action.APPEAL_RANKING)
def appeal_ranking(token: str, cell: str) -> Answer:
    """A head appeals against one cell of the own body."""
    found, _programme = _found(token)
    told = queries.editions_of(database.session(), found.id)
    figures = queries.figures_of(told[0] if told else found)
    own = edition_rows.own_cell(database.session(), figures, cell, current_reader())
    if own is None:
        raise NotFound(_l("The ranking has no such cell."))
    form: Any = ReasonForm()
    form.ask(_l("What is wrong with it, and what shows that"))
    back = url_for("monitoring.edition", token=token)
    if form.validate_on_submit() and form.carry_out(_appealed, token=token, cell=cell, form=form):
        flash(_("The appeal is sent. Its answer will stand here."), "success")
        return redirect(back, 303)
    page = render_template(
        "monitoring/ranking/form.html",
        form=form,
        title=_("Appeal against a cell"),
        lead=_("%(title)s: %(status)s", title=own["title"], status=status_name(own["status"])),
        press=_("Send the appeal"),
        back=back,
        back_title=_title(found),
    )
    return page, 400 if form.all_errors() else 200


@blueprint.route("/ranking/editions/<token>/appeals/<appeal>", methods=["GET", "POST"])
@action(Action.PREPARE_EDITION)
def answer_appeal(token: str, appeal: str) -> Answer:
    """The PPC's monitor upholds or refuses an appeal."""
    found, _programme = _found(token)
    row = next(iter(queries.appeals_of(database.session(), found.id, appeal)), None)
    if row is None:
        raise NotFound(_l("There is no such appeal."))
    form: Any = AnswerForm()
    back = url_for("monitoring.edition", token=token)
    told = _appeal(row)
    if form.validate_on_submit() and form.carry_out(_answered, token=token, appeal=appeal, form=form):
        flash(_("The appeal is answered, and the head sees why."), "success")
        return redirect(back, 303)
    page = render_template(
        "monitoring/ranking/form.html",
        form=form,
        title=_("Answer an appeal"),
        lead=f"{told['body']} · {told['title']}",
        quote=told["reason"],
        press=_("Send the answer"),
        back=back,
        back_title=_title(found),
    )
    return page, 400 if form.all_errors() else 200


@blueprint.route("/ranking/editions/<token>/freeze", methods=["GET", "POST"])
@action(Action.FREEZE_EDITION)
def freeze_ranking(token: str) -> Answer:
    """Freeze it into the next edition by a named decision."""
    found, _programme = _found(token)
    form: Any = FreezeForm(data={"decided_on": clock.today()})
    back = url_for("monitoring.edition", token=token)
    if form.validate_on_submit() and form.carry_out(_frozen, token=token, form=form):
        flash(_("The edition stands, and never changes again."), "success")
        return redirect(back, 303)
    page = render_template(
        "monitoring/ranking/form.html",
        form=form,
        title=_("Freeze it into an edition"),
        lead=_("The figures of the day that is ranked are taken as they are known now. They can never be changed."),
        keeps=service.keeps_from(database.session(), clock.moment(), found),
        press=_("Freeze it"),
        back=back,
        back_title=_title(found),
    )
    return page, 400 if form.all_errors() else 200


@blueprint.route("/ranking/editions/<token>/withdraw", methods=["GET", "POST"])
@action(Action.PREPARE_EDITION)
def withdraw_ranking(token: str) -> Answer:
    """Withdraw a preview."""
    found, _programme = _found(token)
    form: Any = ReasonForm()
    form.ask(_l("Why it is withdrawn"))
    back = url_for("monitoring.edition", token=token)
    if form.validate_on_submit() and form.carry_out(_withdrawn, token=token, form=form):
        flash(_("The preview is withdrawn. The period can be shown anew."), "success")
        return redirect(back, 303)
    page = render_template(
        "monitoring/ranking/form.html",
        form=form,
        title=_("Withdraw the preview"),
        lead=_("What was said in it stays. Nobody appeals against it any more."),
        press=_("Withdraw it"),
        gives_up=True,
        back=back,
        back_title=_title(found),
    )
    return page, 400 if form.all_errors() else 200


def _found(token: str) -> tuple[RankingPreview, Any]:
    row = queries.by_token(database.session(), token)
    if row is None:
        raise NotFound(service.NO_PREVIEW)
    return row.RankingPreview, row.Programme


def _sees_all() -> bool:
    return edition_rows.sees_all(current_reader())


def _sees(agency_id: int | None) -> bool:
    return agency_id is None or current_reader().may(Action.SEE_EDITIONS, agency_id)


def _title(found: RankingPreview) -> str:
    return _("Ranking for %(period)s", period=period_name(found.period))


def _state(found: RankingPreview) -> tuple[str, str, str]:
    state = State(found.state)
    return (*TONES[state], str(STATES[state]))


def _appeal(row: Any) -> dict[str, Any]:
    tone, shape, label = OUTCOMES[row.outcome] if row.outcome else WAITS
    return {
        "token": row.RankingAppeal.token,
        "body": text_by_language(row.agency_name),
        "title": text_by_language(row.title),
        "status": row.RankingAppeal.status,
        "score": row.RankingAppeal.score,
        "reason": row.reason,
        "when": format_instant(row.at),
        "mark": (tone, shape, str(label)),
        "waits": row.outcome is None,
        "answer": row.answer,
    }


def _move(row: Any) -> dict[str, Any]:
    move = row.RankingMove
    who = f"{in_whose_name(row.who, row.whose)}, {LABELS[Office(move.office)]}"
    return {"when": format_instant(move.at), "what": str(MOVES[Move(move.move)]), "who": who, "quote": move.text}


def _shown(session: Session, now: Moment, *, code: str, form: Any) -> str:
    made = service.show(
        session,
        now,
        reader=current_reader(),
        programme=programmes.programme(session, code),
        period=form.period.data or "",
        judged_on=form.judged_on.data,
        days=form.days.data,
    )
    return made.token


def _appealed(session: Session, now: Moment, *, token: str, cell: str, form: Any) -> None:
    given: dict[str, Any] = {"target_token": cell, "reason": form.reason.data or ""}
    service.appeal(session, now, reader=current_reader(), preview_id=_found(token)[0].id, **given)


def _answered(session: Session, now: Moment, *, token: str, appeal: str, form: Any) -> None:
    given: dict[str, Any] = {"appeal_token": appeal, "upheld": form.outcome.data == UPHELD}
    reason = form.reason.data or ""
    service.answer(session, now, reader=current_reader(), preview_id=_found(token)[0].id, reason=reason, **given)


def _frozen(session: Session, now: Moment, *, token: str, form: Any) -> None:
    given: dict[str, Any] = {"decision": form.decision.data or "", "decided_on": form.decided_on.data}
    service.freeze(session, now, reader=current_reader(), preview_id=_found(token)[0].id, **given)


def _withdrawn(session: Session, now: Moment, *, token: str, form: Any) -> None:
    found = _found(token)[0]
    service.withdraw(session, now, reader=current_reader(), preview_id=found.id, reason=form.reason.data or "")
