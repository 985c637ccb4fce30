"""The ladder of a programme's reminders: what counts, and setting another; first it is shown who would get what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from wtforms import HiddenField

from tracker.agencies import queries as agencies
from tracker.agencies.offices import LABELS
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.languages import _, _l, format_day, format_instant, text_by_language
from tracker.core.web.forms import AtMost, Between, DayField, Form, Required, TextField, WholeNumberField
from tracker.people import queries as people
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.programmes import queries
from tracker.programmes.queries import Programme
from tracker.reminders import foresight, ladders
from tracker.reminders.ladder import LONGEST_PAUSE, PRESET, WAYS, Audience, Flaw, Ladder, Occasion, Rung, read, stored
from tracker.reminders.ladder import flaws as flaws_of
from tracker.reminders.ladders import FLAWS
from tracker.reminders.words import AUDIENCES, OCCASIONS, rung_words

MOST_RUNGS = 12  # of one audience
_FIELDS = {
    "seen": HiddenField(),  # the ladder whose mails were shown before this press
    "from_on": DayField(_l("Counts from"), [Required(_l("Enter the day"))], look={"hint": _l("Today or a day ahead")}),
    "reason": TextField(
        _l("Reason"),
        [Required(_l("Enter the decision that sets it")), AtMost(255)],
        look={"hint": _l("The number and day of the document")},
    ),
}


@dataclass(frozen=True)
class Place:
    """The two fields of one audience of an occasion."""

    occasion: Occasion
    audience: Audience

    @property
    def days(self) -> str:
        """The field of its days."""
        return f"{self.occasion}_{self.audience}_days"

    @property
    def every(self) -> str:
        """The field of its pause."""
        return f"{self.occasion}_{self.audience}_every"


PLACES = [Place(occasion, audience) for occasion in Occasion for audience in WAYS[occasion].audiences]


@blueprint.route("/programmes/<code>/reminders", methods=["GET", "POST"])
@action(Action.MANAGE_POLICY)
def ladder(code: str) -> Any:
    """Set the ladder of a programme in force, from today or a day ahead."""
    session, today = database.session(), clock.today()
    programme = queries.programme(session, code)
    form = _form(ladders.on_day(session, today).get(programme.id, PRESET))
    back = url_for("planning.programme", code=code)
    foreseen = None
    if form.is_submitted():
        whole = form.validate()
        typed = _typed(form)
        if whole and not form.all_errors():
            seen = repr((stored(typed), form.from_on.data))
            if form.seen.data == seen:
                if form.carry_out(_choose, code=code, form=form, typed=typed):
                    flash(_("The ladder is set from %(day)s.", day=format_day(form.from_on.data)), "success")
                    return redirect(back, 303)
            else:
                form.seen.data = seen
                foreseen = _foreseen(session, programme, typed)
    page = render_template(
        "planning/ladder.html",
        form=form,
        programme=programme,
        rows=_rows(form),
        foreseen=foreseen,
        days=foresight.DAYS,
        back=back,
    )
    return page, 400 if form.all_errors() else 200


def _rows(form: Any) -> list[tuple[Any, list[tuple[Any, Any, Any]]]]:
    """The fields as they are shown: (occasion, [(audience, its days, its pause)])."""
    found: dict[Occasion, list[tuple[Any, Any, Any]]] = {one: [] for one in Occasion}
    for place in PLACES:
        every = None if WAYS[place.occasion].news else form[place.every]
        found[place.occasion].append((AUDIENCES[place.audience], form[place.days], every))
    return [(OCCASIONS[occasion], rows) for occasion, rows in found.items()]


def told(session: Session, programme_id: int) -> dict[str, Any]:
    """What the programme's page says: the ladder that counts, in words, since when by which decision; what is ahead."""
    today = clock.today()
    found = ladders.versions(session, programme_id)
    begun = [one for one in found if one.from_on <= today]
    names = people.names(session, [one.set_by_id for one in found])
    now = begun[-1] if begun else None
    return {
        "rungs": _words(read(now.rungs) if now else PRESET),
        "since": _origin(now, names) if now else None,
        "ahead": [
            {"rungs": _words(read(one.rungs)), "since": _origin(one, names)} for one in found if one.from_on > today
        ],
    }


def _origin(one: Any, names: dict[int, str]) -> dict[str, str]:
    return {
        "from": format_day(one.from_on),
        "reason": one.reason,
        "who": names.get(one.set_by_id, ""),
        "when": format_instant(one.set_at),
    }


def _words(rungs: Iterable[Rung]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(occasion, [(audience, its days)]), up the ladder."""
    found = list(rungs)

    def days(place: Place) -> str:
        own = [one for one in found if (one.occasion, one.audience) == (place.occasion, place.audience)]
        return "; ".join(rung_words(one) for one in sorted(own, key=lambda one: one.after))

    return [
        (str(OCCASIONS[one]), [(str(AUDIENCES[p.audience]), days(p)) for p in PLACES if p.occasion is one and days(p)])
        for one in Occasion
    ]


def _form(stands: Ladder) -> Any:
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {"from_on": clock.today()}
    for place in PLACES:
        own = [rung for rung in stands if (rung.occasion, rung.audience) == (place.occasion, place.audience)]
        fields[place.days] = TextField(_l("Told on these working days"), [AtMost(80)], look={"width": 10})
        pause = Between(1, LONGEST_PAUSE)
        if not WAYS[place.occasion].news:
            fields[place.every] = WholeNumberField(_l("Then again every … working days"), [pause], look={"width": 3})
        data[place.days] = ", ".join(str(after) for after in sorted(rung.after for rung in own))
        data[place.every] = next((rung.every for rung in own if rung.every is not None), None)
    return type("LadderForm", (Form,), {**fields, **_FIELDS})(data=data)


def _typed(form: Any) -> Ladder:
    """The ladder that was typed; what is wrong stands beside its field."""
    found: list[Rung] = []
    for place in PLACES:
        days = _days(form, place)
        every = None if WAYS[place.occasion].news else form[place.every].data
        if every is not None and not days:
            form.add_error(place.days, _l("Enter the days, or leave both empty"))
        for number, after in enumerate(days):
            last = number == len(days) - 1
            found.append(Rung(place.occasion, place.audience, after, every if last else None))
    if not form.all_errors():
        for flaw, rung in flaws_of(found):
            place = Place(rung.occasion, rung.audience)
            form.add_error(place.every if flaw is Flaw.FALLS_SILENT else place.days, FLAWS[flaw])
        for occasion in set(Occasion) - {rung.occasion for rung in found}:
            form.add_error(Place(occasion, WAYS[occasion].doing[0]).days, FLAWS[Flaw.NOBODY_ACTS])
    return tuple(found)


def _days(form: Any, place: Place) -> Sequence[int]:
    """The days of a field, ascending: "-3, 0, 1"."""
    parts = [part.strip().replace("−", "-") for part in (form[place.days].data or "").replace(";", ",").split(",")]
    found = []
    for part in filter(None, parts):
        try:
            found.append(int(part))
        except ValueError:
            form.add_error(place.days, _l("“%(part)s” is no whole number of working days", part=part))
            return []
    if len(found) > MOST_RUNGS:
        form.add_error(place.days, _l("At most %(most)s days", most=MOST_RUNGS))
    return sorted(found)


def _foreseen(session: Session, programme: Programme, typed: Ladder) -> list[dict[str, Any]]:
    """Who would get what, day by day."""
    found = foresight.foresee(session, clock.today(), programme.id, typed)
    bodies = agencies.names(
        session, {one for mails in found.values() for mail in mails for one, _office in mail.offices}
    )
    return [
        {
            "day": format_day(day),
            "mails": len(mails),
            "to": [
                {
                    "name": mail.receiver.name,
                    "offices": ", ".join(
                        f"{LABELS[office]} · {text_by_language(bodies[agency][1])}" for agency, office in mail.offices
                    ),
                    "lines": mail.lines,
                    "news": mail.news,
                }
                for mail in mails
            ],
        }
        for day, mails in found.items()
    ]


def _choose(session: Session, now: Moment, *, code: str, form: Any, typed: Ladder) -> None:
    """In the unit of work of the form."""
    ladders.choose(
        session,
        now,
        actor_id=current_reader().person_id,
        programme=queries.programme(session, code),
        from_on=form.from_on.data,
        ladder=typed,
        reason=form.reason.data,
    )
