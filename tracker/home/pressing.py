"""How a button of these pages is pressed: the service runs in a unit of work, and a refusal goes back into the form."""

from collections.abc import Callable, Iterable
from typing import Any

from tracker.core import clock
from tracker.core.db import database
from tracker.core.errors import DomainError, Forbidden, NotFound, StaleEdit
from tracker.core.web.forms import Form
from tracker.progress.service import Incomplete

LONGEST_NUMBER = 6  # digits of a version or a revision; Python itself refuses to read thousands of them


def press(form: Form, verb: Callable[..., Any], **arguments: Any) -> bool:
    """Whether the service did it; what it returned stands in `form.result`, why it refused beside the fields.

    StaleEdit, NotFound and Forbidden go up: they are no fault of what was typed.
    """
    try:
        return form.carry_out(verb, database.session(), clock.moment(), **arguments)
    except Incomplete as refusal:
        for name, message in refusal.faults.items():
            form.add_error(name, message)
    except (Forbidden, NotFound, StaleEdit):
        raise
    except DomainError as refusal:
        form.add_error("", refusal.message)
    return False


def ticked(given: Iterable[str]) -> dict[str, int]:
    """Token → the version or revision that was seen, of the boxes of a form ("token:number"); the rest is left out."""
    pairs = [text.rpartition(":") for text in given]
    return {
        token: int(number)
        for token, _sign, number in pairs
        if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    }
