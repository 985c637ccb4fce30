"""Pages of the keys that people sign with: one's own, making one, its sheet, attesting whose it is, ending it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, current_app, flash, jsonify, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from wtforms import HiddenField

from tracker.accounts import keys as sealing
from tracker.accounts import notices, security
from tracker.accounts.factors import passkeys
from tracker.accounts.pages.forms import GuardedForm
from tracker.accounts.pages.shortcuts import asking_party, holds_password, mine, secrets
from tracker.agencies import queries as agencies
from tracker.agencies.offices import LABELS, Office
from tracker.commitments.life.moving import LONGEST_TEXT
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.extensions import settings_of
from tracker.core.files.kinds import ENDINGS, JPEG, PDF, PNG
from tracker.core.files.store import StoredUpload, path_of
from tracker.core.languages import _, _l, format_instant, text_by_language
from tracker.core.web.downloads import send_stored
from tracker.core.web.forms import AtMost, FileUpload, Form, Required, TextArea
from tracker.people import queries as people
from tracker.people import upload_forms
from tracker.permissions.guard import current_reader
from tracker.signing.blueprint import blueprint
from tracker.signing.codes import in_fours
from tracker.signing.confirmations import keys, proof
from tracker.signing.models import KeyAttestation, SigningKey

_PURPOSE = "signing key to make"
_SCANS = (PDF, PNG, JPEG)
_NOT_MADE = _l("The browser did not make a key. Try again.")


class NewKeyForm(GuardedForm):
    """A device's answer, which a script puts in."""

    challenge = HiddenField()
    answer = HiddenField()


class PressForm(Form):
    """One press, on a page that has said what follows."""


class EndKeyForm(Form):
    """Why a key ends."""

    reason = TextArea(
        _l("Reason"),
        [Required(_l("Enter the reason")), AtMost(LONGEST_TEXT)],
        look={"rows": 3, "hint": _l("Such as a lost phone, or another device")},
    )


class SheetForm(Form):
    """The scan of a key's sheet."""

    file = FileUpload(
        _l("Scan of the signed sheet"),
        [Required(_l("Choose a file"))],
        look={"accept": ".pdf,.png,.jpg,.jpeg", "hint": _l("A PDF or a photo on which the fingerprint can be read")},
    )


@blueprint.get("/account/signing-keys")
@action(Action.HOME)
def own_keys() -> str:
    """One's own keys, with what each still lacks."""
    session = database.session()
    found = keys.of_person(session, current_reader().person_id, ended=True)
    return render_template(
        "signing/own_keys.html",
        rows=_rows(session, found),
        possible=asking_party() is not None,
        enough=proof.ENOUGH,
    )


@blueprint.route("/account/signing-keys/new", methods=["GET", "POST"])
@action(Action.HOME)
def new_key() -> Any:
    """Make a key; the browser does it, so this takes a script."""
    if asking_party() is None:
        raise NotFound
    own, form = mine(), NewKeyForm(fresh=security.is_fresh())
    account_id = own.id
    if (
        form.validate_on_submit()
        and holds_password(form, own)
        and (said := _said(form, account_id)) is not None
        and form.carry_out(_enrol, said=said, answer=form.answer.data or "")
    ):
        flash(_("The key is made. Print its sheet, sign it by hand, and have two people attest it."), "success")
        return redirect(url_for("signing.signing_key", token=form.result), 303)
    return make_response(render_template("signing/new_key.html", form=form), 400 if form.all_errors() else 200)


@blueprint.get("/account/signing-keys/question")
@action(Action.HOME)
def new_key_question() -> Any:
    """What a script asks the browser for. The key has an owner's name of its own, so that no device takes it for the
    passkey that signs in."""
    own, party = mine(), asking_party()
    if party is None:
        raise NotFound
    session = database.session()
    said = keys.request(clock.moment(), own.person.token)
    held = [one.credential for one in keys.of_person(session, own.person_id)]
    options, _challenge = passkeys.to_make(
        party,
        handle=f"sign-{own.person.token}"[:64],
        address=own.email,
        name=_("%(name)s – signing", name=own.person.name),
        held=held,
        challenge=proof.challenge(said),
        signs_in=False,
    )
    sealed = sealing.seal(secrets(), _PURPOSE, [own.id, said])
    return jsonify(options=options, challenge=sealed), 200, {"Cache-Control": "no-store"}


@blueprint.get("/signing-keys")
@action(Action.ATTEST_PAPER)
def signing_keys() -> str:
    """Every key that has not ended, those that wait for somebody first."""
    session = database.session()
    rows = sorted(_rows(session, keys.standing(session)), key=lambda row: row["whole"])
    return render_template("signing/keys.html", rows=rows, enough=proof.ENOUGH)


@blueprint.route("/signing-keys/<token>", methods=["GET", "POST"])
@action(Action.HOME)
def signing_key(token: str) -> Any:
    """The sheet of a key, for its owner and for whoever attests; sent, it attests whose key it is."""
    found, form = _found(token), PressForm()
    key_id = found.id
    if form.validate_on_submit() and form.carry_out(keys.attest, reader=current_reader(), key_id=key_id):
        flash(_("Attested: this key is of the person on the sheet."), "success")
        return redirect(url_for("signing.signing_key", token=token), 303)
    session = database.session()
    found = _found(token)
    attested, reader = keys.attestations(session, [key_id]), current_reader()
    page = render_template(
        "signing/key.html",
        form=form,
        key=found,
        row=_rows(session, [found], attested)[0],
        offices=_offices(session, found.person_id),
        attested=_attested(session, attested),
        sheets=_sheets(session, found),
        sheet_href=url_for("signing.key_sheet", token=token),
        enough=proof.ENOUGH,
        mine=found.person_id == reader.person_id,
        may_attest=found.ended_at is None
        and found.person_id != reader.person_id
        and reader.may(Action.ATTEST_PAPER)
        and reader.person_id not in {one.person_id for one in attested},
    )
    return page, 400 if form.all_errors() else 200


@blueprint.route("/signing-keys/<token>/sheet", methods=["GET", "POST"])
@action(Action.HOME)
def key_sheet(token: str) -> Any:
    """Send the scan of the sheet that a key's owner signed by hand."""
    found, form = _found(token), SheetForm()
    key_id, back = found.id, url_for("signing.signing_key", token=token)
    given: dict[str, Any] = {"reader": current_reader(), "key_id": key_id}
    if (
        form.validate_on_submit()
        and (file := _sheet(form)) is not None
        and form.carry_out(keys.keep_sheet, **given, file=file)
    ):
        flash(_("The signed sheet is kept."), "success")
        return redirect(back, 303)
    page = render_template("signing/key_sheet.html", form=form, row=_rows(database.session(), [_found(token)])[0])
    return page, 400 if form.all_errors() else 200


@blueprint.get("/signing-keys/<token>/sheets/<int:number>")
@action(Action.HOME)
def kept_sheet(token: str, number: int) -> Response:
    """A scan that was kept, for the key's owner and for whoever attests."""
    found = keys.sheets(database.session(), _found(token).id)
    if not 1 <= number <= len(found):
        raise NotFound(_("There is no such scan."))
    one = found[-number]  # they are numbered as they came
    name = f"khoa-ky-{number}.{ENDINGS[one.media_type][0]}"
    return send_stored(StoredUpload(one.sha256, one.size, one.media_type, name))


@blueprint.route("/signing-keys/<token>/end", methods=["GET", "POST"])
@action(Action.HOME)
def end_key(token: str) -> Any:
    """End a key, asked once more: nothing is signed with it from then on."""
    found, form = _found(token), EndKeyForm()
    back = url_for("signing.signing_key", token=token)
    if found.ended_at is not None:
        return redirect(back, 303)
    given: dict[str, Any] = {"reader": current_reader(), "key_id": found.id}
    if form.validate_on_submit() and form.carry_out(keys.end, **given, reason=form.reason.data or ""):
        flash(_("The key has ended. What was signed with it stays signed."), "success")
        return redirect(back, 303)
    page = render_template("signing/end_key.html", form=form, row=_rows(database.session(), [_found(token)])[0])
    return page, 400 if form.all_errors() else 200


def _found(token: str) -> SigningKey:
    """A key, for its owner and for whoever attests. Raises NotFound."""
    found, reader = keys.by_token(database.session(), token), current_reader()
    if found.person_id != reader.person_id and not reader.may(Action.ATTEST_PAPER):
        raise NotFound(keys.NO_KEY)
    return found


def _sheet(form: SheetForm) -> StoredUpload | None:
    """The scan in the store; what is wrong with it stands beside its field."""
    stored = upload_forms.take(form, form.file.data, current_reader().person_id) if form.file.data is not None else None
    if stored is not None and stored.media_type not in _SCANS:
        form.add_error("file", _l("Send the scan as a PDF, PNG or JPEG"))
        return None
    return stored


def _said(form: NewKeyForm, account_id: int) -> dict[str, Any] | None:
    """What the device was asked; what is wrong with it is said on top of the form."""
    held = sealing.unseal(secrets(), _PURPOSE, form.challenge.data, int(keys.LASTS.total_seconds()))
    if isinstance(held, list) and held[0] == account_id and form.answer.data:
        said: dict[str, Any] = held[1]
        return said
    form.add_error("", _NOT_MADE)
    return None


def _enrol(session: Session, now: Moment, *, said: dict[str, Any], answer: str) -> str:
    """In the unit of work of the form: the token of the key."""
    party = asking_party()
    if party is None:
        raise NotFound
    made = keys.enrol(session, now, reader=current_reader(), statement=said, asking=party, answer=answer)
    notices.notify(session, now, mine(), security.rules().site, "signing_key_made")
    return made.token


def _rows(
    session: Session, found: Sequence[SigningKey], attestations: Sequence[KeyAttestation] | None = None
) -> list[dict[str, Any]]:
    """Keys as lists and their own pages tell them; `attestations`: of them, where they were read already."""
    names = people.names(session, [one.person_id for one in found])
    if attestations is None:
        attestations = keys.attestations(session, [key.id for key in found])
    attested = Counter(one.key_id for one in attestations)
    return [_row(one, names, attested[one.id]) for one in found]


def _row(key: SigningKey, names: Mapping[int, str], attested: int) -> dict[str, Any]:
    whole = attested >= proof.ENOUGH
    if key.ended_at is not None:
        mark = ("silent", "dash", _("ended"))
    elif whole:
        mark = ("good", "check", _("attested by two people"))
    else:
        mark = ("warn", "ring", _("attested by %(count)s of %(enough)s people", count=attested, enough=proof.ENOUGH))
    return {
        "href": url_for("signing.signing_key", token=key.token),
        "end_href": None if key.ended_at else url_for("signing.end_key", token=key.token),
        "who": names.get(key.person_id, ""),
        "made": format_instant(key.made_at),
        "fingerprint": in_fours(key.fingerprint),
        "mark": mark,
        "whole": whole,
        "ended": key.ended_at and format_instant(key.ended_at),
        "end_reason": key.end_reason,
    }


def _offices(session: Session, person_id: int) -> list[str]:
    held = agencies.held_by(session, person_id, clock.today())
    return [f"{LABELS[one.office]}, {text_by_language(one.agency_name)}" for one in held if one.for_id is None]


def _attested(session: Session, found: Sequence[KeyAttestation]) -> list[str]:
    names = people.names(session, [one.person_id for one in found])
    return [
        _(
            "%(name)s, %(office)s, %(when)s",
            name=names.get(one.person_id, ""),
            office=LABELS[Office(one.office)],
            when=format_instant(one.at),
        )
        for one in found
    ]


def _sheets(session: Session, key: SigningKey) -> list[dict[str, Any]]:
    """Scans of its sheet, the latest first. `kept`: their bytes were not removed by a decision."""
    found = keys.sheets(session, key.id)
    names, folder = people.names(session, [one.uploaded_by_id for one in found]), settings_of(current_app).files_folder
    return [
        {
            "href": url_for("signing.kept_sheet", token=key.token, number=len(found) - place),
            "kept": path_of(folder, one.sha256).is_file(),
            "who": names.get(one.uploaded_by_id, ""),
            "when": format_instant(one.uploaded_at),
            "sha256": in_fours(one.sha256),
        }
        for place, one in enumerate(found)
    ]
