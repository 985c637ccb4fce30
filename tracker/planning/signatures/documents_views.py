"""The documents of many commitments at once: asked for by one press, how far they are, and what came of each."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.agencies.offices import LABELS, Office
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import _, _l, format_instant, format_number, text_by_language
from tracker.core.web.forms import Checkboxes, Form, Select
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.dossiers import dossier_list
from tracker.programmes import queries
from tracker.signing.constraints import ONE_RUN
from tracker.signing.documents import bulk, bulk_queries, signatories
from tracker.signing.documents.bulk_queries import Progress
from tracker.signing.documents.signatories import Signatory

ALL, SOME = "all", "some"  # presses
LISTED = 10  # runs


@blueprint.route("/programmes/<code>/documents", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def documents(code: str) -> Any:
    """What is agreed, and a press that has the documents of all of it made, or of some; below, what was so far."""
    session = database.session()
    programme = queries.programme(session, code)
    rows = bulk.waiting(session, programme.id)
    able = signatories.choices(session, clock.today())
    form = _form(rows, able)
    if form.is_submitted():
        under_way = _under_way(bulk_queries.latest(session, programme.id, 1))
        if under_way is not None:
            flash(str(ONE_RUN), "warning")
            return redirect(_page_of(code, under_way), 303)
        chosen = _chosen(form, rows)
        if form.validate() and form.carry_out(
            _ask, programme_id=programme.id, chosen=chosen, signs=form.signatory.data if able else None
        ):
            return redirect(url_for("planning.documents_run", code=code, token=form.result), 303)
    runs = bulk_queries.latest(session, programme.id, LISTED)
    page = render_template(
        "planning/documents.html",
        form=form,
        programme=programme,
        count=len(rows),
        runs=[_line(code, one) for one in runs],
        under_way=_page_of(code, under_way) if (under_way := _under_way(runs)) else None,
        back=url_for("planning.commitments", programme=code),
    )
    return page, 400 if form.all_errors() else 200


@blueprint.get("/programmes/<code>/documents/<token>")
@action(Action.PREPARE_PROGRAMME)
def documents_run(code: str, token: str) -> Any:
    """How far it has come, and then what came of it. A part of the page that asks again by htmx is told when it is
    done."""
    session = database.session()
    programme = queries.programme(session, code)
    found = bulk_queries.by_token(session, programme.id, token)
    if found is None:
        raise NotFound(_("There is no such page."))
    done = found.run.finished_at is not None
    if request.headers.get("HX-Request") and done:
        return "", 200, {"HX-Refresh": "true"}
    return render_template(
        "planning/documents_run.html",
        programme=programme,
        run=_line(code, found),
        begun=found.percent > 0 or found.run.tries > 0,
        done=done,
        refused=[
            {
                "href": url_for("planning.commitment", token=one.token),
                "body": text_by_language(one.name),
                "code": one.code,
                "reason": text_by_language(one.reason),
            }
            for one in bulk_queries.refused(session, found.run.id)
        ],
        made=[
            {
                "href": url_for("signing.document", address=one.address),
                "number": f"{one.number:02d}/{one.symbol}",
                "body": text_by_language(one.name),
                "code": one.code,
                "pages": one.pages,
                "cancelled": one.cancelled_at is not None,
            }
            for one in (bulk_queries.made(session, found.run.id) if done else ())
        ],
        back=url_for("planning.documents", code=code),
    )


def _form(rows: Sequence[Any], able: Sequence[Signatory]) -> Any:
    """Each choice names the version that is shown, so that nothing is made of other terms. Who signs for the PPC is
    asked for once."""
    choices = [
        (f"{one.token}.{one.version}", f"{text_by_language(one.agency_name)} · {dossier_list.KINDS[one.kind]}")
        for one in rows
    ]
    fields: dict[str, Any] = {"chosen": Checkboxes(_l("Commitments that are agreed"), choices=choices)}
    if able:
        look = {"hint": _l("Nobody else can then sign them")}
        people = [(one.key, one.label) for one in able]
        fields["signatory"] = Select(_l("Signs for the People's Committee"), choices=people, look=look)
    return type("DocumentsForm", (Form,), fields)()


def _chosen(form: Any, rows: Sequence[Any]) -> dict[int, int]:
    ticked = None if request.form.get("do") == ALL else set(form.chosen.data or ())
    return {one.id: one.version for one in rows if ticked is None or f"{one.token}.{one.version}" in ticked}


def _ask(session: Session, now: Moment, *, programme_id: int, chosen: dict[int, int], signs: str | None) -> str:
    """In the unit of work of the form: the token."""
    whom: dict[str, Any] = {"chosen": chosen, "signatory_id": int(signs) if signs else None}
    return bulk.ask(session, now, reader=current_reader(), programme_id=programme_id, **whom).token


def _under_way(runs: Sequence[Progress]) -> Progress | None:
    """What is not done yet: of a programme one at a time, so the latest."""
    return next((one for one in runs if one.run.finished_at is None), None)


def _page_of(code: str, one: Progress) -> str:
    return url_for("planning.documents_run", code=code, token=one.run.token)


def _line(code: str, one: Progress) -> dict[str, Any]:
    """A run as its page and the list tell it."""
    return {
        "href": _page_of(code, one),
        "asked": format_instant(one.run.asked_at),
        "who": one.asked_by,
        "office": str(LABELS[Office(one.run.office)]),
        "mark": ("good", "check", _("Done")) if one.run.finished_at else ("info", "ring", _("Being made")),
        "made": format_number(one.made),
        "refused": format_number(one.refused) if one.refused else None,
        "total": format_number(one.total),
        "percent": one.percent,
    }
