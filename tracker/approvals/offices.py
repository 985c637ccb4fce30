"""Offices and authority that two administrators give, and what one of them ends; whoever it concerns is told by mail.

What is kept of it stands in `agencies.holdings`. An office is given by this file alone, save from the command line.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from tracker.accounts import keys, letters
from tracker.accounts.letters import Reader
from tracker.agencies import holdings, over_time
from tracker.agencies import queries as agencies
from tracker.agencies.offices import LABELS, Office
from tracker.agencies.over_time import Held
from tracker.approvals import service as approvals
from tracker.approvals.models import Approval
from tracker.approvals.service import ApprovalRequest, Matter
from tracker.core.clock import Moment
from tracker.core.errors import NotFound
from tracker.core.languages import DEFAULT, Text, _, _l, format_day, in_language, text_by_language
from tracker.mail import service as outbox
from tracker.people import queries as people
from tracker.settings import Site

GIVE, CORRECT, STAND_IN = "office.give", "office.correct", "office.stand_in"
NOTICE = "office_notice"


def register(site: Site) -> None:
    """Let the two-person rule know what to do."""
    for code, label, carry_out, describe in (
        (GIVE, _l("An office is given"), _give, _describe_giving),
        (CORRECT, _l("An office is held on more days"), _correct, _describe_correcting),
        (STAND_IN, _l("Somebody stands in"), _stand_in, _describe_standing_in),
    ):
        approvals.register(Matter(code, label, partial(carry_out, site=site), describe))


def ask_to_give(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    person_id: int,
    agency_id: int,
    office: Office,
    from_on: date,
    to_on: date | None,
    reason: str,
) -> Approval:
    """Ask that a person be given an office. Raises FieldError where it could not be given as things stand, and what
    `service.ask` raises."""
    _try(
        session, now, actor_id=actor_id, person_id=person_id, agency_id=agency_id, office=office, days=(from_on, to_on)
    )
    detail = {"office": str(office), **_days(from_on, to_on)}
    return approvals.ask(
        session,
        now,
        kind=GIVE,
        actor_id=actor_id,
        about_id=person_id,
        agency_id=agency_id,
        reason=reason,
        detail=detail,
    )


def ask_to_stand_in(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    holding_id: int,
    person_id: int,
    from_on: date,
    to_on: date,
    paper: str,
) -> Approval:
    """Ask that a person act for the holder of an office; the paper is the reason. Raises as `ask_to_give` does."""
    with session.begin_nested() as trial:
        made = holdings.open_stand_in(
            session,
            now,
            actor_id=actor_id,
            holding_id=holding_id,
            person_id=person_id,
            from_on=from_on,
            to_on=to_on,
            paper=paper,
        )
        paper = made.paper
        trial.rollback()
    held = _held(session, holding_id)
    return approvals.ask(
        session,
        now,
        kind=STAND_IN,
        actor_id=actor_id,
        about_id=person_id,
        agency_id=held.agency_id,
        reason=paper,
        detail={"holding_id": holding_id, **_days(from_on, to_on)},
    )


def correct(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    holding_id: int,
    from_on: date,
    to_on: date | None,
    reason: str,
    site: Site,
) -> Approval | None:
    """Other days for an office. Fewer of them are corrected at once; more are like giving, and take a second one.

    Returns what was asked for, or none where it is done.
    """
    held = _held(session, holding_id)
    more = from_on < held.from_on or (held.to_on is not None and (to_on is None or to_on > held.to_on))
    if not more:
        holdings.correct_holding(session, now, actor_id=actor_id, holding_id=holding_id, from_on=from_on, to_on=to_on)
        _notify(session, now, _held(session, holding_id), site, _corrected)
        return None
    with session.begin_nested() as trial:
        holdings.correct_holding(session, now, actor_id=actor_id, holding_id=holding_id, from_on=from_on, to_on=to_on)
        trial.rollback()
    return approvals.ask(
        session,
        now,
        kind=CORRECT,
        actor_id=actor_id,
        about_id=held.person_id,
        agency_id=held.agency_id,
        reason=reason,
        detail={"holding_id": holding_id, **_days(from_on, to_on)},
    )


def end(session: Session, now: Moment, *, actor_id: int, holding_id: int, to_on: date, site: Site) -> None:
    """A person holds an office for the last time on a day, by the word of one administrator."""
    holdings.close_holding(session, now, actor_id=actor_id, holding_id=holding_id, to_on=to_on)
    _notify(session, now, _held(session, holding_id), site, _ends)


def remove(session: Session, now: Moment, *, actor_id: int, holding_id: int, site: Site) -> None:
    """Take back an office given by mistake today."""
    held = _held(session, holding_id)
    holdings.remove_holding(session, now, actor_id=actor_id, holding_id=holding_id)
    _notify(session, now, held, site, _taken_back)


def tell_ended(session: Session, now: Moment, holding_ids: Iterable[int], site: Site) -> None:
    """Tell those whose offices ended with their body."""
    for holding_id in holding_ids:
        _notify(session, now, _held(session, holding_id), site, _ends)


def tell_restored(session: Session, now: Moment, holding_ids: Iterable[int], site: Site) -> None:
    """Tell those who hold their offices again, because the end of their body was undone."""
    for holding_id in holding_ids:
        _notify(session, now, _held(session, holding_id), site, _corrected)


def end_stand_in(session: Session, now: Moment, *, actor_id: int, token: str, to_on: date, site: Site) -> None:
    """An authority ends earlier, by the word of one administrator. Raises NotFound where there is none."""
    found = over_time.of_stand_in(session, token)
    if found is None:
        raise NotFound(_l("There is no such authority."))
    held, acting, stand_in_id = found
    holdings.close_stand_in(session, now, actor_id=actor_id, stand_in_id=stand_in_id, to_on=to_on)
    for person_id in (acting.person_id, held.person_id):
        _write(session, now, person_id, site, partial(_no_longer, acting.name, held.name, to_on))


def remove_stand_in(session: Session, now: Moment, *, actor_id: int, token: str, site: Site) -> None:
    """Take an authority back at once, by the word of one administrator. Raises NotFound where there is none."""
    found = over_time.of_stand_in(session, token)
    if found is None:
        raise NotFound(_l("There is no such authority."))
    held, acting, stand_in_id = found
    holdings.remove_stand_in(session, now, actor_id=actor_id, stand_in_id=stand_in_id)
    for person_id in (acting.person_id, held.person_id):
        _write(session, now, person_id, site, partial(_lends_no_more, acting.name, held.name))


def _give(session: Session, now: Moment, asked: ApprovalRequest, site: Site) -> None:
    from_on, to_on = _asked_days(asked)
    holding = holdings.open_holding(
        session,
        now,
        actor_id=asked.decided_by_id,
        person_id=asked.person_id,
        agency_id=asked.agency_id or 0,
        office=Office(asked.detail["office"]),
        from_on=from_on,
        to_on=to_on,
    )
    _notify(session, now, _held(session, holding.id), site, _given)


def _correct(session: Session, now: Moment, asked: ApprovalRequest, site: Site) -> None:
    from_on, to_on = _asked_days(asked)
    holding_id = asked.detail["holding_id"]
    holdings.correct_holding(
        session, now, actor_id=asked.decided_by_id, holding_id=holding_id, from_on=from_on, to_on=to_on
    )
    _notify(session, now, _held(session, holding_id), site, _corrected)


def _stand_in(session: Session, now: Moment, asked: ApprovalRequest, site: Site) -> None:
    from_on, to_on = _asked_days(asked)
    held = _held(session, asked.detail["holding_id"])
    if to_on is None:
        raise ValueError("an authority has a last day")
    holdings.open_stand_in(
        session,
        now,
        actor_id=asked.decided_by_id,
        holding_id=held.id,
        person_id=asked.person_id,
        from_on=from_on,
        to_on=to_on,
        paper=asked.reason,
    )
    for person_id in (asked.person_id, held.person_id):
        _write(session, now, person_id, site, partial(_describe_standing_in, session, asked))


def _describe_giving(session: Session, asked: ApprovalRequest) -> str:
    agency = agencies.names(session, [asked.agency_id or 0]).get(asked.agency_id or 0)
    return _(
        "%(name)s becomes %(office)s of %(agency)s, %(days)s",
        name=_name(session, asked.person_id),
        office=_lower(LABELS[Office(asked.detail["office"])]),
        agency=text_by_language(agency[1]) if agency else "–",
        days=days_text(*_asked_days(asked)),
    )


def _describe_correcting(session: Session, asked: ApprovalRequest) -> str:
    held = over_time.holding_of(session, asked.detail["holding_id"])
    if held is None:
        return _("The office was removed meanwhile")
    return _("%(name)s holds it on other days: %(what)s", name=held.name, what=_what(held, *_asked_days(asked)))


def _describe_standing_in(session: Session, asked: ApprovalRequest) -> str:
    held = over_time.holding_of(session, asked.detail["holding_id"])
    if held is None:
        return _("The office was removed meanwhile")
    return _(
        "%(name)s acts for %(holder)s in %(agency)s, %(days)s",
        name=_name(session, asked.person_id),
        holder=held.name,
        agency=text_by_language(held.agency_name),
        days=days_text(*_asked_days(asked)),
    )


def days_text(from_on: date, to_on: date | None) -> str:
    """Days in words of the reader's language: from … to …, or from … on."""
    first = format_day(from_on)
    if to_on is None:
        return _("from %(first)s on", first=first)
    return _("from %(first)s to %(last)s", first=first, last=format_day(to_on))


def _what(held: Held, from_on: date, to_on: date | None) -> str:
    office, agency = str(LABELS[held.office]), text_by_language(held.agency_name)
    return f"{office}, {agency}, {days_text(from_on, to_on)}"


def _given(held: Held) -> str:
    return _("An office was given to you: %(what)s", what=_what(held, held.from_on, held.to_on))


def _corrected(held: Held) -> str:
    return _("The days of your office were corrected: %(what)s", what=_what(held, held.from_on, held.to_on))


def _ends(held: Held) -> str:
    return _("Your office ends: %(what)s", what=_what(held, held.from_on, held.to_on))


def _taken_back(held: Held) -> str:
    what = _what(held, held.from_on, held.to_on)
    return _("An office was given to you by mistake, and taken back: %(what)s", what=what)


def _no_longer(name: str, holder: str, to_on: date) -> str:
    return _("%(name)s acts for %(holder)s until %(day)s.", name=name, holder=holder, day=format_day(to_on))


def _lends_no_more(name: str, holder: str) -> str:
    return _("%(name)s no longer acts for %(holder)s: the authority was taken back.", name=name, holder=holder)


def _notify(session: Session, now: Moment, held: Held, site: Site, approval: Callable[[Held], str]) -> None:
    _write(session, now, held.person_id, site, partial(approval, held))


def _write(session: Session, now: Moment, person_id: int, site: Site, approval: Callable[[], str]) -> None:
    """One mail; it counts as asked for, since it is about the person's own rights. Nobody without an address."""
    person = people.by_id(session, person_id)
    if person is None or person.email is None:
        return
    to = Reader(person.name, person.language or DEFAULT)
    with in_language(to.language):
        sentence = approval()
    outbox.queue(
        session,
        now,
        outbox.Letter(
            key=f"{NOTICE}:{keys.new_token()}",
            kind=NOTICE,
            person_id=person_id,
            language=to.language,
            content=letters.office_notice(to, site, sentence, now.at),
            host=site.host,
            carries_token=True,
        ),
    )


def _try(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    person_id: int,
    agency_id: int,
    office: Office,
    days: tuple[date, date | None],
) -> None:
    """Give the office and take it back at once: what would refuse it then refuses the asking now."""
    with session.begin_nested() as trial:
        holdings.open_holding(
            session,
            now,
            actor_id=actor_id,
            person_id=person_id,
            agency_id=agency_id,
            office=office,
            from_on=days[0],
            to_on=days[1],
        )
        trial.rollback()


def _held(session: Session, holding_id: int) -> Held:
    found = over_time.holding_of(session, holding_id)
    if found is None:
        raise NotFound(_l("There is no such holding of an office."))
    return found


def _days(from_on: date, to_on: date | None) -> dict[str, Any]:
    return {"from_on": from_on.isoformat()} | ({"to_on": to_on.isoformat()} if to_on else {})


def _asked_days(asked: ApprovalRequest) -> tuple[date, date | None]:
    last = asked.detail.get("to_on")
    return date.fromisoformat(asked.detail["from_on"]), date.fromisoformat(last) if last else None


def _name(session: Session, person_id: int) -> str:
    return people.names(session, [person_id]).get(person_id, "–")


def _lower(text: Text) -> str:
    """An office inside of a sentence."""
    words = str(text)
    return words[:1].lower() + words[1:]
