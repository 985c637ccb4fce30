"""The page of one person: which offices they held, and for whom they stood in. The account has pages of its own."""

from flask import render_template

from tracker.administration.blueprint import blueprint
from tracker.administration.shortcuts import person_of
from tracker.agencies import over_time
from tracker.agencies.offices import LABELS
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.mail import queries as mails
from tracker.mail import words as mail_words
from tracker.permissions.guard import current_reader


@blueprint.get("/people/<token>")
@action(Action.SEE_OFFICES)
def person(token: str) -> str:
    """One person. 404 where there is none."""
    session, found, reader = database.session(), person_of(token), current_reader()
    return render_template(
        "administration/person.html",
        person=found,
        held=over_time.of_person(session, found.id),
        acted=[
            (one, acting)
            for one in over_time.acted_by(session, found.id)
            for acting in one.stand_ins
            if acting.person_id == found.id
        ],
        office_labels=LABELS,
        today=clock.today(),
        may_manage=reader.may(Action.MANAGE_OFFICES),
        sees_account=reader.may(Action.MANAGE_ACCOUNTS),
        troubled=mails.troubles_of(session, found.id),
        mail_words=mail_words,
    )
