"""Moving the reporting calendar of a programme in force: typed, shown with who owes what then, pressed again."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from wtforms import HiddenField

from tracker.agencies import queries as agencies
from tracker.compliance.recalculations import service as recalculations
from tracker.compliance.telling import rescheduled
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.languages import NOTHING, _, _l, _n, format_day, text_by_language
from tracker.core.web.forms import AtMost, Required, TextField
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.programmes import picture, steps
from tracker.planning.programmes.forms import periods_form, rows_for, tell_clashes, typed_periods
from tracker.programmes import moving, preparing, queries, reporting
from tracker.programmes.queries import Programme
from tracker.programmes.reporting import Days
from tracker.programmes.words import DAYS, period_title

_FIELDS = {
    "seen": HiddenField(),  # the periods whose effect was shown before this press
    "reason": TextField(
        _l("Reason"),
        [Required(_l("Enter the decision that moves it")), AtMost(255)],
        look={"hint": _l("The number and day of the document")},
    ),
}


@blueprint.route("/programmes/<code>/calendar/<frequency>", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def move(code: str, frequency: str) -> Any:
    """The periods of one frequency of a programme in force: days that are ahead may be moved, periods added."""
    steps.demand(frequency)
    session, now = database.session(), clock.moment()
    programme = queries.programme(session, code)
    stand = preparing.periods_of(session, programme.id)
    own = [one for one in stand if one.frequency == frequency]
    others = [one for one in stand if one.frequency != frequency]
    rows = rows_for(own)
    form = periods_form(own, rows, _FIELDS)
    back = url_for("planning.programme", code=code)
    shown, effect = own, None
    if form.is_submitted():
        whole = form.validate()
        shown, places = typed_periods(form, frequency, rows)
        tell_clashes(form, others, shown, places)
        _tell(form, now, own, shown, places)
        if whole and not form.all_errors():
            seen = _print(own, shown)
            if form.seen.data == seen:
                asked = {"stood": own, "periods": shown, "reason": form.reason.data}
                if form.carry_out(_move, code=code, frequency=frequency, **asked):
                    text = _n("%(num)s period is moved or added.", "%(num)s periods are moved or added.", form.result)
                    flash(text, "success")
                    return redirect(back, 303)
            else:
                form.seen.data = seen
                effect = _effect(session, programme, frequency, shown, now)
    page = render_template(
        "planning/move.html",
        form=form,
        programme=programme,
        label=picture.label_of(frequency),
        rows=[[form[f"{name}_{number}"] for name in ("code", *DAYS)] for number in range(rows)],
        year=picture.year_of(shown, programme.starts_on, programme.ends_on, now.on),
        gaps=picture.gap_words(list(reporting.gaps(shown, programme.starts_on, programme.ends_on))),
        effect=effect,
        back=back,
    )
    return page, 400 if form.all_errors() else 200


def _tell(form: Any, now: Moment, own: Sequence[Days], shown: Sequence[Days], places: Sequence[int]) -> None:
    """What cannot be moved stands beside its field."""
    for place, field, message in moving.refusals(now, own, shown):
        form.add_error("" if place is None else f"{field}_{places[place]}", message)
    if not form.all_errors() and list(own) == list(shown):
        form.add_error("", moving.NOTHING_NEW)


def _effect(
    session: Session, programme: Programme, frequency: str, periods: Sequence[Days], now: Moment
) -> list[dict[str, Any]]:
    """Who owes what then: each report that would be due on another day, or newly, with its bodies."""
    where = rescheduled.at_frequency(programme.id, frequency, now.on)
    moved = rescheduled.moved(session, now.on, where, rescheduled.with_periods(periods))
    names = agencies.names(session, {one for many in moved.values() for one in many.agencies})
    return [
        {
            "what": period_title(what.period) if what.period else _("Deadline of targets"),
            "before": format_day(what.before) if what.before else NOTHING,
            "after": format_day(what.after) if what.after else NOTHING,
            "targets": many.targets,
            "bodies": sorted(text_by_language(names[one][1]) for one in many.agencies),
        }
        for what, many in moved.items()
    ]


def _print(*shown: Sequence[Days]) -> str:
    """What was shown, as it is and as it would be, to be told from anything typed or decided since."""
    return "|".join(";".join(",".join(one.stored().values()) for one in periods) for periods in shown)


def _move(session: Session, now: Moment, *, code: str, frequency: str, **asked: Any) -> int:
    """In the unit of work of the form."""
    actor_id = current_reader().person_id
    programme = queries.programme(session, code)
    at_once = recalculations.follows_at_once(session, now, actor_id=actor_id, programme_id=programme.id)
    return moving.move(
        session,
        now,
        actor_id=actor_id,
        programme=programme,
        frequency=frequency,
        follow=at_once,
        **asked,
    )
