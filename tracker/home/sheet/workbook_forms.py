"""Forms of a workbook of a sheet: sending it, and keeping what it comes to."""

from collections.abc import Mapping

from wtforms import HiddenField

from tracker.core.languages import _l
from tracker.core.web.forms import FileUpload, Form, Required
from tracker.progress.merging.merge import Side

CHOICE = "side"  # a field's name: side:<target>:<part>


class WorkbookForm(Form):
    """A workbook that was filled in."""

    file = FileUpload(
        _l("The workbook that you filled in"),
        [Required(_l("Choose a file"))],
        look={"accept": ".xlsx", "hint": _l("The Excel file (.xlsx) that you downloaded here")},
    )


class KeepForm(Form):
    """What was shown of a file: its slip, and the digest of what it comes to."""

    file = HiddenField()
    shown = HiddenField()


def choices_of(fields: Mapping[str, str]) -> dict[str, dict[str, Side]]:
    """Target → part → side, of what was chosen on the page; what is no choice of ours is left out."""
    found: dict[str, dict[str, Side]] = {}
    for name, value in fields.items():
        kind, _colon, rest = name.partition(":")
        token, _colon, part = rest.rpartition(":")
        if kind == CHOICE and token and value in set(Side):
            found.setdefault(token, {})[part] = Side(value)
    return found
