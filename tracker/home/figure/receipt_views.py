"""The receipt of a report, for everybody who has its code: what was sent, when, by which office, and whether it still
agrees with what is stored."""

import re
from datetime import datetime
from typing import Any

from flask import Response, make_response, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from tracker.agencies.offices import LABELS, Office
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.languages import _, capital, for_everybody, format_instant
from tracker.home.blueprint import blueprint
from tracker.programmes.words import period_name
from tracker.progress import receipts
from tracker.progress.receipts import Checked, Confirmed
from tracker.rule.facts import ReportKind
from tracker.signing.codes import in_fours
from tracker.signing.confirmations import proof
from tracker.signing.verifying import verify_views

_CODE = re.compile(r"[0-9a-f]{32}")


@blueprint.get("/verify/reports/<code>")
@action(Action.PUBLIC)
@for_everybody
def report_receipt(code: str) -> Any:
    """What is held of a report that was sent, and what does not hold."""
    checked = _found(code)
    if checked is None:
        return verify_views.unknown(code)
    said = checked.said
    return render_template(
        "home/receipt.html",
        code=code,
        wrong=bool(checked.wrong),
        facts=_facts(said),
        confirmed=checked.confirmed and _confirmation(checked.confirmed),
        sha256=in_fours(checked.receipt.sha256),
    )


@blueprint.get("/verify/reports/<code>/receipt.json")
@action(Action.PUBLIC)
def receipt_content(code: str) -> Response:
    """What the hash is taken over, byte for byte."""
    answer = make_response(_checked(code).receipt.content)
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{code[:8]}.json"'
    return answer


@blueprint.get("/verify/reports/<code>/confirmation.json")
@action(Action.PUBLIC)
def confirmation_record(code: str) -> Response:
    """What proves that the head confirmed the report by a key: the statement, the key, what the device signed."""
    confirmed = _checked(code).confirmed
    if confirmed is None:
        raise NotFound(_("This report was sent without a key."))
    answer = make_response(proof.canonical(confirmed.record))
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="confirmation-{code[:8]}.json"'
    return answer


def _confirmation(confirmed: Confirmed) -> dict[str, Any]:
    return {
        "at": format_instant(confirmed.at),
        "key": in_fours(confirmed.fingerprint),
        "attested": confirmed.attested >= proof.ENOUGH,
        "reports": len(confirmed.record["statement"].get("reports", ())),
    }


def _where(session: Session, code: str) -> str | None:
    """Where somebody is led who types the code of a receipt on the page that verifies documents."""
    return url_for("home.report_receipt", code=code) if receipts.check(session, code) is not None else None


verify_views.ELSEWHERE.append(_where)


def _found(code: str) -> Checked | None:
    return receipts.check(database.session(), code) if _CODE.fullmatch(code) else None


def _checked(code: str) -> Checked:
    found = _found(code)
    if found is None:
        raise NotFound(_("No report with this code is held here."))
    return found


def _facts(said: Any) -> list[tuple[str, str | None]]:
    report, office = said["report"], said["office"]
    whole = report == ReportKind.COMPLETION
    told = _("Report for %(period)s", period=period_name(report))
    return [
        (_("Report"), _("Completion report") if whole else capital(told)),
        (_("Commitment"), said["commitment"]),
        (_("Revision"), str(said["revision"])),
        (_("Sent at"), format_instant(datetime.fromisoformat(said["sent_at"]))),
        (_("Sent by the office"), capital(str(LABELS[Office(office)])) if office else None),
        (_("Number of files"), str(len(said["files"]))),
    ]
