"""Forms of enrolment: a sheet, and agreeing to what it would change."""

from wtforms import HiddenField

from tracker.core.languages import _l
from tracker.core.web.forms import AtMost, Checkbox, FileUpload, Form, Required, TextField


class ImportForm(Form):
    """A sheet of people or bodies."""

    file = FileUpload(
        _l("File"),
        [Required(_l("Choose a file"))],
        look={"accept": ".csv,.xlsx,.txt", "hint": _l("Excel (.xlsx) or CSV")},
    )


class ConfirmImportForm(Form):
    """The rows that were shown, and why, where offices are asked for with them."""

    rows = HiddenField()
    shown = HiddenField()
    confirmed = Checkbox(_l("These are other bodies of the same name"))
    reason = TextField(
        _l("Reason"),
        [AtMost(255)],
        look={"hint": _l("For the second administrator, such as the number of the decision"), "autocomplete": "off"},
    )
