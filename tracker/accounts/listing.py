"""Reading for administrators: everybody with an account or an address, and what takes two of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.accounts import second_say
from tracker.accounts.models import Account, AccountLink, Passkey, SecondSay
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import LABELS, Office
from tracker.agencies.queries import held_on
from tracker.core.clock import Moment
from tracker.core.languages import Text, _l
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.people.models import Person

STATES: Mapping[str, Text] = {
    "active": _l("Signs in"),
    "invited": _l("Invited"),
    "none": _l("Not invited"),
    "disabled": _l("Disabled"),
}
OUTCOMES: Mapping[str, Text] = {
    "confirmed": _l("Confirmed"),
    "refused": _l("Refused"),
    "withdrawn": _l("Withdrawn"),
    "expired": _l("Nobody decided in time"),
}
KEPT = timedelta(days=90)  # so long decided ones are listed; the audit record keeps them for good

_HAS_KEY = sa.exists().where(Passkey.account_id == Account.id)
_HAS_HELD = sa.exists().where(OfficeHolding.person_id == Person.id)
_FACTOR = sa.case((sa.or_(Account.totp.is_not(None), _HAS_KEY), "yes"), else_="no")


@dataclass(frozen=True, slots=True)
class Request:
    """Something that takes two administrators, with the names that stand now. `what` in the reader's language."""

    token: str
    label: str
    what: str
    about_id: int
    about: str
    reason: str
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    outcome: str | None
    decided_by: str | None
    decided_at: datetime | None
    open: bool
    lines: tuple[str, ...] = ()  # each single thing, where it is many


def state(at: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The state of an account at an instant: a code of STATES."""
    open_link = sa.exists().where(
        AccountLink.account_id == Account.id,
        AccountLink.kind == "invitation",
        AccountLink.used_at.is_(None),
        AccountLink.withdrawn_at.is_(None),
        AccountLink.expires_at > at,
    )
    return sa.case(
        (Account.id.is_(None), "none"),
        (Account.active.is_(False), "disabled"),
        (Account.password.is_not(None), "active"),
        (open_link, "invited"),
        else_="none",
    )


def state_label(code: str) -> str:
    """A state in words."""
    return str(STATES[code])


def _now() -> sa.ColumnElement[Any]:
    return sa.bindparam("now", type_=AccountLink.expires_at.type)


def _says(text: str) -> sa.ColumnElement[bool]:
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return sa.or_(Person.name.ilike(pattern, escape="\\"), Person.email.ilike(pattern, escape="\\"))


def _holding(office: str) -> sa.ColumnElement[bool]:
    held = sa.and_(OfficeHolding.person_id == Person.id, OfficeHolding.office == office)
    day = sa.bindparam("today", type_=sa.Date)
    within = sa.and_(OfficeHolding.from_on <= day, sa.or_(OfficeHolding.to_on.is_(None), OfficeHolding.to_on >= day))
    return sa.exists().where(held, within)


_BY_ID = SortKey(Person.__table__.c.id, int)
_SIGNED_IN = SortKey(Account.__table__.c.signed_in_at, datetime, nullable=True)

ACCOUNTS = Listing(
    columns=(
        Column("name", _l("Name"), (SortKey(Person.__table__.c.sort_key),)),
        Column("email", _l("Mail address"), (SortKey(sa.func.coalesce(Account.email, Person.email, "")),)),
        Column("state", _l("State"), value=lambda row: state_label(row.state)),
        Column("factor", _l("Second factor"), value=lambda row: FACTORS[row.factor]),
        Column(
            "signed_in_at", _l("Signed in last"), (SortKey(Account.__table__.c.signed_in_at, datetime, nullable=True),)
        ),
    ),
    default_sort="name",
    identity=_BY_ID,
    filters=(
        Filter("q", _l("Name or address"), _says),
        Filter("state", _l("State"), lambda code: state(_now()) == code, choices=tuple(STATES.items())),
        Filter("office", _l("Office"), _holding, choices=tuple((str(one), LABELS[one]) for one in Office)),
        Filter(
            "factor", _l("Second factor"), lambda code: code == _FACTOR, choices=(("yes", _l("Yes")), ("no", _l("No")))
        ),
    ),
)
FACTORS: Mapping[str, Text] = {"yes": _l("Yes"), "no": _l("No")}


def rows(now: Moment) -> sa.Select[Any]:
    """Select of everybody with an account, a mail address or an office."""
    statement = (
        sa.select(
            Person.id.label("person_id"),
            Person.token,
            Person.name,
            sa.func.coalesce(Account.email, Person.email).label("email"),
            Account.id.label("account_id"),
            state(_now()).label("state"),
            _FACTOR.label("factor"),
            Account.signed_in_at,
        )
        .select_from(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(sa.or_(Account.id.is_not(None), Person.email.is_not(None), _HAS_HELD))
    )
    return statement.params(now=now.at, today=now.on)


def is_person(person_id: int) -> sa.ColumnElement[bool]:
    """Condition on the rows: that person."""
    return Person.id == person_id


def offices(session: Session, person_ids: Collection[int], on: date) -> dict[int, list[tuple[Office, dict[str, str]]]]:
    """(office, name of the body by language) that persons hold on a day, by person."""
    found: dict[int, list[tuple[Office, dict[str, str]]]] = {}
    statement = (
        sa.select(OfficeHolding.person_id, OfficeHolding.office, Agency.name)
        .join(Agency, Agency.id == OfficeHolding.agency_id)
        .where(OfficeHolding.person_id.in_(person_ids), held_on(on))
        .order_by(OfficeHolding.id)
    )
    for person_id, office, name in session.execute(statement):
        found.setdefault(person_id, []).append((Office(office), name))
    return found


def waiting(session: Session, now: Moment) -> list[Request]:
    """What waits for a second administrator, the oldest first."""
    open_ones = sa.and_(SecondSay.outcome.is_(None), SecondSay.expires_at > now.at)
    return _requests(session, now, _named().where(open_ones).order_by(SecondSay.id))


def decided(session: Session, now: Moment) -> list[Request]:
    """What was decided or expired lately, the latest first."""
    over = sa.or_(SecondSay.outcome.is_not(None), SecondSay.expires_at <= now.at)
    recent = SecondSay.asked_at > now.at - KEPT
    return _requests(session, now, _named().where(over, recent).order_by(SecondSay.id.desc()).limit(50))


def request(session: Session, now: Moment, token: str) -> Request | None:
    """One of them by its name in addresses; what expired unnoticed says so."""
    found = _requests(session, now, _named().where(SecondSay.token == token))
    return replace(found[0], lines=_lines(session, token)) if found else None


def _lines(session: Session, token: str) -> tuple[str, ...]:
    say = session.scalars(sa.select(SecondSay).where(SecondSay.token == token)).one()
    lines = second_say.kind_of(say.kind).lines
    return tuple(lines(session, second_say.asked_of(say))) if lines else ()


def _named() -> sa.Select[SecondSay, str, str, str]:
    about, asker, decider = aliased(Person), aliased(Person), aliased(Person)
    return (
        sa.select(SecondSay, about.name, asker.name, decider.name)
        .join(about, about.id == SecondSay.about_id)
        .join(asker, asker.id == SecondSay.asked_by_id)
        .outerjoin(decider, decider.id == SecondSay.decided_by_id)
    )


def _requests(session: Session, now: Moment, statement: sa.Select[SecondSay, str, str, str]) -> list[Request]:
    found = []
    for say, about, asker, decider in session.execute(statement):
        kind = second_say.kind_of(say.kind)
        found.append(
            Request(
                token=say.token,
                label=str(kind.label),
                what=kind.describe(session, second_say.asked_of(say)),
                about_id=say.about_id,
                about=about,
                reason=say.reason,
                asked_by_id=say.asked_by_id,
                asked_by=asker,
                asked_at=say.asked_at,
                expires_at=say.expires_at,
                outcome=say.outcome,
                decided_by=decider,
                decided_at=say.decided_at,
                open=say.outcome is None and say.expires_at > now.at,
            )
        )
    return found
