"""What the pages of one programme in preparation have in common: the plan, pressing on it, and two versions beside each
other."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import NotFound, StaleEdit
from tracker.core.languages import NOTHING, _, _l, format_day, text_by_language
from tracker.permissions.guard import current_reader
from tracker.planning import queries as planning
from tracker.programmes import plans
from tracker.programmes.plans import Plan
from tracker.programmes.words import FREQUENCIES

Verb = Callable[..., Any]
Stands = list[tuple[str, str]]  # (label, what stands now)


def plan_of(token: str) -> Plan:
    """The plan of an address. Raises NotFound."""
    return plans.by_token(database.session(), token)


def page_of(plan: Plan) -> str:
    """The address of its page."""
    return url_for("planning.plan", token=plan.token)


def demand(frequency: str) -> None:
    """Raises NotFound where an address names no frequency."""
    if frequency not in FREQUENCIES:
        raise NotFound(_l("There is no such frequency."))


def carry_out(
    form: Any, verb: Verb, token: str, told: Callable[[Plan], Stands] | None = None, **arguments: Any
) -> Stands | None:
    """Do something to a plan as the reader saw it; none where it is done.

    Else what stands now, field by field or as `told` has it, where somebody changed it meanwhile: what was typed stays
    in the form, and the next press is about the version that stands. Empty where it was refused for another reason.
    """
    try:
        done = form.carry_out(_as_reader, do=verb, token=token, version=form.version.data, arguments=arguments)
    except StaleEdit as refusal:
        form.add_error("", refusal.message)
        database.session().rollback()
        now = plan_of(token)
        form.version.data = now.version
        return told(now) if told is not None else _differing(form, now)
    return None if done else []


def _as_reader(
    session: Session, now: Moment, *, do: Verb, token: str, version: int | None, arguments: Mapping[str, Any]
) -> Any:
    """In the unit of work of the form."""
    actor_id = current_reader().person_id
    return do(session, now, actor_id=actor_id, token=token, version=version, **arguments)


def _differing(form: Any, plan: Plan) -> Stands:
    """Of each field in which the plan is another than what was typed."""
    stands: dict[str, Any] = {
        "title": plan.title.get("vi"),
        "title_en": plan.title.get("en"),
        "code": plan.code,
        "year": plan.year,
        "slogan": (plan.slogan or {}).get("vi"),
        "slogan_en": (plan.slogan or {}).get("en"),
        "responsible": planning.code_of(database.session(), plan.responsible_id),
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "unsigned_until": plan.unsigned_until,
        "calendar": str(plan.calendar_id),
        "basis_number": plan.basis_number,
        "basis_on": plan.basis_on,
        "basis_issuer": plan.basis_issuer,
        "basis": "\n".join(plan.basis),
    }
    found = [
        (str(form[name].label.text), _written(value, getattr(form[name], "choices", ())))
        for name, value in stands.items()
        if name in form and form[name].data != value
    ]
    return found or [(_("Programme"), text_by_language(plan.title))]


def _written(value: Any, choices: Iterable[tuple[Any, Any]]) -> str:
    if value is None:
        return NOTHING
    value = dict(choices).get(value, value)
    return format_day(value) if isinstance(value, date) else str(value)
