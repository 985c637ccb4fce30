"""Requests on their way in: forged ones are refused, files are received, proxies of ours are believed."""

from collections.abc import Iterable

from flask import Flask, abort, redirect, request, url_for
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker.core.errors import WrongAddress
from tracker.core.files import uploads
from tracker.core.languages import Text, _
from tracker.settings import Settings

csrf = CSRFProtect()
SEVERAL = frozenset({"status"})  # what an address may ask for several of; of anything else it has one value


def init_app(app: Flask, settings: Settings) -> None:
    """Attach all three."""
    app.request_class = uploads.Request
    csrf.init_app(app)
    if settings.trusted_proxies:
        # Only so many of the addresses that a request names were written by servers of ours.
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def as_written(name: str, code: str) -> None:
    """An address may have a code in another case: a page leads on to the same address with the code as it is written;
    a form is taken as it is."""
    values = request.view_args or {}
    if values[name] != code and request.method != "POST":
        address = url_for(str(request.endpoint), **{**request.args.to_dict(flat=False), **values, name: code})
        abort(redirect(address, 303))


def demand(faults: Iterable[Text], *known: str) -> None:
    """A file is what was asked for or nothing: raises WrongAddress where the address has faults, or names what is not
    `known`, or one thing with two values."""
    unknown = [
        _("“%(name)s” is nothing that can be asked for here.", name=one) for one in request.args if one not in known
    ]
    if told := [*map(str, faults), *unknown, *asked_twice()]:
        raise WrongAddress(" ".join(told))


def asked_twice() -> list[str]:
    """What is told of each name that has more than one value in the address: only the first is read."""
    return [
        _("“%(name)s” has more than one value in the address. It can have one.", name=name)
        for name, values in request.args.lists()
        if name not in SEVERAL and len(set(values)) > 1
    ]
