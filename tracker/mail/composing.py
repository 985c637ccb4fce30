"""Mails from their templates, in the receiver's language: templates/email/<name>/ has subject.txt, body.txt, body.html."""

from typing import Any

from flask import render_template
from flask_babel import force_locale

from tracker.mail.service import Content


def compose(name: str, language: str, **values: Any) -> Content:
    """The mail `name` in a language ("vi", "en"), with these values. Its subject is one line."""
    with force_locale(language):
        subject, text, html = (
            render_template(f"email/{name}/{part}", language=language, **values)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return Content(" ".join(subject.split()), text.strip() + "\n", html)
