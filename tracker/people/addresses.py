"""Mail addresses as somebody types them, held against what mail can be sent to. A module of its own: of all that knows
persons only doors ask it, and it brings a library."""

import idna
from email_validator import EmailNotValidError, validate_email

from tracker.core.errors import FieldError
from tracker.core.languages import _l
from tracker.people.service import normal_address, of_plain_letters

_NONE = _l("Enter a mail address such as name@example.vn")


def checked_address(text: str) -> str:
    """A mail address as it is stored. Raises FieldError where no mail could be sent to it."""
    address = of_plain_letters(normal_address(text))
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise FieldError("email", _NONE) from None
    local, _at, domain = address.rpartition("@")
    # An apostrophe at an end is a spreadsheet's mark of text, or a quotation: O'Brien has one within.
    if not is_domain(domain) or local != local.strip("'`"):
        raise FieldError("email", _NONE)
    return address


def is_domain(domain: str) -> bool:
    """Whether every part that says that it stands for other letters (`xn--…`) does."""
    try:
        return all(idna.decode(part) for part in domain.split(".") if part[2:4] == "--")
    except idna.IDNAError:
        return False
