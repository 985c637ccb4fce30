"""Forms of accounts: signing in, one's own settings, one's own password."""

from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from tracker.core.forms import AtMost, Checkbox, Form, Password, Radios, Required, TextField
from tracker.core.languages import LANGUAGES, _l

LONGEST_ADDRESS = 254


class SignInForm(Form):
    """Mail address and password; where to go then, and a form that waits to be sent."""

    email = TextField(
        _l("Mail address"),
        [Required(_l("Enter your mail address")), AtMost(LONGEST_ADDRESS)],
        look={"type": "email", "autocomplete": "username", "inputmode": "email", "spellcheck": False},
    )
    password = Password(_l("Password"), [Required(_l("Enter your password")), AtMost(1000)])
    next = HiddenField()
    kept = HiddenField()


class SettingsForm(Form):
    """The language of pages and mails, and whether reminders come by mail."""

    language = Radios(
        _l("Language of pages and mails"), [Required(_l("Choose a language"))], choices=list(LANGUAGES.items())
    )
    wants_mail = Checkbox(_l("Send me reminders by mail"))


class PasswordForm(Form):
    """One's own password, the old one and twice the new one."""

    current = Password(_l("Your password now"), [Required(_l("Enter your password"))])
    new = Password(
        _l("New password"),
        [Required(_l("Enter a new password"))],
        look={"autocomplete": "new-password", "hint": _l("At least 10 characters; a sentence is easiest to remember")},
    )
    again = Password(
        _l("The new password again"),
        [Required(_l("Enter the new password again"))],
        look={"autocomplete": "new-password"},
    )

    def validate_again(self, field: Any) -> None:
        """Both must be the same."""
        if field.data != self.new.data:
            raise ValidationError(str(_l("The two new passwords differ")))
