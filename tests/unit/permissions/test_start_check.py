"""A product with an endpoint that says no action does not start."""

import pytest
from flask import Flask

from tracker.core.actions import Action, action
from tracker.permissions.guard import UndeclaredAction, declared_actions
from tracker.permissions.navigation import standing


def test_an_endpoint_without_an_action_is_named() -> None:
    app = Flask(__name__)
    app.add_url_rule("/open", "open", action(Action.PUBLIC)(lambda: "open"))
    app.add_url_rule("/forgotten", "forgotten", lambda: "anybody?")
    with pytest.raises(UndeclaredAction, match="forgotten"):
        declared_actions(app)


def test_declared_endpoints_and_static_files_are_known() -> None:
    app = Flask(__name__)
    app.add_url_rule("/board", "board", action(Action.SEE_BOARD)(lambda: "board"))
    assert declared_actions(app) == {"static": Action.PUBLIC, "board": Action.SEE_BOARD}


def test_the_menu_leads_only_where_something_stands() -> None:
    found = standing({"audit.index", "other"}, lambda endpoint, _arguments: f"/at/{endpoint}")
    assert [(item.endpoint, item.path) for item in found] == [("audit.index", "/at/audit.index")]
