"""Mails that failed for good: to whom, about what, why; presses that send one or all of them again, or drop one with a
reason; and the list as a file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, make_response, redirect, render_template, request

from tracker.accounts.pages.shortcuts import mine
from tracker.administration.blueprint import blueprint
from tracker.core.actions import Action, action
from tracker.core.cursors import LARGEST_KEY
from tracker.core.db import database
from tracker.core.db.searching import searched
from tracker.core.db.sorting import by_name
from tracker.core.errors import NotFound
from tracker.core.files.sheets import every_row
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, _l, _n
from tracker.core.tables import (
    Column,
    Filter,
    Listing,
    ListQuery,
    SortKey,
    counted,
    fetch_page,
    read_query,
    whole_number,
)
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.forms import Form
from tracker.core.web.requests import demand
from tracker.mail import deciding, words
from tracker.mail.models import FAILED, OutboxMail
from tracker.mail.queries import WHY
from tracker.people.models import Person

_M = sa.inspect(OutboxMail).local_table.c
_P = sa.inspect(Person).local_table.c

MAILS = Listing(
    columns=(
        Column("to", _l("Receiver"), (by_name(_P.sort_key),)),
        Column("kind", _l("Kind of mail"), (SortKey(_M.kind),), value=lambda row: words.kind(row.kind)),
        Column("created_at", _l("Written"), (SortKey(_M.created_at, datetime),)),
        Column("fate", _l("What became of it"), value=words.fate),
    ),
    default_sort="-created_at",
    identity=SortKey(_M.id, int),
    filters=(
        searched("q", _l("Name or address"), _P.search_key),
        Filter("kind", _l("Kind of mail"), lambda code: _M.kind == code, choices=tuple(words.KINDS.items())),
        Filter("why", _l("Why"), WHY.__getitem__, choices=tuple(words.WHYS.items())),
    ),
)
_ROWS = (
    sa.select(
        _M.id, _M.kind, _M.created_at, _M.state, _M.attempts, _M.not_before, _M.last_error,
        _P.name.label("to"), _P.token, _P.email,
    )
    .select_from(OutboxMail)
    .join(Person, Person.id == OutboxMail.person_id)
    .where(FAILED)
)  # fmt: skip


@blueprint.route("/accounts/mails", methods=["GET", "POST"])
@action(Action.MANAGE_ACCOUNTS)
def failed_mails() -> Any:
    """All that failed for good, the latest first."""
    form, query = Form(), read_query(MAILS, request.args, request.path)
    mail_id = request.form.get("mail", 0, type=whole_number(1, LARGEST_KEY - 1))
    if form.validate_on_submit():
        try:
            if _decide(form, query, request.form.get("do", ""), mail_id):
                return redirect(request.full_path.rstrip("?"), 303)
        except NotFound:
            flash(_("Somebody has decided on this mail already."), "warning")
            return redirect(request.full_path.rstrip("?"), 303)
    session = database.session()
    page, count = fetch_page(session, _ROWS, query), counted(session, _ROWS, query)
    shown = render_template(
        "administration/failed_mails.html",
        form=form,
        query=query,
        page=page,
        count=count,
        words=words,
        dropping=mail_id if form.all_errors() else None,
        reason=request.form.get("reason", ""),
        faults=[str(text) for _id, text in form.all_errors()],
        most=deciding.MOST_AT_ONCE,
    )
    return make_response(shown, 400 if form.all_errors() else 200)


def _decide(form: Form, query: ListQuery, press: str, mail_id: int) -> bool:
    """Do what was pressed; whether it was done."""
    actor_id = mine().person_id
    if press == "all":
        ids = database.session().scalars(_ROWS.with_only_columns(_M.id).where(*query.conditions())).all()
        form.carry_out(deciding.queue_all_again, mail_ids=ids, actor_id=actor_id)
        done = form.result or 0
        flash(
            _n(
                "%(num)s mail leaves within a minute, if what it says is still due.",
                "%(num)s mails leave within minutes, if what they say is still due.",
                done,
            ),
            "success",
        )
    elif press == "drop":
        reason = request.form.get("reason", "")
        if not form.carry_out(deciding.drop, mail_id=mail_id, reason=reason, actor_id=actor_id):
            return False
        flash(_("The mail is sent no more. Your reason stands in the record."), "success")
    else:
        form.carry_out(deciding.queue_again, mail_id=mail_id, actor_id=actor_id)
        flash(_("The mail leaves within a minute, if what it says is still due."), "success")
    return True


@blueprint.get("/accounts/mails.csv")
@action(Action.MANAGE_ACCOUNTS)
def failed_mails_csv() -> Response:
    """All that the filters leave, as CSV."""
    return send_csv(MAILS.columns, _every_row(), "failed-mails")


@blueprint.get("/accounts/mails.xlsx")
@action(Action.MANAGE_ACCOUNTS)
def failed_mails_xlsx() -> Response:
    """All that the filters leave, as a sheet."""
    return send_xlsx([Sheet(_("Mails that failed"), MAILS.columns, _every_row())], "failed-mails")


def _every_row() -> Iterator[Any]:
    query = read_query(MAILS, request.args, request.path)
    demand(query.notices, *query.names())
    return every_row(database.db.engine, _ROWS, query)
