"""Files that came with a form which could not be taken: held for an hour, for the person who sent them and nobody else.

The slip by which they are found travels in the page, sealed, like the text that was typed beside them (`held_forms`).
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import BinaryIO, NamedTuple, cast

from flask import current_app, request

from tracker.accounts import keys
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import FieldError
from tracker.core.extensions import settings_of
from tracker.core.files import held
from tracker.people import uploads

FIELD = "evidence"  # whose files are held where a form could not be taken
SLIP = "held"
LASTS = timedelta(hours=1)
_PURPOSE = "held upload"


class Held(NamedTuple):
    """A file that waits: its name in `core.files.held`, and what the person calls it."""

    token: str
    name: str


def hold_sent(person_id: int | None) -> tuple[list[str], bool]:
    """Put aside what came with this request; returns the slips, and whether a file could not be kept.

    It counts as sent today, as every file does.
    """
    sent = [(field, file) for field, file in request.files.items(multi=True) if file.filename]
    slips = []
    for field, file in sent:
        slip = hold(person_id, cast(BinaryIO, file.stream), file.filename or "") if field == FIELD else None
        slips += [slip] if slip else []
    return slips, len(slips) < len(sent)


def slip_of(slip: str, person_id: int) -> Held | None:
    """The file of a slip; none where it is another person's, an hour old, or no slip of ours."""
    settings = settings_of(current_app)
    found = keys.unseal(settings.secret_keys, _PURPOSE, slip, int(LASTS.total_seconds()))
    if not isinstance(found, list) or len(found) != 3 or found[0] != person_id:
        return None
    return Held(str(found[1]), str(found[2]))


def names(fields: Iterable[tuple[str, str]], person_id: int) -> list[str]:
    """What the files are called whose slips stand among the fields of a form."""
    found = (slip_of(value, person_id) for name, value in fields if name == SLIP)
    return [one.name for one in found if one is not None]


def hold(person_id: int | None, stream: BinaryIO, name: str) -> str | None:
    """Put one file aside for a person; its slip, or none where it is too large, or too much for a day."""
    if person_id is None:
        return None
    settings, now = settings_of(current_app), clock.moment()
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > settings.upload_max_bytes:
        return None
    database.session().rollback()
    try:
        with unit_of_work(now) as session:
            uploads.count(
                session,
                now,
                person_id=person_id,
                size=size,
                most_files=settings.upload_daily_files,
                most_bytes=settings.upload_daily_bytes,
                field=FIELD,
            )
    except FieldError:
        return None
    token = held.hold(stream, settings.files_folder, settings.upload_max_bytes, until=now.at - LASTS)
    return keys.seal(settings.secret_keys, _PURPOSE, [person_id, token, name]) if token else None
