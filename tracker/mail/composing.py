"""Mails from their templates, in the receiver's language: templates/email/<name>/{subject.txt,body.txt,body.html}.

Why each comes stands in its foot, and where that is changed.
"""

import re
from collections.abc import Mapping
from typing import Any

from flask import current_app

from tracker.core.extensions import settings_of
from tracker.core.languages import Text, _l, capital, current_language, in_language
from tracker.mail.look import look, sheet
from tracker.mail.service import Content

_OFFICE = _l("You get this mail because of an office that you hold, or in which you act for its holder.")
_ADMINISTRATOR = _l("You get this mail because you are an administrator of the commitment book.")
_ACCOUNT = _l("You get this mail because it concerns your own account.")
# Why somebody gets the mail of that name.
WHY: Mapping[str, Text] = {
    "account_notice": _ACCOUNT,
    "approval": _ADMINISTRATOR,
    "audit_head": _ADMINISTRATOR,
    "backup": _ADMINISTRATOR,
    "digest": _OFFICE,
    "invitation": _l("You get this mail because an administrator entered this address for you."),
    "new_password": _l("You get this mail because a new password was asked for with this address."),
    "office_notice": _ACCOUNT,
    "proof": _ADMINISTRATOR,
    "stop_notice": _ADMINISTRATOR,
    "target_decision": _l("You get this mail because you asked for it, or head the body that it concerns."),
    "waiting": _OFFICE,
}
# Who has no account yet, or cannot come in, has nothing to change there; and these come whatever was chosen.
ALWAYS = frozenset({"invitation", "new_password"})


def compose(name: str, language: str | None, **values: Any) -> Content:
    """The mail `name` in a language ("vi", "en"; none: the product's own), with these values. Its subject is one line.

    Nothing of a web request is at hand in a mail's template, whoever asks for it: all it says comes in `values`.
    """
    settings = settings_of(current_app)
    with in_language(language):
        common = {
            "language": current_language(),
            "look": look,
            "sheet": sheet(),
            "province": settings.province,
            "sample": settings.demo,
            "why": str(WHY[name]),
            "account": None if name in ALWAYS else f"{settings.site.base_url}/account",
        }
        subject = capital(" ".join(_rendered(name, "subject.txt", common | values).split()))
        text, html = (
            _rendered(name, part, {"subject": subject} | common | values) for part in ("body.txt", "body.html")
        )
    return Content(subject, _tidy(text), _tight(html))


def _rendered(name: str, part: str, values: Mapping[str, Any]) -> str:
    return current_app.jinja_env.get_template(f"email/{name}/{part}").render(values)


def _tidy(text: str) -> str:
    """One empty line where the template's tags left several, and none at the ends."""
    return re.sub(r"\n\s*\n", "\n\n", text).strip() + "\n"


def _tight(html: str) -> str:
    """Without what the template's tags were moved in by: it would go along in each mail."""
    return re.sub(r"\n\s+", "\n", html)
