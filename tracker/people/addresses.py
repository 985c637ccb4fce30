"""Mail addresses as somebody types them, held against what mail can be sent to. A module of its own: of all that knows
persons only doors ask it, and it brings a library."""

from email_validator import EmailNotValidError, validate_email

from tracker.core.errors import FieldError
from tracker.core.languages import _l
from tracker.people.service import normal_address, of_plain_letters


def checked_address(text: str) -> str:
    """A mail address as it is stored. Raises FieldError where no mail could be sent to it."""
    address = of_plain_letters(normal_address(text))
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise FieldError("email", _l("Enter a mail address such as name@example.vn")) from None
    return address
