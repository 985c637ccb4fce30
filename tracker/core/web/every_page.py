"""What every answer has in common: its headers, what the layout of a page reads, and which hosts are ours."""

import json
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, request
from werkzeug.datastructures import MultiDict

from tracker.core.db import timeouts
from tracker.core.extensions import HOME, settings_of
from tracker.core.languages import (
    IN_ADDRESS,
    LANGUAGES,
    chosen_here,
    current_language,
    format_instant,
    is_for_everybody,
    offered_here,
)
from tracker.core.logs import request_id
from tracker.core.web import error_pages, health, preferences
from tracker.core.web.preferences import signed_in
from tracker.core.web.requests import asked_twice
from tracker.settings import Settings

POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "worker-src 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS_ONLY = "max-age=31536000; includeSubDomains"
FOR_EVER = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def init_app(app: Flask, settings: Settings) -> None:
    """Attach headers, error pages, health addresses, preferences, and the context of base.html."""
    app.config["TRUSTED_HOSTS"] = [settings.host, *(LOOPBACK if settings.demo else ())]
    app.jinja_env.globals["asset"] = _asset_address(app)
    app.context_processor(_layout_values)
    app.before_request(_wait_only_so_long)
    app.before_request(_refuse_nul)
    app.after_request(_headers)
    error_pages.init_app(app)
    health.init_app(app)
    app.register_blueprint(preferences.blueprint)


def product_version() -> str:
    """The version of the product, as installed; empty where it is not installed."""
    try:
        return version("tracker")
    except PackageNotFoundError:
        return ""


def _layout_values() -> dict[str, Any]:
    """What templates/base.html reads, save for what the rooms above add (nav, account, body_name)."""
    settings = settings_of(current_app)
    silent_since = health.scheduler_silent_since(settings) if signed_in() and not error_pages.is_away() else None
    return {
        "locale": current_language(),
        "languages": list(LANGUAGES.items()),
        "public_languages": _in_each(),
        "chosen_language": chosen_here(),
        "theme": preferences.chosen_theme(),
        "next_url": _here(),
        "typed_here": preferences.carrying_of(current_app).sealed,
        "app_version": current_app.extensions["version"],
        "request_id": request_id(),
        "scheduler_silent_since": format_instant(silent_since) if silent_since else None,
        "demo": settings.demo,
        "asked_twice": asked_twice(),
        "sample_notice": settings.demo,  # whatever stands in a demo's pages is made up
        "province": settings.province,
    }


def _here() -> str:
    """Where the language and theme forms lead back to: this page, or the first one if it cannot be asked for again."""
    rule = request.url_rule
    if request.method not in {"GET", "HEAD"} and (rule is None or "GET" not in (rule.methods or ())):
        return "/"
    return preferences.safe_next(request.full_path.removesuffix("?"))


def _in_each() -> list[tuple[str, str, str]]:
    """A page for everybody in each of its languages: (code, own name, address); empty where somebody has signed in."""
    if signed_in() or not is_for_everybody(request.endpoint):
        return []
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != IN_ADDRESS]
    return [
        (code, name, f"{request.path}?{urlencode([*asked, (IN_ADDRESS, code)])}")
        for code, name in offered_here().items()
    ]


def _asset_address(app: Flask) -> Any:
    """`asset("app.css")`: the address of a built file, in a folder that carries the hash of all of them."""
    manifest = HOME / "static" / "build" / "manifest.json"
    built = json.loads(manifest.read_text())["version"] if manifest.is_file() else "none"
    prefix = f"{app.static_url_path}/build/{built}/"
    app.extensions["version"] = product_version()

    def asset(name: str) -> str:
        return prefix + name

    return asset


def _wait_only_so_long() -> None:
    timeouts.wait_at_most(timeouts.STATEMENT_SECONDS)


def _refuse_nul() -> None:
    """PostgreSQL takes NUL in no text, and no keyboard sends it: stopped here, so that no page has to meet it."""
    given = (request.path, *_texts(request.args), *_texts(request.form))
    if any("\x00" in text for text in given):
        abort(400)


def _texts(fields: MultiDict[str, str]) -> Iterator[str]:
    for name, value in fields.items(multi=True):
        yield name
        yield value


def _headers(response: Response) -> Response:
    """Headers of every answer. A view that says more itself (a download's sandbox) is not overruled."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings_of(current_app).secure:
        response.headers["Strict-Transport-Security"] = HTTPS_ONLY
    if request.endpoint == "static":
        if response.status_code < 400:
            response.headers["Cache-Control"] = FOR_EVER if "/build/" in request.path else AN_HOUR
    elif "Cache-Control" not in response.headers:
        # Pages of a signed-in reader stand in no cache: the next one at this machine must not find them by "back".
        private = signed_in() or request.method == "POST"  # (signing out answers after the session is gone)
        response.headers["Cache-Control"] = "no-store" if private else "private, no-cache"
    return response
