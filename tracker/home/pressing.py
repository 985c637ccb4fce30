"""How a button of these pages is pressed: the service runs in a unit of work, and a refusal goes back into the form."""

from collections.abc import Callable
from typing import Any

from tracker.core import clock, database
from tracker.core.errors import DomainError, Forbidden, NotFound, StaleEdit
from tracker.core.forms import Form
from tracker.progress.service import Incomplete


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
