"""Mails from their templates, in the receiver's language: templates/email/<name>/{subject.txt,body.txt,body.html}."""

import re
from typing import Any

from flask import current_app

from tracker.core.languages import current_language, in_language
from tracker.mail.service import Content


def compose(name: str, language: str | None, **values: Any) -> Content:
    """The mail `name` in a language ("vi", "en"; none: the product's own), with these values. Its subject is one line.

    Nothing of a web request is at hand in a mail's template, whoever asks for it: all it says comes in `values`.
    """
    with in_language(language):
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{name}/{part}").render(language=current_language(), **values)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return Content(" ".join(subject.split()), _tidy(text), html)


def _tidy(text: str) -> str:
    """One empty line where the template's tags left several, and none at the ends."""
    return re.sub(r"\n\s*\n", "\n\n", text).strip() + "\n"
