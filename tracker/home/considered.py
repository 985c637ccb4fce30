"""A decision that was typed and not taken yet, on its way through the address of the page that shows it once more.

So that page is one that the browser can ask for again: going back to it, or reading it in another language, sends
nothing and loses nothing (docs/decisions/0125).
"""

from flask import current_app, request
from werkzeug.datastructures import MultiDict

from tracker.accounts import keys
from tracker.core.extensions import settings_of
from tracker.core.web import typed
from tracker.permissions.guard import current_reader

NAME = "considered"
LASTS_SECONDS = 12 * 3600
LONGEST = 5_000  # signs: beside the place in the queue it must fit into the first line of a request
_PURPOSE = "considered decision"


def sealed(report_token: str) -> str | None:
    """What was typed in this request, for whoever typed it and this report; none where it is too long to travel so."""
    fields = list(typed.fields(request.form.items(multi=True)))
    value = [current_reader().person_id, report_token, fields]
    text = keys.seal(settings_of(current_app).secret_keys, _PURPOSE, value)
    return text if len(text) <= LONGEST else None


def carried(report_token: str) -> MultiDict[str, str] | None:
    """What the address carries, where it is the reader's own and of this report."""
    if request.method != "GET" or NAME not in request.args:
        return None
    given = request.args[NAME]
    found = keys.unseal(settings_of(current_app).secret_keys, _PURPOSE, given, LASTS_SECONDS)
    if not isinstance(found, list) or found[:2] != [current_reader().person_id, report_token]:
        return None
    return MultiDict((name, value) for name, value in found[2])
