"""The escalation ledger of one target: each rung that was climbed, what was asked for by hand, what was promised."""

from typing import Any

from flask import render_template, url_for

from tracker.agencies.offices import LABELS, Office
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import _, _l, format_day, format_instant, text_by_language
from tracker.monitoring import queries
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.viewpoint import page_values, viewpoint_of
from tracker.people import queries as people
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.programmes.words import period_title
from tracker.reminders import ledger
from tracker.reminders.asking import promises
from tracker.reminders.asking.words import promise_words
from tracker.reminders.duty import BROKEN, BY_HAND
from tracker.reminders.ladder import Occasion, Rung
from tracker.reminders.ledger import Stopped, Telling
from tracker.reminders.words import OCCASIONS, rung_words

STOPPED = {
    Stopped.OPEN: ("warn", "triangle", _l("Still open")),
    Stopped.WAITING: ("info", "ring", _l("The mail waits to leave")),
    Stopped.DONE: ("good", "check", _l("Done, or owed no more")),
    Stopped.CLOSED: ("silent", "dash", _l("Closed or ended")),
    Stopped.DROPPED: ("silent", "dash", _l("Done before the mail left")),
    Stopped.NOT_TAKEN: ("bad", "cross", _l("The mail was not taken")),
}


@blueprint.get("/targets/<token>/reminders")
@action(Action.SEE_TARGET)
def target_ledger(token: str) -> str:
    """Who was told of a target, when and how. 404 where it is unknown or out of the reader's scope."""
    session, reader = database.session(), current_reader()
    head = queries.target_head(session, token, restrict(queries.TARGET.agency_id, reader, Action.SEE_TARGET))
    if head is None:
        raise NotFound(_l("There is no such target."))
    seen = viewpoint_of(head.programme, head.assessed_on)
    codes = {id_: code for code, id_ in queries.frame_of(session, head.programme.id).period_ids.items()}
    promised = promises.of_targets(session, [head.target.id])
    names = people.names(session, [one.promised_by_id for one in promised.values()])
    return render_template(
        "monitoring/ledger.html",
        **page_values(
            seen,
            title=text_by_language(head.target.title),
            agency=text_by_language(head.agency_name),
            back=seen.url(url_for("monitoring.target", token=token)),
            rows=[_row(one, codes) for one in ledger.of_target(session, head.target)],
            promises=[
                {
                    "what": _what(codes.get(one.period_id or 0)),
                    "text": promise_words(one, seen.now.on),
                    "who": names.get(one.promised_by_id, ""),
                    "at": format_instant(one.promised_at),
                }
                for one in promised.values()
            ],
        ),
    )


def _row(one: Telling, codes: dict[int, str]) -> dict[str, Any]:
    tone, shape, label = STOPPED[one.stopped]
    return {
        "told_on": format_day(one.row.told_on),
        "what": _what(codes.get(one.row.period_id or 0)),
        "occasion": str(OCCASIONS[Occasion(one.row.occasion)]),
        "rung": _rung(one.row.rung),
        "asked": _("%(who)s: “%(text)s”", who=one.asked_by, text=one.asking.sentence) if one.asking else "",
        "who": one.who,
        "office": str(LABELS[Office(one.row.audience)]) if one.row.audience else "–",
        "queued": format_instant(one.mail.created_at),
        "taken": format_instant(one.mail.sent_at) if one.mail.sent_at else "–",
        "mark": (tone, shape, str(label)),
    }


def _what(code: str | None) -> str:
    return period_title(code) if code else _("Completion")


def _rung(step: str) -> str:
    """The step as it was climbed, in words."""
    if step == BY_HAND:
        return _("asked by hand")
    text = rung_words(Rung(Occasion.REPORT, ledger.ANY, int(step.removesuffix(BROKEN))))
    return _("%(step)s, the promise not kept", step=text) if step.endswith(BROKEN) else text
