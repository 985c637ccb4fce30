"""One's own page of how one is told; and for administrators what was handed to channels beside mail."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.accounts import security
from tracker.accounts.pages.shortcuts import mine
from tracker.channels import browsers, choosing, words
from tracker.channels.choosing import Wishes
from tracker.channels.forms import BrowserForm, ChannelsForm
from tracker.channels.models import ChannelCall
from tracker.channels.push import keys
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.db.searching import searched
from tracker.core.db.sorting import by_name
from tracker.core.extensions import settings_of
from tracker.core.languages import _, _l
from tracker.core.tables import Column, Filter, Listing, SortKey, counted, fetch_page, read_query
from tracker.core.web.forms import Form
from tracker.people import queries as people
from tracker.people.models import Person

blueprint = Blueprint("channels", __name__)
_C = sa.inspect(ChannelCall).local_table.c
_P = sa.inspect(Person).local_table.c

CALLS = Listing(
    columns=(
        Column("to", _l("Receiver"), (by_name(_P.sort_key),)),
        Column("channel", _l("Told by"), (SortKey(_C.channel),)),
        Column("created_at", _l("Written"), (SortKey(_C.created_at, datetime),)),
        Column("fate", _l("What became of it")),
    ),
    default_sort="-created_at",
    identity=SortKey(_C.id, int),
    filters=(
        searched("q", _l("Name or address"), _P.search_key),
        Filter("channel", _l("Told by"), lambda code: _C.channel == code, choices=words.CALLED),
        Filter("state", _l("What became of it"), lambda code: _C.state == code, choices=tuple(words.STATES.items())),
    ),
)
_ROWS = (
    sa.select(
        _C.id, _C.channel, _C.created_at, _C.state, _C.attempts, _C.not_before, _C.sent_at, _C.answer, _C.token,
        _P.name.label("to"), _P.token.label("person"),
    )
    .select_from(ChannelCall)
    .join(Person, Person.id == ChannelCall.person_id)
)  # fmt: skip


@blueprint.route("/account/channels", methods=["GET", "POST"])
@action(Action.HOME)
def own() -> Any:
    """By what one is told, from which hour on, and in which browsers."""
    session, person_id, settings = database.session(), mine().person_id, settings_of(current_app)
    gateway = bool(settings.webhook_url)
    now = choosing.of_person(session, person_id, gateway=gateway)
    form = ChannelsForm(gateway=gateway, data=vars_of(now))
    if form.validate_on_submit() and form.carry_out(_choose, actor_id=person_id, form=form, was=now, gateway=gateway):
        flash(_("It is kept: from the next reminder on you are told like that."), "success")
        return redirect(url_for("channels.own"), 303)
    key = keys.own(settings)
    page = render_template(
        "channels/own.html",
        form=form,
        browsers=browsers.browsers_of(session, person_id),
        push_key=keys.public_of(key) if key else None,
        is_broken=people.has_broken_address(session, person_id),
    )
    return make_response(page, 400 if form.errors else 200)


def vars_of(wishes: Wishes) -> dict[str, Any]:
    """The wishes as the form shows them."""
    return {name: getattr(wishes, name) for name in ("by_mail", "by_gateway", "phone", "hour")}


def _choose(session: Session, now: Moment, *, actor_id: int, form: ChannelsForm, was: Wishes, gateway: bool) -> None:
    wishes = Wishes(
        by_mail=bool(form.by_mail.data),
        by_gateway=bool(form.by_gateway.data) if gateway else was.by_gateway,
        phone=(form.phone.data or "") if gateway else was.phone,
        hour=form.hour.data or "",
    )
    choosing.choose(session, now, actor_id=actor_id, wishes=wishes, gateway=gateway)


@blueprint.post("/account/browsers")
@action(Action.HOME)
def add_browser() -> Any:
    """Be told in this browser too."""
    form, person_id, device = BrowserForm(), mine().person_id, security.device()
    services = settings_of(current_app).push_hosts
    given = browsers.Subscribed(
        endpoint=form.endpoint.data or "",
        public_key=form.p256dh.data or "",
        secret=form.auth.data or "",
        browser=device.browser or "",
        system=device.system or "",
    )
    if form.validate_on_submit() and form.carry_out(
        browsers.add_browser, actor_id=person_id, given=given, services=services
    ):
        flash(_("From the next reminder on this browser tells you how many things wait."), "success")
    else:
        flash(
            " ".join(str(text) for _id, text in form.all_errors()) or _("The browser gave no keys. Try once more."),
            "error",
        )
    return redirect(url_for("channels.own") + "#browsers", 303)


@blueprint.post("/account/browsers/<token>/remove")
@action(Action.HOME)
def remove_browser(token: str) -> Any:
    """Be told no more in a browser."""
    form, person_id = Form(), mine().person_id
    if form.validate_on_submit() and form.carry_out(browsers.remove_browser, actor_id=person_id, token=token):
        flash(_("That browser tells you nothing more."), "success")
    return redirect(url_for("channels.own") + "#browsers", 303)


@blueprint.get("/accounts/messages")
@action(Action.MANAGE_ACCOUNTS)
def calls() -> Any:
    """What was handed to browsers and the gateway, the latest first, and what they answered."""
    query = read_query(CALLS, request.args, request.path)
    session = database.session()
    page, count = fetch_page(session, _ROWS, query), counted(session, _ROWS, query)
    return render_template("channels/calls.html", query=query, page=page, count=count, words=words)
