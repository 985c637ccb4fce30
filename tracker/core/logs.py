"""Logs: one JSON line an event on standard error (plain lines in demo mode), each with its request's id, and scrubbed.

Never in a log: passwords, tokens, cookies, mail addresses, the query of an address.
"""

import logging
import re
import sys
import time
import uuid
from collections.abc import Mapping
from typing import Any, cast

import structlog
from flask import Flask, Response, g, request

HEADER = "X-Request-ID"
HIDDEN = "[hidden]"
DEEPEST = 6
_SECRET_NAME = re.compile(
    r"passw|secret|token|cookie|authori[sz]ation|csrf|api_?key|private_?key|otp|mail", re.IGNORECASE
)
_MAIL_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@:]+:[^/\s@]+@")
# Longer than any code of ours and made of the signs of random tokens, such as a link that resets a password. A dotted
# name of a module has neither capitals nor digits.
_TOKEN = re.compile(r"(?=[a-z_.~-]*[A-Z0-9])[A-Za-z0-9_.~-]{40,}")

log: structlog.stdlib.BoundLogger = structlog.get_logger("tracker")


def init_app(app: Flask) -> None:
    """Log each request once it is answered."""
    app.before_request(_begin)
    app.after_request(_end)


def configure(*, as_json: bool) -> None:
    """Set up structlog, and the standard library's logging through it. Also for jobs and commands, without an app."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        scrub,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = _StandardError()
    handler.setFormatter(formatter)
    handler.set_name("tracker")
    root = logging.getLogger()
    root.handlers = [*(kept for kept in root.handlers if kept.get_name() != "tracker"), handler]
    root.setLevel(logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # its line a request would hold the query
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # its heartbeat would be a line every few seconds
    alembic = logging.getLogger("alembic")  # Flask-Alembic gives it a handler; readiness asks it every few seconds
    alembic.handlers.clear()
    alembic.setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


class _StandardError(logging.StreamHandler[Any]):
    """Writes to what is standard error by then: whoever runs a command within a process may give it one of its own."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        """Where a line goes."""
        return sys.stderr


def scrub(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A structlog processor that takes away what must not be kept, by the name it has or the look of it."""
    return {key: HIDDEN if _is_secret(key) else scrubbed(value) for key, value in event.items()}


def scrubbed(value: Any, depth: int = 0) -> Any:
    """A value without mail addresses, tokens and credentials, however deep they lie."""
    if isinstance(value, str):
        return scrubbed_text(value)
    if depth > DEEPEST:
        return HIDDEN
    if isinstance(value, Mapping):
        return {key: HIDDEN if _is_secret(str(key)) else scrubbed(held, depth + 1) for key, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrubbed(held, depth + 1) for held in value]
    return value


def scrubbed_text(text: str) -> str:
    """A text without mail addresses, the credentials of an address, and tokens."""
    if "@" in text:
        text = _MAIL_ADDRESS.sub(HIDDEN, _CREDENTIALS.sub(HIDDEN + "@", text))
    return _TOKEN.sub(HIDDEN, text) if len(text) >= 40 else text


def _is_secret(name: str) -> bool:
    return not name.startswith("_") and _SECRET_NAME.search(name) is not None


def request_id() -> str:
    """The id of this request; an error page shows it, so that its line can be found. Empty outside a request."""
    return cast(str, g.get("request_id", ""))


def _begin() -> None:
    # Never taken from outside: whoever sends ids could write into our logs, or make two requests look like one.
    g.request_id = uuid.uuid4().hex
    g.request_began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    if request.endpoint != "static":
        began = g.get("request_began")
        log.info(
            "answered",
            method=request.method,
            path=_path(),
            endpoint=request.endpoint,
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1) if began is not None else None,
        )
    return response


def _path() -> str:
    """The path without its query and without tokens: for those, the name of the part stands in its place."""
    tokens = {key: str(value) for key, value in (request.view_args or {}).items() if _is_secret(key)}
    path = request.path
    for key, value in tokens.items():
        path = path.replace(value, f"<{key}>")
    return path[:200]
