"""A body says by when it will send a report that is owed: once, with a sentence; reminders to it rest until then."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.languages import _, _l, format_day, text_by_language
from tracker.core.web.forms import AtMost, DayField, Form, Required, TextArea
from tracker.home.blueprint import blueprint
from tracker.home.figure.figure_views import FIGURE, slot_at
from tracker.permissions.guard import current_reader
from tracker.programmes.words import period_title
from tracker.reminders.asking import promises


class PromiseForm(Form):
    """By when, and why so."""

    will_send_on = DayField(_l("It will be sent by"), [Required(_l("Enter the day"))])
    sentence = TextArea(
        _l("Why not before, and what is done for it"),
        [Required(_l("Enter a sentence")), AtMost(promises.LONGEST)],
        look={"rows": 3, "hint": _l("The head, the monitors and the ledger show it.")},
    )


@blueprint.route(FIGURE + "/promise", methods=["GET", "POST"])
@action(Action.ENTER_FIGURE)
def promise(target_token: str, period_code: str) -> str | Response | tuple[str, int]:
    """Promise a day for a report; where nothing can be promised any more, the page says why."""
    slot = slot_at(target_token, period_code, Action.ENTER_FIGURE)
    address = url_for("home.figure", target_token=slot.target.token, period_code=slot.code)
    form = PromiseForm()
    offered = promises.offer(database.session(), clock.moment(), slot)
    if offered.last is not None and form.validate_on_submit():
        given = {"will_send_on": form.will_send_on.data, "sentence": form.sentence.data or ""}
        if form.carry_out(promises.make, reader=current_reader(), slot=slot, **given):
            day = format_day(given["will_send_on"])
            flash(_("It is promised for %(day)s. Reminders to your body rest until then.", day=day), "success")
            return redirect(address, 303)
    page = render_template(
        "home/promise.html",
        form=form,
        address=address,
        title=text_by_language(slot.target.title),
        period=period_title(slot.code) if slot.period else _("Completion"),
        last=format_day(offered.last) if offered.last else None,
        why_not=offered.why_not,
    )
    return page, 422 if form.all_errors() else 200
