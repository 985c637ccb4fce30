"""What several pages of this door need: what an address names, and choices for forms."""

from typing import Any

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from tracker.administration.forms import KindForm
from tracker.agencies import classifications, kinds, over_time
from tracker.agencies import queries as agencies
from tracker.agencies.choices import told_apart
from tracker.agencies.over_time import Held
from tracker.agencies.queries import AgencyRow
from tracker.core.db import database
from tracker.core.extensions import settings_of
from tracker.core.languages import _l
from tracker.core.web.requests import as_written
from tracker.people import queries as people
from tracker.people.queries import PersonRow
from tracker.settings import Site


def site() -> Site:
    """Where the product stands, for mails."""
    return settings_of(current_app).site


def agency_of(code: str) -> AgencyRow:
    """The body of an address. 404 where there is none."""
    found = agencies.by_code(database.session(), code)
    if found is None:
        raise NotFound
    as_written("code", found.code)
    return found


def person_of(token: str) -> PersonRow:
    """The person of an address. 404 where there is none."""
    found = people.by_token(database.session(), token)
    if found is None:
        raise NotFound
    return found


def holding_of(token: str) -> Held:
    """The holding of an office of an address. 404 where there is none."""
    found = over_time.by_token(database.session(), token)
    if found is None:
        raise NotFound
    return found


def group_typed(session: Session, form: KindForm) -> str | None:
    """The peer group that a form names; none: by kind. Raises FieldError."""
    typed = form.peer_group.data
    return kinds.group_of(typed, classifications.groups_in_use(session)) if typed else None


def group_stands(session: Session, group: str | None) -> str:
    """The peer group as a form shows it; empty: by kind."""
    return kinds.group_to_type(group, classifications.groups_in_use(session)) if group else ""


def bodies_to_choose(*without: str) -> list[tuple[str, Any]]:
    """(code, name) of every body but these, in Vietnamese order, after none."""
    found = agencies.listed(database.session())
    return [("", _l("Choose")), *told_apart(one for one in found if one.code not in without)]
