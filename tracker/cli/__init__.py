"""`tracker …`: a few lines a command, over services. JSON or CSV on standard output, messages on standard error."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tracker.cli.commands import tracker as tracker
from tracker.core.errors import FieldError, NotFound, Refusal
from tracker.settings import SettingsError


def main() -> None:
    """The console script. Until the command is loaded nothing looks for garbage, which would be a fifth of its time."""
    gc.disable()
    with told_in_a_line():
        tracker(prog_name="tracker")


@contextmanager
def told_in_a_line() -> Iterator[None]:
    """A wrong setting, a refusal, or what is not there, is a message and exit code 1 (2 where it is about what was
    typed, with the name of it, or names nothing), not a traceback."""
    try:
        yield
    except FieldError as error:
        print(f"tracker: {f'{error.field}: ' if error.field else ''}{error}", file=sys.stderr)
        sys.exit(2)
    except NotFound as error:
        print(f"tracker: {error}", file=sys.stderr)
        sys.exit(2)
    except (Refusal, SettingsError) as error:
        sys.exit(f"tracker: {error}")
    except OSError as error:
        sys.exit(f"tracker: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    except Exception as error:
        fault = _of_the_database(error)
        if fault is None:
            raise
        sys.exit(f"tracker: the database: {fault}")


def _of_the_database(error: Exception) -> str | None:
    """What database or driver say of a fault of theirs (not there, full, no right to it), in a line; else none.

    Neither repeats a password. Found by its name, since a command that does without a database loads none of it.
    """
    if type(error).__module__ != "sqlalchemy.exc" or type(error).__name__ != "OperationalError":
        return None
    return str(getattr(error, "orig", error)).strip().partition("\n")[0]
