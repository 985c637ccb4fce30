"""Mails that failed for good: to whom, about what, why; and a press that sends one again."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import flash, make_response, redirect, render_template, request

from tracker.accounts.pages.shortcuts import mine
from tracker.administration.blueprint import blueprint
from tracker.core.actions import Action, action
from tracker.core.cursors import LARGEST_KEY
from tracker.core.db import database
from tracker.core.db.searching import searched
from tracker.core.db.sorting import by_name
from tracker.core.errors import NotFound
from tracker.core.languages import _, _l
from tracker.core.tables import Column, Filter, Listing, SortKey, counted, fetch_page, read_query, whole_number
from tracker.core.web.forms import Form
from tracker.mail import service, words
from tracker.mail.models import FAILED, OutboxMail
from tracker.people.models import Person

_M = sa.inspect(OutboxMail).local_table.c
_P = sa.inspect(Person).local_table.c

MAILS = Listing(
    columns=(
        Column("to", _l("Receiver"), (by_name(_P.sort_key),)),
        Column("kind", _l("Kind of mail"), (SortKey(_M.kind),)),
        Column("created_at", _l("Written"), (SortKey(_M.created_at, datetime),)),
        Column("fate", _l("What became of it")),
    ),
    default_sort="-created_at",
    identity=SortKey(_M.id, int),
    filters=(
        searched("q", _l("Name or address"), _P.search_key),
        Filter("kind", _l("Kind of mail"), lambda code: _M.kind == code, choices=tuple(words.KINDS.items())),
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
    form, actor_id = Form(), mine().person_id
    if form.validate_on_submit():
        mail_id = request.form.get("mail", 0, type=whole_number(1, LARGEST_KEY - 1))
        try:
            form.carry_out(service.queue_again, mail_id=mail_id, actor_id=actor_id)
            flash(_("The mail leaves within a minute, if what it says is still due."), "success")
        except NotFound:
            flash(_("Somebody has sent this mail again already."), "warning")
        return redirect(request.full_path.rstrip("?"), 303)
    query = read_query(MAILS, request.args, request.path)
    page, count = fetch_page(database.session(), _ROWS, query), counted(database.session(), _ROWS, query)
    shown = render_template("administration/failed_mails.html", query=query, page=page, count=count, words=words)
    return make_response(shown, 400 if form.errors else 200)
