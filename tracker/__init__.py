"""The commitment tracker of a province."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from tracker.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The web application, for `gunicorn 'tracker:create_app()'`; it is put together in `tracker.web`.

    Found by its name, since every import of a room comes by here, and commands and jobs do without pages.
    """
    app: Flask = pkgutil.resolve_name("tracker.web:create_app")(settings)
    return app
