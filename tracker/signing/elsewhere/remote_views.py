"""Pages of signing by a provider that keeps the signer's key: asking, and waiting for the confirmation on the phone.
They hold nobody up: the scheduler speaks with the provider, a page only looks."""

from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.extensions import settings_of
from tracker.core.languages import _l, format_instant, text_by_language
from tracker.core.web.forms import AtMost, Form, Required, TextField
from tracker.permissions.guard import current_reader
from tracker.signing.blueprint import blueprint
from tracker.signing.elsewhere import remote
from tracker.signing.models import RemoteSigning
from tracker.signing.names import called
from tracker.signing.outside.outside_views import document_within, why_not
from tracker.signing.outside.trusted import trusted


class AccountForm(Form):
    """By what the provider knows the signer."""

    account = TextField(
        _l("Your account at the provider"),
        [Required(_l("Enter your account at the provider")), AtMost(remote.LONGEST_ACCOUNT)],
        look={
            "hint": _l("As you registered there. It is kept until this request ends, and no longer."),
            "autocomplete": "off",
            "width": 20,
        },
    )


class StopForm(Form):
    """One press."""


@blueprint.route("/documents/<address>/remote", methods=["GET", "POST"])
@action(Action.SEE_TARGET)
def sign_remotely(address: str) -> Any:
    """Ask the provider for a signature of this document."""
    made, form, settings = document_within(address), AccountForm(), settings_of(current_app)
    session, reader = database.session(), current_reader()
    standing = remote.open_of(session, made.id)
    if standing is not None and standing.person_id == reader.person_id and _why_over(standing) is None:
        return redirect(url_for("signing.remote_state", address=address, token=standing.token), 303)
    if form.validate_on_submit():
        account = (form.account.data or "").strip()
        given: dict[str, Any] = {"reader": reader, "document_id": made.id, "account": account}
        if form.carry_out(remote.ask, settings=settings, **given):
            return redirect(url_for("signing.remote_state", address=address, token=form.result.token), 303)
        made = document_within(address)
    page = render_template(
        "signing/remote.html",
        form=form,
        made=made,
        title=called(made),
        provider=settings.csc_name,
        refusal=why_not(made) if settings.csc_url else str(remote.NO_PROVIDER),
        trusts=bool(trusted(settings.instance).certificates),
    )
    return make_response(page, 400 if form.all_errors() else 200)


@blueprint.get("/documents/<address>/remote/<token>")
@action(Action.SEE_TARGET)
def remote_state(address: str, token: str) -> str:
    """How far a request is: it leads on by itself, and may be closed and opened again."""
    row = _row(address, token)
    over = _why_over(row) if row.finished_at is None else None
    reason = str(over) if over is not None else row.reason and text_by_language(row.reason)
    return render_template(
        "signing/remote_state.html",
        form=StopForm(),
        made=row.document,
        title=called(row.document),
        provider=settings_of(current_app).csc_name,
        step=row.step,
        away=row.away_since is not None,
        signed=row.outcome == remote.SIGNED,
        reason=reason,
        until=format_instant(row.expires_at),
        code=row.document.content_sha256[:8],
        here=url_for("signing.remote_state", address=address, token=token),
    )


@blueprint.post("/documents/<address>/remote/<token>/stop")
@action(Action.SEE_TARGET)
def stop_remote(address: str, token: str) -> Any:
    """Wait no longer."""
    form = StopForm()
    _row(address, token)
    if form.validate_on_submit() and not form.carry_out(_stop, token=token):
        flash(str(form.all_errors()[0]), "warning")
    return redirect(url_for("signing.remote_state", address=address, token=token), 303)


def _stop(session: Any, now: Moment, *, token: str) -> None:
    """In the unit of work of the form."""
    remote.stop(session, now, reader=current_reader(), token=token)


def _row(address: str, token: str) -> RemoteSigning:
    made = document_within(address)
    row = remote.of_address(database.session(), token, current_reader())
    if row.document_id != made.id:
        raise NotFound
    return row


def _why_over(row: RemoteSigning) -> Any:
    return remote.why_over(database.session(), clock.moment(), row)
