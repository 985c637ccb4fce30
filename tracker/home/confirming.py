"""Sending with a key, for the pages that send: what they show, what the script of such a page asks, and the press.

A page takes a `SendForm`, shows the macros of `home/_confirming.html` with `shown(…)`, and carries out `send` (or
`send_all`), which ask for the confirmation only where the programme does.
"""

from collections.abc import Sequence
from typing import Any

from flask import current_app, jsonify, request, url_for
from sqlalchemy.orm import Session
from wtforms import HiddenField

from tracker.accounts import keys as sealing
from tracker.accounts.factors import passkeys
from tracker.accounts.pages.shortcuts import asking_party
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import DomainError, Forbidden, NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.languages import _l
from tracker.home import queries
from tracker.home.blueprint import blueprint
from tracker.home.forms import ConfirmForm, place_of, ticked
from tracker.permissions.guard import current_reader
from tracker.permissions.reader import Reader
from tracker.progress import confirming, service
from tracker.progress import queries as progress
from tracker.progress.confirming import Drafts, Numbered
from tracker.progress.models import Report
from tracker.progress.queries import ReportSlot
from tracker.rule.facts import ReportKind
from tracker.signing.confirmations import keys, proof, signed

_PURPOSE = "reports to send"
_NOT_ANSWERED = _l("No confirmation came with this. Look at the figures again, then send: nothing was sent.")
_NO_FIGURE = _l("There is no such figure.")


class SendForm(ConfirmForm):
    """The same of what is sent; where a key confirms it, a script puts in the device's answer."""

    challenge = HiddenField()
    answer = HiddenField()


def shown(session: Session, now: Moment, slots: Sequence[ReportSlot], period: str) -> dict[str, Any] | None:
    """What a page of that period shows of the confirmation that sending these takes; none where it takes none."""
    if not confirming.asked(session, slots, now):
        return None
    own = keys.of_person(session, current_reader().person_id)
    return {
        "question": url_for("home.sending_question", period=period),
        "possible": asking_party() is not None,
        "has_key": bool(own),
        "attested": any(signed.is_attested(session, one.id) for one in own),
    }


def send(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, version: int, form: SendForm) -> Report:
    """Send one draft, in the unit of work of the form. Raises as `service.send` and `confirming.send` do."""
    if not form.answer.data:
        return service.send(session, now, reader=reader, slot=slot, version=version)
    (sent,) = _confirmed(session, now, reader, [(slot, version)], form)
    return sent


def send_all(
    session: Session, now: Moment, *, reader: Reader, drafts: Drafts, form: SendForm
) -> tuple[list[Report], list[ReportSlot]]:
    """Send several drafts in one press: (what was sent, what was left). With a key exactly what it confirmed, or
    nothing."""
    if not form.answer.data:
        return service.send_all(session, now, reader=reader, drafts=drafts)
    try:
        sent = _confirmed(session, now, reader, drafts, form)
    except StaleEdit as refusal:
        raise DomainError(refusal.message) from None
    gone = {(one.target_id, one.period_id) for one in sent}
    return sent, [slot for slot, _version in drafts if (slot.target.id, slot.period and slot.period.id) not in gone]


@blueprint.get("/sending/question")
@action(Action.SEND_REPORT)
def sending_question() -> Any:
    """What the script of a page that sends asks the browser for. `draft`: each figure by its key on the page, with the
    version that was seen, `period`: that of the page. The statement travels sealed with it, and which receipt gets
    which number."""
    session, reader, party = database.session(), current_reader(), asking_party()
    if party is None:
        raise NotFound(_NO_FIGURE)
    drafts = [(_slot(key), version) for key, version in ticked(request.args.getlist("draft")).items()]
    try:
        said, numbered = confirming.question(session, clock.moment(), reader=reader, drafts=drafts)
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return jsonify(refused=str(refusal.message)), 409
    held = [one.credential for one in keys.of_person(session, reader.person_id)]
    options, _challenge = passkeys.to_enter(party, held=held, challenge=proof.challenge(said))
    kept = [[slot.target.token, slot.code, version, number] for slot, version, number in numbered]
    sealed = sealing.seal(settings_of(current_app).secret_keys, _PURPOSE, [reader.account_id, said, kept])
    return jsonify(options=options, challenge=sealed), 200, {"Cache-Control": "no-store"}


def _slot(key: str) -> ReportSlot:
    """Raises NotFound."""
    token, code = place_of(key, request.args.get("period", ""))
    visible = queries.targets_within(current_reader(), Action.SEND_REPORT)
    found = progress.find_slot(
        database.session(), visible, token, None if code.lower() == ReportKind.COMPLETION else code
    )
    if found is None:
        raise NotFound(_NO_FIGURE)
    return found


def _confirmed(session: Session, now: Moment, reader: Reader, drafts: Drafts, form: SendForm) -> list[Report]:
    lasts, party = int(keys.LASTS.total_seconds()), asking_party()
    held = sealing.unseal(settings_of(current_app).secret_keys, _PURPOSE, form.challenge.data, lasts)
    if party is None or not isinstance(held, list) or held[0] != reader.account_id:
        raise DomainError(_NOT_ANSWERED)
    _account, said, kept = held
    given: dict[str, Any] = {"reader": reader, "numbered": _of_page(drafts, kept), "said": said, "asking": party}
    return confirming.send(session, now, **given, answer=form.answer.data or "")


def _of_page(drafts: Drafts, kept: Sequence[Sequence[Any]]) -> Numbered:
    """What was asked, as slots: all of it must be what the page sends. Raises DomainError."""
    sent = {(slot.target.token, slot.code, version): slot for slot, version in drafts}
    found = [(sent.get((token, code, version)), version, number) for token, code, version, number in kept]
    numbered = [(slot, version, number) for slot, version, number in found if slot is not None]
    if len(numbered) < len(kept):
        raise DomainError(confirming.OTHER)
    return numbered
