"""One field for everything: what of it the reader may see, a few of each kind, each with its page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.languages import Text, _, _l, format_day, text_by_language
from tracker.core.tables import LONGEST_VALUE
from tracker.permissions.guard import current_reader
from tracker.permissions.reader import Reader
from tracker.search import queries
from tracker.search.queries import Found

blueprint = Blueprint("search", __name__)


@dataclass(frozen=True)
class Section:
    """One kind of things: (name, address, what else it says) of each, and where the others stand."""

    title: Text
    rows: Sequence[tuple[str, str, str]]
    more: bool
    all_href: str | None


@blueprint.get("/search")
@action(Action.SEARCH)
def index() -> str:
    """What is found by the words of `q`; the form alone where nothing was asked."""
    text = request.args.get("q", "").strip()
    too_long = len(text) > LONGEST_VALUE
    sections = list(_sections(text)) if text and not too_long else []
    return render_template("search/index.html", text=text, too_long=too_long, most=LONGEST_VALUE, sections=sections)


def _sections(text: str) -> Iterator[Section]:
    """Each kind that the reader may see and of which anything is found."""
    session, reader = database.session(), current_reader()
    sees_offices = reader.may(Action.SEE_OFFICES)
    found: list[tuple[Text, Found, Callable[[Any], tuple[str, str, str]], str | None]] = []
    if reader.may(Action.SEE_TARGET):
        late_too = url_for("monitoring.targets", status="all", q=text)
        found += [
            (_l("Targets"), queries.targets(session, reader, text), _target, late_too),
            (_l("Commitments"), queries.commitments(session, reader, text), _commitment, None),
        ]
    every = url_for("administration.index", past="all", q=text) if sees_offices else None
    found.append((_l("Bodies"), queries.bodies(session, reader, text), _body_of(reader), every))
    if sees_offices:
        listed = url_for("administration.everybody", q=text) if reader.may(Action.MANAGE_ACCOUNTS) else None
        found.append((_l("Persons"), queries.persons(session, text), _person, listed))
    for title, some, told, href in found:
        if some.rows:
            yield Section(title, [told(row) for row in some.rows], some.more, href)


def _target(row: Any) -> tuple[str, str, str]:
    return text_by_language(row.title), url_for("monitoring.target", token=row.token), _of(row.code, row)


def _commitment(row: Any) -> tuple[str, str, str]:
    address = url_for("monitoring.targets", programme=row.programme, commitment=row.number, status="all")
    return _("Commitment %(number)s", number=row.number), address, _of(None, row)


def _of(code: str | None, row: Any) -> str:
    texts = (code, text_by_language(row.agency), text_by_language(row.programme_title))
    return " · ".join(text for text in texts if text)


def _body_of(reader: Reader) -> Callable[[Any], tuple[str, str, str]]:
    endpoint = "monitoring.agency" if reader.may(Action.SEE_TARGET) else "administration.agency"

    def told(row: Any) -> tuple[str, str, str]:
        ended = _("until %(day)s", day=format_day(row.exists_to)) if row.exists_to else None
        what = " · ".join(text for text in (row.code, ended) if text)
        return text_by_language(row.name), url_for(endpoint, code=row.code), what

    return told


def _person(row: Any) -> tuple[str, str, str]:
    return row.name, url_for("administration.person", token=row.token), row.email or ""
