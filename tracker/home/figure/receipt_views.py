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
from tracker.progress.receipts import Checked
from tracker.rule.facts import ReportKind
from tracker.signing.verifying import verify_views

_CODE = re.compile(r"[0-9a-f]{32}")


@blueprint.get("/verify/reports/<code>")
@action(Action.PUBLIC)
@for_everybody
def report_receipt(code: str) -> str:
    """What is held of a report that was sent, and what does not hold."""
    checked = _checked(code)
    said, sha256 = checked.said, checked.receipt.sha256
    return render_template(
        "home/receipt.html",
        code=code,
        wrong=bool(checked.wrong),
        facts=_facts(said),
        sha256=" ".join(sha256[start : start + 4] for start in range(0, len(sha256), 4)),
    )


@blueprint.get("/verify/reports/<code>/receipt.json")
@action(Action.PUBLIC)
def receipt_content(code: str) -> Response:
    """What the hash is taken over, byte for byte."""
    answer = make_response(_checked(code).receipt.content)
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{code[:8]}.json"'
    return answer


def _where(session: Session, code: str) -> str | None:
    """Where somebody is led who types the code of a receipt on the page that verifies documents."""
    return url_for("home.report_receipt", code=code) if receipts.check(session, code) is not None else None


verify_views.ELSEWHERE.append(_where)


def _checked(code: str) -> Checked:
    found = receipts.check(database.session(), code) if _CODE.fullmatch(code) else None
    if found is None:
        raise NotFound(_("No report with this code is held here."))
    return found


def _facts(said: Any) -> list[tuple[str, str | None]]:
    report, office = said["report"], said["office"]
    whole = report == ReportKind.COMPLETION
    return [
        (_("Report"), _("Completion report") if whole else _("Report for %(period)s", period=period_name(report))),
        (_("Commitment"), said["commitment"]),
        (_("Revision"), str(said["revision"])),
        (_("Sent at"), format_instant(datetime.fromisoformat(said["sent_at"]))),
        (_("Sent by the office"), capital(str(LABELS[Office(office)])) if office else None),
        (_("Number of files"), str(len(said["files"]))),
    ]
