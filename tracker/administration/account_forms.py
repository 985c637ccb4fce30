"""Forms of administrators about accounts: inviting somebody, and saying why."""

from typing import Any

from wtforms.validators import ValidationError

from tracker.accounts.pages.forms import LONGEST_ADDRESS
from tracker.core.errors import FieldError
from tracker.core.languages import LANGUAGES, _l
from tracker.core.web.forms import AtMost, Form, Radios, Required, TextArea, TextField
from tracker.people.addresses import checked_address


class InviteForm(Form):
    """Somebody new, who is invited by mail."""

    name = TextField(
        _l("Name"),
        [Required(_l("Enter a name")), AtMost(255)],
        look={"hint": _l("As it is shown beside what this person does"), "autocomplete": "off"},
    )
    email = TextField(
        _l("Mail address"),
        [Required(_l("Enter the mail address")), AtMost(LONGEST_ADDRESS)],
        look={"type": "email", "inputmode": "email", "autocomplete": "off", "spellcheck": False},
    )
    language = Radios(
        _l("Language of pages and mails"), [Required(_l("Choose a language"))], choices=list(LANGUAGES.items())
    )

    def validate_email(self, field: Any) -> None:
        """It must be an address that mail can be sent to."""
        try:
            checked_address(field.data)
        except FieldError as refusal:
            raise ValidationError(str(refusal.message)) from None


class ReasonForm(Form):
    """Why something is asked for that takes a second administrator."""

    reason = TextArea(
        _l("Reason"),
        [Required(_l("Say why, so that the second administrator can judge it")), AtMost(255)],
        look={"rows": 3},
    )
