"""The ways of signing that a programme takes, and whether reports are sent with a key: what counts, what is set for
days ahead, and setting others."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.commitments.life.life_words import SIGNED_HOW, STRENGTHS
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.languages import _, _l, format_day, format_instant, text_by_language
from tracker.core.web.forms import AtMost, Checkbox, Checkboxes, DayField, Form, Required, TextField
from tracker.people import queries as people
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.programmes import steps
from tracker.planning.programmes.forms import VersionForm
from tracker.programmes import preparing, queries, ways
from tracker.programmes.models import SigningWays
from tracker.programmes.plans import Plan

WAYS = _l("Ways that bring a commitment into force")


def ways_field() -> Checkboxes:
    """Which ways, each with what it rests on."""
    return Checkboxes(
        WAYS,
        [Required(ways.NO_WAY)],
        choices=[(one, SIGNED_HOW[one]) for one in ways.CHOICES],
        look={
            "hint": _l("Both signatures of one commitment can be made in different ways"),
            "hints": {one: STRENGTHS[one] for one in ways.CHOICES},
        },
    )


class WaysForm(Form):
    """Which ways, from when, and by which decision."""

    ways = ways_field()
    key_to_send = Checkbox(
        _l("A head confirms with a signing key what is sent"),
        look={"hint": _l("Of reports: once for each press, whatever number it sends. Who has no key makes one first.")},
    )
    from_on = DayField(
        _l("Counts from"),
        [Required(_l("Enter the day"))],
        look={"hint": _l("Today or a day ahead. What was signed before stays what it is.")},
    )
    reason = TextField(
        _l("Decision that sets it"),
        [AtMost(255)],
        look={"hint": _l("Number and day of the document, if there is one already")},
    )


class PlanWaysForm(VersionForm):
    """Which ways, of a programme that is prepared."""

    ways = ways_field()


@blueprint.route("/plans/<token>/signing", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def plan_ways(token: str) -> Any:
    """Set the ways of signing of a programme that is prepared: they count from its beginning."""
    found = steps.plan_of(token)
    stands = ways.of_plan(database.session(), found, clock.today())
    form, differing = PlanWaysForm(data={"ways": stands, "version": found.version}), list[tuple[str, str]]()
    back = steps.page_of(found)
    if form.validate_on_submit():
        done = steps.carry_out(form, preparing.choose_ways, token, told=_of_plan, ways_=form.ways.data or ())
        if done is None:
            flash(_("The ways of signing are set."), "success")
            return redirect(back, 303)
        differing = done
    title = text_by_language(found.title)
    page = render_template("planning/ways.html", form=form, title=title, back=back, stands=differing)
    return page, 400 if form.all_errors() else 200


def _of_plan(plan: Plan) -> steps.Stands:
    return [(str(WAYS), in_words(ways.of_plan(database.session(), plan, clock.today())))]


def in_words(codes: Sequence[str]) -> str:
    """Ways in one line."""
    return ", ".join(str(SIGNED_HOW[one]) for one in codes)


def told_of_plan(session: Session, plan: Plan) -> list[tuple[str, str]]:
    """(way, what it rests on) of a programme that is prepared."""
    return _ways(ways.of_plan(session, plan, clock.today()))


@blueprint.route("/programmes/<code>/signing", methods=["GET", "POST"])
@action(Action.MANAGE_POLICY)
def signing_ways(code: str) -> Any:
    """Set the ways of signing of a programme in force, from today or a day ahead."""
    session, today = database.session(), clock.today()
    programme = queries.programme(session, code)
    key = ways.asks_key_to_send(session, programme.id, today)
    stands = {"ways": ways.allowed(session, programme.id, today), "key_to_send": key, "from_on": today}
    form = WaysForm(data=stands)
    back = url_for("planning.programme", code=code)
    if form.validate_on_submit() and form.carry_out(_choose, code=code, form=form):
        flash(_("The ways of signing are set from %(day)s.", day=format_day(form.from_on.data)), "success")
        return redirect(back, 303)
    page = render_template(
        "planning/ways.html", form=form, title=text_by_language(programme.title), back=back, stands=[]
    )
    return page, 400 if form.all_errors() else 200


def told(session: Session, programme_id: int) -> list[dict[str, Any]]:
    """Every version for the programme's page, the latest first, each with what its ways rest on; the preset, where
    nobody has said anything of the beginning."""
    found = ways.versions(session, programme_id)
    counts = [one for one in found if one.from_on is None or one.from_on <= clock.today()]
    names = people.names(session, [one.set_by_id for one in found if one.set_by_id is not None])
    rows = [_row(one, counts, names) for one in reversed(found)]
    if not found or found[0].from_on is not None:
        rows.append({"from": None, "ways": _ways(ways.PRESET), "state": "now" if not counts else "past"})
    return rows


def _row(one: SigningWays, counts: Sequence[SigningWays], names: dict[int, str]) -> dict[str, Any]:
    state = "now" if counts and one is counts[-1] else "past" if one in counts else "ahead"
    return {
        "from": format_day(one.from_on) if one.from_on else None,
        "ways": _ways(one.ways),
        "key": bool(one.key_to_send),
        "state": state,
        "reason": one.reason,
        "who": names.get(one.set_by_id) if one.set_by_id is not None else None,
        "when": format_instant(one.set_at),
    }


def _ways(codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(str(SIGNED_HOW[one]), str(STRENGTHS[one])) for one in codes]


def _choose(session: Session, now: Moment, *, code: str, form: WaysForm) -> None:
    """In the unit of work of the form."""
    ways.choose(
        session,
        now,
        actor_id=current_reader().person_id,
        programme=queries.programme(session, code),
        from_on=form.from_on.data,
        ways=form.ways.data or (),
        key_to_send=bool(form.key_to_send.data),
        reason=form.reason.data or None,
    )
