"""What WTForms says, in our catalogue: it has no Vietnamese one itself. Our own validators are in `forms`."""

import flask_babel

from tracker.core.languages import _l, lazy_ngettext

# Named here, so that the catalogue has them; WTForms itself asks for them by these words.
WTFORMS_WORDS = (
    _l("Choices cannot be None."),
    _l("Invalid Choice: could not coerce."),
    _l("Invalid choice(s): one or more data inputs could not be coerced."),
    _l("Not a valid choice."),
    lazy_ngettext(
        "'%(value)s' is not a valid choice for this field.", "'%(value)s' are not valid choices for this field.", 1
    ),
    _l("Invalid CSRF Token."),
    _l("CSRF failed."),
    _l("CSRF token expired."),
    _l("CSRF token missing."),
    _l("Not a valid date value."),
    _l("Not a valid datetime value."),
    _l("Not a valid time value."),
    _l("Not a valid week value."),
    _l("Not a valid decimal value."),
    _l("Not a valid float value."),
    _l("Not a valid integer value."),
    _l("Invalid field name '%s'."),
    _l("Invalid value, can't be any of: %(values)s."),
    _l("Invalid value, must be one of: %(values)s."),
    _l("Date must be at least %(min)s."),
    _l("Date must be at most %(max)s."),
    _l("Date must be between %(min)s and %(max)s."),
    _l("Field must be between %(min)d and %(max)d characters long."),
    _l("Field must be equal to %(other_name)s."),
    _l("Invalid IP address."),
    _l("Invalid Mac address."),
    _l("Invalid URL."),
    _l("Invalid UUID."),
    _l("Invalid email address."),
    _l("Invalid input."),
    _l("Number must be at least %(min)s."),
    _l("Number must be at most %(max)s."),
    _l("Number must be between %(min)s and %(max)s."),
    _l("This field cannot be edited."),
    _l("This field is disabled and cannot have a value."),
    _l("This field is required."),
    lazy_ngettext(
        "Field cannot be longer than %(max)d character.", "Field cannot be longer than %(max)d characters.", 1
    ),
    lazy_ngettext(
        "Field must be at least %(min)d character long.", "Field must be at least %(min)d characters long.", 1
    ),
    lazy_ngettext("Field must be exactly %(max)d character long.", "Field must be exactly %(max)d characters long.", 1),
)


_NOT_OFFERED = "'%(value)s' is not a valid choice for this field."


class Words:
    """WTForms' translations object over the catalogue of the context's language. Placeholders are left to WTForms."""

    def gettext(self, string: str) -> str:
        """The text in the reader's language."""
        return str(flask_babel.get_translations().ugettext(string)) if string else ""

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The singular or the plural in the reader's language."""
        if singular == _NOT_OFFERED:  # what was sent is often a number that nobody typed or saw
            return str(_l("Something that was chosen is not offered any more. Choose again"))
        return str(flask_babel.get_translations().ungettext(singular, plural, n))
