"""What was typed and not done yet, on its way through the address of the page that shows it once more.

So that page is one that the browser can ask for again: going back to it, or reading it in another language, sends
nothing and loses nothing (docs/decisions/0125).
"""

from typing import Any

from flask import current_app, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.accounts import keys
from tracker.core.extensions import settings_of
from tracker.core.languages import _
from tracker.core.web import typed
from tracker.core.web.forms import Form
from tracker.permissions.guard import current_reader

NAME = "considered"
LASTS_SECONDS = 12 * 3600
LONGEST = 5_000  # signs: beside the place in a list it must fit into the first line of a request
_PURPOSE = "considered"


def onward() -> Response | None:
    """To this page with what was typed in its address, for whoever typed it; none where it stands there already, or is
    too long to travel so."""
    if request.method != "POST":
        return None
    fields = list(typed.fields(request.form.items(multi=True)))
    value = [current_reader().person_id, request.path, fields]
    text = keys.seal(settings_of(current_app).secret_keys, _PURPOSE, value)
    if len(text) > LONGEST:
        return None
    arguments = {**request.args, **(request.view_args or {}), NAME: text}
    return redirect(url_for(request.endpoint or "", **arguments), 303)


def carried() -> MultiDict[str, str] | None:
    """What the address carries, where it is the reader's own and of this page."""
    if request.method != "GET" or NAME not in request.args:
        return None
    given = request.args[NAME]
    found = keys.unseal(settings_of(current_app).secret_keys, _PURPOSE, given, LASTS_SECONDS)
    if not isinstance(found, list) or found[:2] != [current_reader().person_id, request.path]:
        return None
    return MultiDict((name, value) for name, value in found[2])


def given() -> dict[str, Any]:
    """For making a form: what the address carries, if anything; else a form reads what was sent. Says so where the
    address should carry something that is not kept any more, or is another's."""
    found = carried()
    if found is None and request.method == "GET" and NAME in request.args:
        flash(_("What was typed here is not kept any more: enter it once more."), "warning")
    return {} if found is None else {"formdata": found}


def sent(form: Form) -> bool:
    """Whether a form was sent, or its address carries it, and everything in it is in order. What is carried has no
    token: nothing may be done by it."""
    if carried() is None:
        return form.validate_on_submit()
    return not [field for field in form if field.name != "csrf_token" and not field.validate(form)]
