"""What the pages of one programme in preparation have in common: the plan, pressing on it, and two versions beside each
other."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import StaleEdit
from tracker.core.languages import _, format_day, text_by_language
from tracker.permissions.guard import current_reader
from tracker.programmes import plans
from tracker.programmes.plans import Plan

Verb = Callable[..., Any]


def plan_of(token: str) -> Plan:
    """The plan of an address. Raises NotFound."""
    return plans.by_token(database.session(), token)


def page_of(plan: Plan) -> str:
    """The address of its page."""
    return url_for("planning.plan", token=plan.token)


def carry_out(form: Any, verb: Verb, token: str, **arguments: Any) -> list[tuple[str, str]] | None:
    """Do something to a plan as the reader saw it; none where it is done.

    Else what stands now, field by field, where somebody changed it meanwhile: what was typed stays in the form, and the
    next press is about the version that stands. Empty where it was refused for another reason.
    """
    try:
        done = form.carry_out(_as_reader, do=verb, token=token, version=form.version.data, arguments=arguments)
    except StaleEdit as refusal:
        form.add_error("", refusal.message)
        database.session().rollback()
        now = plan_of(token)
        form.version.data = now.version
        return _differing(form, now)
    return None if done else []


def _as_reader(
    session: Session, now: Moment, *, do: Verb, token: str, version: int | None, arguments: Mapping[str, Any]
) -> Any:
    """In the unit of work of the form."""
    actor_id = current_reader().person_id
    return do(session, now, actor_id=actor_id, token=token, version=version, **arguments)


def _differing(form: Any, plan: Plan) -> list[tuple[str, str]]:
    """(label, what stands now) of each field in which the plan is another than what was typed."""
    stands: dict[str, Any] = {
        "title": plan.title.get("vi"),
        "title_en": plan.title.get("en"),
        "code": plan.code,
        "year": plan.year,
        "slogan": (plan.slogan or {}).get("vi"),
        "slogan_en": (plan.slogan or {}).get("en"),
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "unsigned_until": plan.unsigned_until,
        "basis_number": plan.basis_number,
        "basis_on": plan.basis_on,
        "basis_issuer": plan.basis_issuer,
        "basis": "\n".join(plan.basis),
    }
    found = [
        (str(form[name].label.text), _written(value))
        for name, value in stands.items()
        if name in form and form[name].data != value
    ]
    return found or [(_("Programme"), text_by_language(plan.title))]


def _written(value: Any) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, str | int) else format_day(value)
