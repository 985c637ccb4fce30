"""The forms beside each figure that is decided by itself. A sheet may have sixty, alike but for the report's token and
two numbers, so they are drawn once, with stand-ins for those."""

import secrets
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from flask import current_app
from markupsafe import Markup

from tracker.home.appraisal.appraisal_forms import SheetLineForm
from tracker.home.appraisal.body_sheet import Line

_TOKEN, _SEQ, _SEEN = (secrets.token_hex(16) for _number in range(3))  # nobody can have typed them


class LineForms:
    """Draws the forms of a page's lines. `address`: where those of a report are sent; `failed`: the report whose form
    was refused, that form, and what was pressed."""

    def __init__(
        self,
        address: Callable[[str], str],
        offered: Sequence[Any],
        failed: tuple[str, SheetLineForm, str] | None = None,
    ) -> None:
        self._address = address
        self._offered = offered
        self._failed = failed or ("", None, "")

    def __call__(self, line: Line) -> Markup:
        """Those of one line."""
        seq, seen = line.waiting.revision.seq, line.thread.seen
        token, form, pressed = self._failed
        if form is not None and line.token == token:
            return self._drawn(token, form, seq, seen, pressed)
        text = self._alike.replace(_TOKEN, line.token).replace(_SEQ, str(seq)).replace(_SEEN, str(seen))
        return Markup(text)  # noqa: S704  # a token and two numbers

    @cached_property
    def _alike(self) -> str:
        return str(self._drawn(_TOKEN, line_form(_TOKEN, self._offered, formdata=None), _SEQ, _SEEN, ""))

    def _drawn(self, token: str, form: SheetLineForm, seq: Any, seen: Any, pressed: str) -> Markup:
        form.version.data, form.seen.data = seq, seen
        module: Any = current_app.jinja_env.get_template("home/_appraise.html").module
        drawn: Markup = module.acts(self._address(token), form, pressed)
        return drawn


def line_form(token: str, offered: Sequence[Any], **given: Any) -> SheetLineForm:
    """The form of one report on the sheet, with the usual reasons that can be ticked."""
    form = SheetLineForm(prefix=token, **given)
    form.offer(offered)
    return form
