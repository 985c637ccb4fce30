"""A programme's policy: its versions with what each changes, a form for a new one, and taking one back.

A version is planned from its answered preview alone (`recalculations`), so that nobody sets what they have not seen.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.commitments import queries as commitments
from tracker.compliance.recalculations import service as recalculations
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import _, _l, format_day, format_instant, format_number
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.settings.policy_forms import LABELS, PolicyForm, PressForm, figures, shown, unit
from tracker.monitoring.viewpoint import page_values, viewpoint
from tracker.people import queries as people
from tracker.permissions.guard import current_reader
from tracker.programmes import planning, queries
from tracker.programmes import policy as policies
from tracker.programmes.queries import PolicyVersion, Programme
from tracker.rule.facts import Policy

GROUPS = (
    (_l("Thresholds"), ("on_track", "at_risk", "keep_at_risk")),
    (_l("Time for reports"), ("grace_days", "resubmit_days")),
    (_l("Score"), ("late_penalty", "late_floor", "punctuality_weight")),
    (_l("Ranks"), ("judged_share",)),
    (_l("Bands"), policies.BANDS),
)


@blueprint.get("/policy")
@action(Action.SEE_POLICY)
def policy() -> str:
    """The versions of a programme's policy, and every figure that is in force today."""
    session, seen = database.session(), viewpoint(database.session())
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    rows = queries.policy_versions(session, seen.programme.id)
    versions = _versions(rows)
    reader = current_reader()
    names = people.names(session, [row.set_by_id for row in rows if row.set_by_id is not None])
    return render_template(
        "monitoring/policy.html",
        **page_values(
            seen,
            groups=_groups(policies.in_force(versions, seen.last_on)),
            versions=_described(rows, seen.now.on, names, seen.programme.code),
            over=_over(seen.programme, seen.now.on),
            plan_url=url_for("monitoring.new_policy", programme=seen.programme.code),
            may_ask=reader.may(Action.ASK_PROVINCE),
            may_manage=reader.may(Action.MANAGE_POLICY),
            recalculations_url=url_for("monitoring.recalculations", programme=seen.programme.code),
        ),
    )


@blueprint.route("/policy/new", methods=["GET", "POST"])
@action(Action.ASK_PROVINCE)
def new_policy() -> Any:
    """The form of a new version. Sent, it becomes a preview; before anybody has signed, it is set at once."""
    session, now, reader = database.session(), clock.moment(), current_reader()
    programme = queries.programme(session, request.args.get("programme", ""))
    versions = _versions(queries.policy_versions(session, programme.id))
    signed = _is_signed(session, programme, now.on)
    form = PolicyForm(data=figures(policies.in_force(versions, now.on) if signed else versions[0].policy))
    if not signed:
        del form.from_on
    if form.validate_on_submit() and _accepted(form, session, now, programme):
        if signed and form.carry_out(_ask, programme_id=programme.id, form=form):
            return redirect(url_for("monitoring.recalculation", token=form.result), 303)
        if not signed and reader.may(Action.MANAGE_POLICY) and form.carry_out(_set, code=programme.code, form=form):
            flash(_("The policy is changed. Commitments are judged by it from their signing on."), "success")
            return redirect(url_for("monitoring.policy", programme=programme.code), 303)
    page = render_template(
        "monitoring/new_policy.html",
        form=form,
        programme=programme,
        signed=signed,
        over=_over(programme, now.on),
        may_manage=reader.may(Action.MANAGE_POLICY),
        groups=[(label, [form[name] for name in names]) for label, names in GROUPS],
        back=url_for("monitoring.policy", programme=programme.code),
    )
    return page, 400 if form.all_errors() else 200


@blueprint.route("/policy/withdraw", methods=["GET", "POST"])
@action(Action.MANAGE_POLICY)
def withdraw_policy() -> Any:
    """Asked twice: take back a version that is still ahead."""
    session, now = database.session(), clock.moment()
    programme = queries.programme(session, request.args.get("programme", ""))
    rows = queries.policy_versions(session, programme.id)
    row = next((r for r in rows if r.from_on and r.from_on.isoformat() == request.args.get("day")), None)
    if row is None or row.from_on is None or row.from_on <= now.on:
        raise NotFound(_l("There is no such version ahead."))
    back = url_for("monitoring.policy", programme=programme.code)
    form = PressForm()
    if form.validate_on_submit() and form.carry_out(_withdraw, code=programme.code, from_on=row.from_on):
        flash(_("The version from %(day)s is withdrawn.", day=format_day(row.from_on)), "success")
        return redirect(back, 303)
    before = policies.in_force([v for v in _versions(rows) if v.from_on != row.from_on], row.from_on)
    page = render_template(
        "monitoring/withdraw_policy.html",
        form=form,
        day=format_day(row.from_on),
        changes=changes(policies.policy_from(row.values), before),
        back=back,
    )
    return page, 400 if form.all_errors() else 200


def changes(before: Policy, after: Policy) -> list[tuple[str, str, str]]:
    """(figure, before, after) of all that differs, in words."""
    return [
        (str(LABELS[name]), amount(name, one), amount(name, other))
        for name, one, other in policies.differences(before, after)
    ]


def amount(name: str, value: Any) -> str:
    """A figure with its unit: 90 %, 3 working days."""
    return f"{format_number(shown(name, value))}\u00a0{unit(name)}"


def _versions(rows: Sequence[PolicyVersion]) -> Any:
    return policies.timeline([(row.from_on, row.values) for row in rows])


def _over(programme: Any, on: date) -> str | None:
    """The last day of a programme that has come, after which no policy can begin any more; none before it."""
    return format_day(programme.ends_on) if programme.ends_on <= on else None


def _is_signed(session: Session, programme: Programme, on: date) -> bool:
    first = commitments.first_signed_on(session, programme.id)
    return first is not None and first <= on


def _accepted(form: PolicyForm, session: Session, now: clock.Moment, programme: Programme) -> bool:
    """Everything that stands against what was typed goes beside its field, all at once."""
    versions = _versions(queries.policy_versions(session, programme.id))
    first = commitments.first_signed_on(session, programme.id)
    from_on = form.from_on.data if "from_on" in form else None
    found = planning.refusals(now, programme, versions, from_on, form.policy(), first)
    for field, message in found:
        form.add_error(field, message)
    return not found


def _ask(session: Session, now: Moment, *, programme_id: int, form: PolicyForm) -> str:
    """In the unit of work of the form: the preview's token."""
    return recalculations.ask_policy(
        session,
        now,
        actor_id=current_reader().person_id,
        programme_id=programme_id,
        versions=_versions(queries.policy_versions(session, programme_id)),
        from_on=form.from_on.data,
        policy=form.policy(),
        reason=form.reason.data,
    ).token


def _set(session: Session, now: Moment, *, code: str, form: PolicyForm) -> None:
    programme = queries.programme(session, code)
    planning.plan_policy(
        session,
        now,
        actor_id=current_reader().person_id,
        programme=programme,
        from_on=None,
        policy=form.policy(),
        reason=form.reason.data,
        first_signed_on=commitments.first_signed_on(session, programme.id),
    )


def _withdraw(session: Session, now: Moment, *, code: str, from_on: date) -> None:
    actor_id = current_reader().person_id
    programme = queries.programme(session, code)
    at_once = recalculations.follows_at_once(session, now, actor_id=actor_id, programme_id=programme.id)
    planning.withdraw_policy(session, now, actor_id=actor_id, programme=programme, from_on=from_on, follow=at_once)


def _groups(now: Policy) -> list[tuple[str, list[tuple[str, str]]]]:
    values = figures(now)
    return [
        (str(label), [(str(LABELS[name]), f"{format_number(values[name])}\u00a0{unit(name)}") for name in names])
        for label, names in GROUPS
    ]


def _withdraw_url(code: str, from_on: date) -> str:
    return url_for("monitoring.withdraw_policy", programme=code, day=from_on.isoformat())


def _described(rows: Sequence[PolicyVersion], on: date, names: dict[int, str], code: str) -> list[dict[str, Any]]:
    """The versions for the page, the latest first, each with what it changes of the one before it."""
    found, before = [], Policy()
    if not rows or rows[0].from_on is not None:  # nobody has said anything of the beginning: the rule's defaults count
        rows = [PolicyVersion(from_on=None, values={}), *rows]
    begun = max(row.from_on or date.min for row in rows if row.from_on is None or row.from_on <= on)
    for row in rows:
        after = policies.policy_from(row.values)
        ahead = row.from_on is not None and row.from_on > on
        found.append(
            {
                "from": format_day(row.from_on) if row.from_on else None,
                "iso": row.from_on.isoformat() if row.from_on else None,
                "state": "ahead" if ahead else "now" if (row.from_on or date.min) == begun else "past",
                "changes": changes(before, after),
                "reason": row.reason,
                "who": names.get(row.set_by_id) if row.set_by_id is not None else None,
                "when": format_instant(row.set_at) if row.set_at else None,
                "withdraw_url": _withdraw_url(code, row.from_on) if row.from_on and ahead else None,
            }
        )
        before = after
    return found[::-1]
