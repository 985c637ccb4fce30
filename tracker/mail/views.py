"""The mailbox of demo mode: the mails that were written as files, newest first. Registered in demo mode only."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, render_template

from tracker.core.actions import Action, action
from tracker.core.clock import VIETNAM
from tracker.core.extensions import settings_of

MOST = 200  # mails in the list; older ones stay as files

blueprint = Blueprint("mail", __name__)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it is shown: headers, and its plain text. HTML parts are not shown at all."""

    name: str
    to: str
    subject: str
    at: datetime | None
    text: str


@blueprint.get("/mail")
@action(Action.SEE_MAIL)
def index() -> Any:
    """All mails, newest first."""
    files = sorted(_folder().glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    mails = [_read(path) for path in files[:MOST]]
    return render_template("mail/index.html", mails=mails, count=len(files), most=MOST)


@blueprint.get("/mail/<name>")
@action(Action.SEE_MAIL)
def one(name: str) -> Any:
    """One mail. Only a name that stands in the folder is opened, so no path leads out of it."""
    path = next((path for path in _folder().glob("*.eml") if path.stem == name), None)
    if path is None:
        abort(404)
    return render_template("mail/one.html", mail=_read(path))


def _folder() -> Path:
    return settings_of(current_app).mail_folder


def _read(path: Path) -> Mail:
    with path.open("rb") as file:
        parsed = BytesParser(policy=policy.default).parse(file)
    body = parsed.get_body(preferencelist=("plain",))
    return Mail(
        name=path.stem,
        to=str(parsed.get("To", "")),
        subject=str(parsed.get("Subject", "")),
        at=_instant(parsed.get("Date")),
        text=str(body.get_content()) if body is not None else "",
    )


def _instant(date: Any) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(date))
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)
