"""The list of bodies as of a day, and who could be chosen in the forms."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.accounts.queries import led_now, shut_out
from tracker.agencies.classifications import GROUP, KIND, standing_on
from tracker.agencies.kinds import KINDS, group_name, kind_name
from tracker.agencies.models import Agency, AgencyClassification, OfficeHolding
from tracker.agencies.offices import Office
from tracker.agencies.queries import SOON, existed_on, headed_on, held_on, losing_head
from tracker.core.db.collating import by_code
from tracker.core.db.searching import searched
from tracker.core.db.sorting import by_name
from tracker.core.languages import _, _l, text_by_language
from tracker.core.numbers import parse_day
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.people.models import Person

_T = sa.inspect(Agency).local_table.c
_APPRAISER = aliased(Agency)
HEADS = (("none", _l("Nobody")), ("ending", _l("For 30 days at most, and nobody after")))


def head_text(row: Any) -> str:
    """The head of a body in `rows`, in words; nothing where there is none."""
    if row.head and row.shut_out:
        return _("%(name)s (account disabled)", name=row.head)
    return row.head or ""


AGENCIES = Listing(
    columns=(
        Column("name", _l("Body"), (by_name(_T.sort_key),), value=lambda row: text_by_language(row.name)),
        Column("code", _l("Code"), (SortKey(by_code(_T.code)),)),
        Column("kind", _l("Kind of the body"), (SortKey(KIND),), value=lambda row: kind_name(row.kind)),
        Column("peer_group", _l("Ranked with"), value=lambda row: group_name(row.peer)),
        Column("head", _l("Head of the body"), value=head_text),
        Column(
            "appraiser", _l("Appraised by"), value=lambda row: text_by_language(row.appraiser) if row.appraiser else ""
        ),
        Column("exists_from", _l("First day"), (SortKey(_T.exists_from, date, nullable=True),)),
        Column("exists_to", _l("Last day"), (SortKey(_T.exists_to, date, nullable=True),)),
    ),
    default_sort="name",
    identity=SortKey(_T.id, int),
    filters=(
        Filter("on", _l("As of"), parse=parse_day),
        searched("q", _l("Name or code"), Agency.search_key),
        # (Of the rows that `rows` joins: what the body is on the day that is shown.)
        Filter("kind", _l("Kind of the body"), lambda code: code == KIND, choices=tuple(KINDS.items())),
        Filter("head", _l("Head of the body"), choices=HEADS),
        Filter("past", _l("Which"), choices=(("all", _l("Also those that have ended, or have not begun")),)),
    ),
)


def rows(on: date, *, live: bool = True, ended_too: bool, heads: str | None = None) -> sa.Select[Any]:
    """Select of the bodies that existed on a day, or of all, with whoever headed them on it; `heads`: a code of HEADS.

    `live`: the day is today, and a head whose account is disabled counts as none."""
    head = sa.and_(OfficeHolding.agency_id == Agency.id, OfficeHolding.office == Office.HEAD, held_on(on))
    columns: tuple[Any, ...] = (
        Agency.code,
        Agency.name,
        KIND.label("kind"),
        GROUP.label("peer"),
        Agency.exists_from,
        Agency.exists_to,
        Person.name.label("head"),
        sa.and_(sa.literal(live), Person.id.in_(shut_out())).label("shut_out"),
        _APPRAISER.name.label("appraiser"),
    )
    statement = (
        sa.select(*columns)
        .select_from(Agency)
        .outerjoin(AgencyClassification, standing_on(on))
        .outerjoin(OfficeHolding, head)
        .outerjoin(Person, Person.id == OfficeHolding.person_id)
        .outerjoin(_APPRAISER, _APPRAISER.id == Agency.appraised_by_id)
    )
    if heads == "none":
        statement = statement.where(Agency.id.not_in(led_now(on) if live else headed_on(on)))
    elif heads == "ending":
        statement = statement.where(Agency.id.in_(losing_head(on, on + SOON)))
    return statement if ended_too else statement.where(existed_on(on))


def people_to_choose(session: Session) -> list[tuple[str, str]]:
    """(token, name and mail address) of everybody who could be given an office."""
    found = session.execute(
        sa.select(Person.token, Person.name, Person.email)
        .where(Person.erased_on.is_(None))
        .order_by(Person.sort_key, Person.id)
    )
    return [(row.token, f"{row.name} · {row.email}" if row.email else row.name) for row in found]
