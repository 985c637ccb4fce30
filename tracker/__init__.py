"""The commitment tracker of a province."""

from __future__ import annotations

import gc
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from tracker.settings import Settings

# What a start imports stays. Going over it for rubbish every 700 objects takes a seventh of a command's start. (Workers
# that serve pages have Python's own threshold again: core/workers.py.)
gc.set_threshold(50_000, 20, 20)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application, for `gunicorn 'tracker:create_app()'`; it is put together in `tracker.web`.

    Found by its name, since every import of a room comes by here, and commands and jobs do without pages.
    """
    app: Flask = pkgutil.resolve_name("tracker.web:create_app")(settings)
    return app
