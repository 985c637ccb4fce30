"""What somebody typed into a form whose session had ended, carried through signing in.

The text travels in the page itself, sealed with the product's key: nothing is stored for somebody not yet known.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from itsdangerous import BadData

from tracker.accounts.keys import Secret, serializer
from tracker.core.web import typed

LONGEST = 200_000  # characters of all fields
LASTS_SECONDS = 12 * 3600
_SALT = "kept-form"


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was sent: where to, and its fields. Passwords and tokens are not among them; of files only the slips
    of those that are held, and whether others are lost. `person_id`: who typed it, where that is known."""

    path: str
    fields: tuple[tuple[str, str], ...]
    lost_files: bool = False
    person_id: int | None = None

    def is_of(self, person_id: int) -> bool:
        """Whether this person may have typed it: nobody else sends it on."""
        return self.person_id in {None, person_id}


def keep(
    path: str, fields: Iterable[tuple[str, str]], *, lost_files: bool = False, person_id: int | None = None
) -> Kept:
    """What to keep of a form."""
    return Kept(path, typed.fields(fields), lost_files, person_id)


def seal(kept: Kept, secret: Secret) -> str | None:
    """The sealed text of a form; none where it is too long to travel."""
    if sum(len(name) + len(value) for name, value in kept.fields) > LONGEST:
        return None
    sealed: str = serializer(secret, _SALT).dumps([kept.path, list(kept.fields), kept.lost_files, kept.person_id])
    return sealed


def unseal(sealed: str, secret: Secret) -> Kept | None:
    """The form in a sealed text; none where it was tampered with or is too old."""
    try:
        path, fields, lost_files, person_id = serializer(secret, _SALT).loads(sealed, max_age=LASTS_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    return Kept(path, tuple((name, value) for name, value in fields), lost_files, person_id)
