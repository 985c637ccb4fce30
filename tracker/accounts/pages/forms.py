"""Forms of accounts: signing in, and one's own settings and factors."""

from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from tracker.core.languages import LANGUAGES, _l
from tracker.core.web.forms import AtMost, Form, Password, Radios, Required, TextField

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
    """The language of pages and mails."""

    language = Radios(
        _l("Language of pages and mails"), [Required(_l("Choose a language"))], choices=list(LANGUAGES.items())
    )


class StepForm(Form):
    """The second factor after a password: a code of the app, or a recovery code."""

    factor_code = TextField(
        _l("Code"),
        [Required(_l("Enter a code")), AtMost(60)],
        look={"autocomplete": "one-time-code", "spellcheck": False, "width": 20},
    )
    next = HiddenField()
    kept = HiddenField()


class PasskeyForm(Form):
    """A passkey's answer, which a script puts in."""

    challenge = HiddenField()
    answer = HiddenField()
    next = HiddenField()
    kept = HiddenField()


class ForgottenForm(Form):
    """Whose password was forgotten."""

    email = TextField(
        _l("Mail address"),
        [Required(_l("Enter your mail address")), AtMost(LONGEST_ADDRESS)],
        look={"type": "email", "autocomplete": "username", "inputmode": "email", "spellcheck": False},
    )


def _new_password() -> Any:
    return Password(
        _l("New password"),
        [Required(_l("Enter a new password"))],
        look={"autocomplete": "new-password", "hint": _l("At least 12 characters; a sentence is easiest to remember")},
    )


def _new_again() -> Any:
    return Password(
        _l("The new password again"),
        [Required(_l("Enter the new password again"))],
        look={"autocomplete": "new-password"},
    )


class _Twice:
    """Both new passwords must be the same."""

    new: Any

    def validate_again(self, field: Any) -> None:
        """Hold one against the other."""
        if field.data != self.new.data:
            raise ValidationError(str(_l("The two new passwords differ")))


class ChoosePasswordForm(_Twice, Form):
    """A password set by a link that was mailed."""

    new = _new_password()
    again = _new_again()


class PasswordForm(_Twice, Form):
    """One's own password, the old one and twice the new one."""

    current = Password(_l("Your password now"), [Required(_l("Enter your password"))])
    new = _new_password()
    again = _new_again()


class GuardedForm(Form):
    """What guards the account is changed with the password once more, save shortly after signing in."""

    current = Password(_l("Your password"), [Required(_l("Enter your password"))])

    def __init__(self, *args: Any, fresh: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fresh:
            del self["current"]


class AppForm(GuardedForm):
    """The first code of an authenticator app, which shows that it has the secret."""

    factor_code = TextField(
        _l("Code that the app shows"),
        [Required(_l("Enter the code that the app shows")), AtMost(20)],
        look={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": False, "width": 10},
    )
    sealed = HiddenField()


class NewPasskeyForm(GuardedForm):
    """A new passkey's name; its public half is put in by a script."""

    name = TextField(
        _l("Name of this passkey"),
        [Required(_l("Give the passkey a name")), AtMost(80)],
        look={"hint": _l("Such as the device or the password manager that keeps it"), "autocomplete": "off"},
    )
    challenge = HiddenField()
    answer = HiddenField()
