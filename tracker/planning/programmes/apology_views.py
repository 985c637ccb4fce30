"""Whether a programme asks for public apologies for late files: what counts, what is set for days ahead, setting other
things."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.languages import _, _l, format_day, format_instant, text_by_language
from tracker.core.web.forms import AtMost, Checkboxes, DayField, Form, Required, TextField, WholeNumberField
from tracker.people import queries as people
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.programmes import queries
from tracker.urging import apologies
from tracker.urging.models import ApologyRule


class ApologiesForm(Form):
    """For late files of which targets, within which days, from when, by which decision."""

    targets = Checkboxes(
        _l("Targets whose late files are apologised for"),
        look={"hint": _l("Of each accepted report the whole less the part. None: no apology is asked for.")},
    )
    days = WholeNumberField(
        _l("To be published within"),
        [Required(_l("Enter a number of working days"))],
        look={"suffix": _l("working days")},
    )
    from_on = DayField(
        _l("Counts from"),
        [Required(_l("Enter the day"))],
        look={"hint": _l("Today or a day ahead, for reports that are accepted from then on.")},
    )
    reason = TextField(_l("Decision that sets it"), [Required(_l("Enter the decision")), AtMost(255)])


@blueprint.route("/programmes/<code>/apologies", methods=["GET", "POST"])
@action(Action.MANAGE_POLICY)
def programme_apologies(code: str) -> Any:
    """Set it, from today or a day ahead."""
    session, today = database.session(), clock.today()
    programme = queries.programme(session, code)
    stands = apologies.on_day(session, today).get(programme.id, apologies.NONE)
    form: Any = ApologiesForm(data={"targets": list(stands.targets), "days": stands.days, "from_on": today})
    offered = apologies.targets_of(session, programme.id)
    form.targets.choices = [(one, f"{one} · {text_by_language(title)}") for one, title in offered]
    back = url_for("planning.programme", code=code)
    if form.validate_on_submit() and form.carry_out(_chosen, code=code, form=form):
        flash(_("It counts from %(day)s.", day=format_day(form.from_on.data)), "success")
        return redirect(back, 303)
    page = render_template(
        "planning/apologies.html", form=form, title=text_by_language(programme.title), back=back, offered=offered
    )
    return page, 400 if form.all_errors() else 200


def told(session: Session, programme_id: int) -> list[dict[str, Any]]:
    """Every version for the programme's page, the latest first."""
    found = apologies.versions(session, programme_id)
    counts = [one for one in found if one.from_on <= clock.today()]
    names = people.names(session, [one.set_by_id for one in found])
    return [_row(one, counts, names) for one in reversed(found)]


def _row(one: ApologyRule, counts: Sequence[ApologyRule], names: dict[int, str]) -> dict[str, Any]:
    state = "now" if counts and one is counts[-1] else "past" if one in counts else "ahead"
    return {
        "from": format_day(one.from_on),
        "targets": ", ".join(one.targets) or None,
        "days": one.days,
        "state": state,
        "reason": one.reason,
        "who": names.get(one.set_by_id),
        "when": format_instant(one.set_at),
    }


def _chosen(session: Session, now: Moment, *, code: str, form: Any) -> None:
    """In the unit of work of the form."""
    apologies.choose(
        session,
        now,
        actor_id=current_reader().person_id,
        programme=queries.programme(session, code),
        from_on=form.from_on.data,
        targets=form.targets.data or (),
        days=form.days.data,
        reason=form.reason.data,
    )
