"""Reading for administrators: everybody with an account or an address."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Account, AccountLink, Passkey
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import LABELS, Office
from tracker.agencies.queries import held_on
from tracker.core.clock import Moment
from tracker.core.db.collating import by_code
from tracker.core.db.searching import searched
from tracker.core.db.sorting import by_name
from tracker.core.languages import Text, _l
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.people.models import Person
from tracker.people.queries import ADDRESS_IS_BROKEN

STATES: Mapping[str, Text] = {
    "active": _l("Signs in"),
    "invited": _l("Invited"),
    "none": _l("Not invited"),
    "disabled": _l("Disabled"),
}
_HAS_KEY = sa.exists().where(Passkey.account_id == Account.id)
_HAS_HELD = sa.exists().where(OfficeHolding.person_id == Person.id)
_FACTOR = sa.case((sa.or_(Account.totp.is_not(None), _HAS_KEY), "yes"), else_="no")


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


def _holding(office: str) -> sa.ColumnElement[bool]:
    held = sa.and_(OfficeHolding.person_id == Person.id, OfficeHolding.office == office)
    day = sa.bindparam("today", type_=sa.Date)
    within = sa.and_(OfficeHolding.from_on <= day, sa.or_(OfficeHolding.to_on.is_(None), OfficeHolding.to_on >= day))
    return sa.exists().where(held, within)


_BY_ID = SortKey(Person.__table__.c.id, int)

ACCOUNTS = Listing(
    columns=(
        Column("name", _l("Name"), (by_name(Person.__table__.c.sort_key),)),
        Column("email", _l("Mail address"), (SortKey(by_code(sa.func.coalesce(Account.email, Person.email, ""))),)),
        Column("state", _l("State"), value=lambda row: state_label(row.state)),
        Column("factor", _l("Second factor"), value=lambda row: FACTORS[row.factor]),
        Column(
            "signed_in_at", _l("Signed in last"), (SortKey(Account.__table__.c.signed_in_at, datetime, nullable=True),)
        ),
    ),
    default_sort="name",
    identity=_BY_ID,
    filters=(
        searched("q", _l("Name or address"), Person.search_key),
        Filter("state", _l("State"), lambda code: state(_now()) == code, choices=tuple(STATES.items())),
        Filter("office", _l("Office"), _holding, choices=tuple((str(one), LABELS[one]) for one in Office)),
        Filter("address", _l("Mail address"), lambda code: ADDRESS_IS_BROKEN, choices=(("broken", _l("Broken")),)),
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
            ADDRESS_IS_BROKEN.label("is_broken"),
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
