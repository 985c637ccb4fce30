"""What a reader sees when something went wrong: a calm page, with the number of the request. Never a trace."""

from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from tracker.core.db.database import db
from tracker.core.db.outage import AWAY, outage_of
from tracker.core.errors import DomainError, Forbidden, NotFound, StaleEdit, WrongAddress
from tracker.core.logs import request_id
from tracker.core.web import typed

PAGES = frozenset({400, 403, 404, 409, 413, 429, 500, 503, 507})
ALIKE = {405: 404, 410: 404}  # shown like this; the answer keeps its own code
RETRY_AFTER_SECONDS = "30"
_TYPED_IN_VAIN = frozenset({403, 404, 409})  # whoever typed may have been allowed, and it there, when they began
_OF_DOMAIN: tuple[tuple[type[DomainError], int], ...] = ((NotFound, 404), (Forbidden, 403), (StaleEdit, 409))
# When even the template fails: in both languages, since it is not known which one would be right.
_BARE = Markup(
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Lỗi {code}</title></head><body><main>'
    "<h1>Hệ thống đang gặp lỗi ({code})</h1><p>Chưa có gì được lưu dở dang. Xin thử lại sau ít phút.</p>"
    '<p lang="en">Something went wrong. Nothing was saved by halves. Please try again in a few minutes.</p>'
    "<p>{number}</p></main></body></html>"
)


def init_app(app: Flask) -> None:
    """Answer every error with its page."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(SQLAlchemyError, _outage)
    app.register_error_handler(OSError, _outage)


def _http_error(error: HTTPException) -> Any:
    code = error.code
    # What failed while another error was being answered comes here, inside a 500.
    cause = getattr(error, "original_exception", None)
    if cause is not None and outage_of(cause) is not None:
        return _outage(cause)
    if code is None or code < 400 or error.response is not None:
        return error  # a redirect, or an answer that somebody made on purpose
    if code >= 500:
        _forget_transaction()
    response = _refused(code)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _domain_error(error: DomainError) -> Response:
    """A refusal that no form caught. Its words are for the page where it belongs, so only its kind is told; those about
    an address belong here."""
    if isinstance(error, WrongAddress):
        return page(400, told=error.message)
    return _refused(next((code for kind, code in _OF_DOMAIN if isinstance(error, kind)), 400))


def _refused(code: int) -> Response:
    """The page of a refusal, with what was typed, to be read and copied: to send it again would be refused again."""
    return page(code, kept=_typed(), resend=False) if code in _TYPED_IN_VAIN else page(code)


def _outage(error: Exception) -> Response:
    """The database does not answer in time, or a disk is full: worth another try, unlike a fault of ours."""
    code = outage_of(error)
    if code is None:
        raise error
    current_app.logger.error("not now: %s", "the database is away" if code == AWAY else "no room", exc_info=error)
    _forget_transaction()
    g.away = True
    response = page(code, kept=_typed(), without_files=_had_files())
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def is_away() -> bool:
    """Whether the database failed this request, so that what is left of its page asks it no more."""
    return bool(g.get("away"))


def _typed() -> tuple[tuple[str, str], ...]:
    """What was sent with a form of ours, to be sent once more; nothing where the form was not proved to be ours."""
    if request.method != "POST" or not g.get("csrf_valid"):
        return ()
    return typed.fields(request.form.items(multi=True))


def _had_files() -> bool:
    return bool(g.get("csrf_valid")) and any(file.filename for file in request.files.values())


def page(code: int, **values: object) -> Response:
    """The page of an error. It must not fail itself, whatever the database or a template does."""
    shown = ALIKE.get(code, code)
    name = shown if shown in PAGES else 400 if code < 500 else 500
    try:
        return make_response(render_template(f"errors/{name}.html", **values, asked_twice=()), code)
    except Exception:
        current_app.logger.exception("the page of an error failed")
        return make_response(_BARE.format(code=code, number=request_id()), code)


def _forget_transaction() -> None:
    """What a failed transaction left behind would fail the queries of the page's frame too."""
    try:
        db.session.rollback()
    except Exception:
        current_app.logger.exception("the transaction could not be rolled back")
