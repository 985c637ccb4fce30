"""What will turn if nobody acts, day by day: the page, and the same as CSV and XLSX. It looks ahead from today."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.commitments.terms.words import days_left
from tracker.compliance.steps.spans import points
from tracker.compliance.telling import forecast
from tracker.compliance.telling.explain import status_name, why
from tracker.compliance.telling.forecast import Turn
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.named import read_checked
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, _l, _n, format_day, text_by_language
from tracker.core.tables import Column, Filter, Listing, ListQuery, SortKey
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.queries import SPAN
from tracker.monitoring.turns import filters as turn_filters
from tracker.monitoring.viewpoint import Viewpoint, last_day, of_file, page_values, programme_columns, up_to, viewpoint
from tracker.rule import WorkingCalendar

DAYS = (7, 10, 14, 30, 90)
DEFAULT_DAYS = 30
PAGE_SIZE = 50
AFTER = "after"  # day~token of the last row of the page before
_BETWEEN = "~"


def listing(on: date) -> Listing:
    """What the list can do; peer groups are those of a day."""
    return Listing(
        columns=(Column("day", _l("Day"), (SortKey(SPAN.wake_on, date),)),),
        default_sort="day",
        identity=SortKey(SPAN.target_id, int),
        filters=(
            Filter("programme", _l("Programme")),
            Filter("days", _l("Within"), choices=[(str(days), "") for days in DAYS], parse=int),
            Filter("to", _l("Status then"), choices=list(words.STATUSES.items())),
            *turn_filters.whose(on),
            turn_filters.WHAT,
            Filter(AFTER, _l("After"), parse=_place),
        ),
        page_size=PAGE_SIZE,
    )


@blueprint.get("/forecast", endpoint="forecast")
@action(Action.SEE_TARGET)
def forecast_page() -> str:
    """Which targets will turn, on which day, to what, within the reader's scope."""
    session = database.session()
    seen = viewpoint(session)
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    query = _query(seen)
    found = list(_turns(session, seen, query))
    offered = turn_filters.choices(turn_filters.bodies_of(session, seen.programme.id, seen.on))
    shown = _shown(found, query)
    rows, last = _page(shown, query)
    calendar = queries.frame_of(session, seen.programme.id).calendar
    return render_template(
        "monitoring/forecast.html",
        **page_values(
            seen,
            **offered,
            query=query,
            notices=(*seen.notices, *query.notices),
            days=_days(query),
            choices=[(days, _within(days), query.url_with(days=_days_text(days), after=None)) for days in DAYS],
            counted=_counted(found, query),
            turns=len(found),
            rows=len(shown),
            sections=_sections(seen, calendar, rows, Counter(turn.from_on for turn in shown)),
            until=format_day(last_day(seen.programme, seen.now.on + timedelta(days=_days(query)))),
            chips=turn_filters.chips(query, offered["agencies"], {"to": words.STATUSES}),
            next=query.url_with(after=f"{last.from_on.isoformat()}{_BETWEEN}{last.target.token}") if last else None,
            first=query.url_with(after=None) if "after" in query.texts else None,
            today_notice=not seen.live and not seen.closed,
            csv_url=query.at(url_for("monitoring.forecast_csv"), "after"),
            xlsx_url=query.at(url_for("monitoring.forecast_xlsx"), "after"),
        ),
    )


@blueprint.get("/forecast.csv")
@action(Action.SEE_TARGET)
def forecast_csv() -> Response:
    """All that the page shows, on every page of it, as CSV."""
    seen, query, rows = _export(database.session())
    return send_csv(_columns(seen), rows, _name(seen, query))


@blueprint.get("/forecast.xlsx")
@action(Action.SEE_TARGET)
def forecast_xlsx() -> Response:
    """The same as a sheet."""
    seen, query, rows = _export(database.session())
    return send_xlsx([Sheet(_("What changes next"), _columns(seen), rows)], _name(seen, query), up_to(seen.now.at))


def _query(seen: Viewpoint) -> ListQuery:
    return read_checked(database.session(), listing(seen.on), request.args, url_for("monitoring.forecast"))


def _place(text: str) -> tuple[str, str]:
    """The day and the token of a row. Raises ValueError for anything else."""
    day, between, token = text.partition(_BETWEEN)
    if not between or not token:
        raise ValueError("no place in this list")
    return date.fromisoformat(day).isoformat(), token


def _days(query: ListQuery) -> int:
    found: int = query.values.get("days", DEFAULT_DAYS)
    return found


def _days_text(days: int) -> str | None:
    return None if days == DEFAULT_DAYS else str(days)


def _within(days: int) -> str:
    return _n("%(num)s day", "%(num)s days", days)


def _turns(session: Session, seen: Viewpoint, query: ListQuery) -> Iterator[Turn]:
    where = (SPAN.programme_id == seen.chosen.id, turn_filters.visible(), *query.conditions())
    scores = query.values.get("what") == turn_filters.SCORES
    return forecast.turns(session, seen.now.on, _days(query), *where, scores=scores)


def _shown(found: Iterable[Turn], query: ListQuery) -> list[Turn]:
    status = query.values.get("to")
    return [turn for turn in found if status is None or turn.after == status]


def _page(found: Sequence[Turn], query: ListQuery) -> tuple[Sequence[Turn], Turn | None]:
    """The rows of the page that the address asks for, and the last of them where more follow.

    A row that has gone since (somebody acted) is passed by its day.
    """
    day, token = query.values.get(AFTER, ("", ""))
    start = 0
    for number, turn in enumerate(found if day else ()):
        if turn.from_on.isoformat() > day:
            break
        start = number + 1
        if turn.from_on.isoformat() == day and turn.target.token == token:
            break
    rows = found[start : start + PAGE_SIZE]
    return rows, rows[-1] if len(found) > start + PAGE_SIZE else None


def _counted(found: Sequence[Turn], query: ListQuery) -> list[dict[str, Any]]:
    """How many turn to each status, in the order of the words; each leads to its rows."""
    counts = Counter(turn.after for turn in found)
    return [
        {"status": status, "count": counts[status], "href": query.url_with(to=status, after=None)}
        for status in words.STATUSES
        if status in counts
    ]


def _sections(
    seen: Viewpoint, calendar: WorkingCalendar, rows: Sequence[Turn], counts: Mapping[date, int]
) -> list[dict[str, Any]]:
    """The rows by their day, each day with what it means and how many turn on it, on this page or not."""
    of_target, of_agency = seen.addresses("monitoring.target", "token"), seen.addresses("monitoring.agency", "code")
    found = []
    for day, turns in groupby(rows, key=lambda turn: turn.from_on):
        left = calendar.left(seen.now.on, day)
        meaning = days_left(left) if left else ""
        shown = [_row(turn, of_target(turn.target.token), of_agency(turn.target.agency_code)) for turn in turns]
        head = {"day": format_day(day), "iso": day.isoformat(), "meaning": meaning, "count": counts[day]}
        found.append({**head, "rows": shown})
    return found


def _row(turn: Turn, href: str, agency_href: str) -> dict[str, Any]:
    return {
        "before": turn.before,
        "after": turn.after,
        "title": text_by_language(turn.target.title),
        "href": href,
        "why": why(turn.reason, turn.target.unit),
        "agency": text_by_language(turn.target.agency_name),
        "agency_href": agency_href,
        "score_before": turn.score_before,
        "score": turn.score_after,
    }


def _export(session: Session) -> tuple[Viewpoint, ListQuery, Iterable[Turn]]:
    seen = of_file(session)
    query = _query(seen)
    past = () if seen.on == seen.last_on else (_l("A forecast begins today, with all that is known by now."),)
    seen.demand((*query.notices, *past), *(name for name in query.names() if name != AFTER))
    return seen, query, _shown(_turns(session, seen, query), query)


def _columns(seen: Viewpoint) -> list[Column]:
    return [
        *programme_columns(seen),
        Column("known_on", _l("As known on"), value=lambda turn: seen.now.on),
        Column("day", _l("Changes on"), value=lambda turn: turn.from_on),
        Column("code", _l("Code"), value=lambda turn: turn.target.agency_code),
        Column("agency", _l("Body"), value=lambda turn: text_by_language(turn.target.agency_name)),
        Column("commitment", _l("Commitment"), value=lambda turn: turn.target.commitment),
        Column("target", _l("Target code"), value=lambda turn: turn.target.code),
        Column("title", _l("Target"), value=lambda turn: text_by_language(turn.target.title)),
        Column("before", _l("Status before"), value=lambda turn: status_name(turn.before)),
        Column("after", _l("Status then"), value=lambda turn: status_name(turn.after)),
        Column("score_before", _l("Score before"), value=lambda turn: points(turn.score_before)),
        Column("score", _l("Score then"), value=lambda turn: points(turn.score_after)),
        Column("why", _l("Why"), value=lambda turn: why(turn.reason, turn.target.unit)),
    ]


def _name(seen: Viewpoint, query: ListQuery) -> str:
    return f"{seen.chosen.code}-{seen.now.on.isoformat()}+{_days(query)}"
