"""Requests on their way in: forged ones are refused, files are received, proxies of ours are believed."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker.core.files import uploads
from tracker.settings import Settings

csrf = CSRFProtect()


def init_app(app: Flask, settings: Settings) -> None:
    """Attach all three."""
    app.request_class = uploads.Request
    csrf.init_app(app)
    if settings.trusted_proxies:
        # Only so many of the addresses that a request names were written by servers of ours.
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
