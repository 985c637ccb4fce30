"""The list of targets, the late ones unless the address asks for others; as a page, as CSV and as XLSX."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.agencies.choices import told_apart
from tracker.commitments.terms.words import DueDay
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.named import read_checked
from tracker.core.files.sheets import in_order
from tracker.core.languages import _, _n, current_language, text_by_language, within
from tracker.core.tables import Filter, ListQuery, counted, fetch_page
from tracker.core.web.downloads import send_csv_lines, send_xlsx
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.targets import exports
from tracker.monitoring.targets import filters as target_list
from tracker.monitoring.targets.filters import waits_since
from tracker.monitoring.viewpoint import Viewpoint, day_choices, of_file, page_values, up_to, viewpoint
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.rule import WorkingCalendar

STATUS_CHOICES = dict(target_list.status_choices())
LATE = "late"  # what is listed where no status is asked for


@blueprint.get("/targets")
@action(Action.SEE_TARGET)
def targets() -> str:
    """Targets overdue and unreported, the longest late first; with filters any others."""
    session = database.session()
    seen = viewpoint(session)
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    calendar = queries.frame_of(session, seen.programme.id).calendar
    query = _query(seen, calendar)
    page = fetch_page(session, _statement(seen, query), query)
    agencies = _offered(session, seen)
    language = current_language()
    return render_template(
        "monitoring/targets.html",
        **page_values(
            seen,
            query=query,
            page=page,
            count=counted(session, _counting(seen, query), query),
            rows=_rows(page.rows, seen, calendar),
            waits=_waits(session, page.rows, seen, calendar) if "waiting" in query.values else None,
            marks=words.Marks(),
            points=words.Points(language),
            title=_title(query),
            notices=(*seen.notices, *query.notices),
            agencies=told_apart(agencies),
            groups=_groups(agencies),
            domains=[(str(key), label) for key, label in words.DOMAINS.items()],
            statuses=[choice for choice in STATUS_CHOICES.items() if choice[0] != LATE],
            late=STATUS_CHOICES[LATE],
            chosen=_chosen(query),
            chips=_chips(query, {row.code: row.name for row in agencies}),
            days=[(text, day, query.url_with(on=seen.day_text(day))) for text, day in day_choices(seen)],
            csv_url=query.at(url_for("monitoring.targets_csv")),
            xlsx_url=query.at(url_for("monitoring.targets_xlsx")),
        ),
    )


@blueprint.get("/targets.csv")
@action(Action.SEE_TARGET)
def targets_csv() -> Response:
    """All that the list shows, on every page of it, as CSV."""
    names, chunks = _export(database.session())
    return send_csv_lines(exports.csv_lines(names, chunks), names.file)


@blueprint.get("/targets.xlsx")
@action(Action.SEE_TARGET)
def targets_xlsx() -> Response:
    """All that the list shows, on every page of it, as a sheet."""
    names, chunks = _export(database.session())
    return send_xlsx([exports.sheet(names, chunks)], names.file, up_to(names.as_at))


def _query(seen: Viewpoint, calendar: WorkingCalendar) -> ListQuery:
    listing = target_list.listing(waits_since(calendar, seen.on), seen.on, seen.past_day)
    return read_checked(database.session(), listing, request.args, url_for("monitoring.targets"))


def _offered(session: Session, seen: Viewpoint) -> Sequence[Any]:
    """The bodies of the programme that the reader may see."""
    visible = restrict(queries.AGENCY.id, current_reader(), Action.SEE_TARGET)
    return queries.committed(session, seen.chosen.id, seen.on, visible)


def _statement(seen: Viewpoint, query: ListQuery) -> Any:
    return queries.listed(seen.chosen.id, seen.past_day, *_shown(query))


def _counting(seen: Viewpoint, query: ListQuery) -> Any:
    return queries.counting(seen.chosen.id, seen.past_day, _shown(query), query.conditions())


def _shown(query: ListQuery) -> list[Any]:
    """What is shown besides the filters: what the reader may see, and the late ones where no status is asked for."""
    visible = [restrict(queries.SPAN.agency_id, current_reader(), Action.SEE_TARGET)]
    return visible if "status" in query.values else [*visible, queries.in_statuses(target_list.LATE)]


def _export(session: Session) -> tuple[exports.Names, Any]:
    seen = of_file(session)
    calendar = queries.frame_of(session, seen.chosen.id).calendar
    query = _query(seen, calendar)
    agencies = {row.id: (row.code, text_by_language(row.name)) for row in queries.agencies(session, seen.on)}
    numbers = queries.commitment_numbers(session, seen.chosen.id)
    seen.demand(query.notices, *query.names())
    waits = "waiting" in query.values
    appraiser = partial(words.appraisers, queries.appraising(session, seen.on)) if waits else None
    title = text_by_language(seen.chosen.title)
    gaps = queries.gaps_of(
        session, seen.chosen.id, seen.on, restrict(queries.REPORT_AGENCY, current_reader(), Action.SEE_TARGET)
    )
    names = exports.Names(seen.chosen.code, title, seen.on, seen.as_at, agencies, numbers, calendar, gaps, appraiser)
    statement = queries.exported(
        seen.chosen.id,
        seen.past_day,
        *_shown(query),
        by_agency=query.sort_key == "agency",
        waiting_until=seen.on if waits else None,
    )
    return names, exports.stream(database.db.engine, in_order(statement, query))


def _waits(
    session: Session, rows: Iterable[Any], seen: Viewpoint, calendar: WorkingCalendar
) -> dict[int, tuple[str, str]]:
    """How long a report of each target has waited by the day, and whose appraisers decide on it."""
    by_id = {row.target_id: row for row in rows}
    bodies = queries.appraising(session, seen.on)
    since = queries.oldest_waiting(session, seen.past_day, seen.on, list(by_id))
    found = {}
    for target_id, sent_on in since.items():
        days = calendar.left(sent_on, seen.on)
        waited = _n("%(num)s working day", "%(num)s working days", days)
        found[target_id] = (
            waited,
            words.appraisers(bodies, by_id[target_id].agency_id, by_id[target_id].appraised_by_id),
        )
    return found


class _Row(NamedTuple):
    """One line of the list, in the order in which the page takes it apart."""

    target_id: int
    status: str
    title: str
    href: str
    agency: str
    agency_href: str
    domain: str
    deadline: DueDay
    score: int | None
    punctuality: int | None


def _rows(rows: Iterable[Any], seen: Viewpoint, calendar: WorkingCalendar) -> list[_Row]:
    of_target, of_agency = seen.addresses("monitoring.target", "token"), seen.addresses("monitoring.agency", "code")
    language = current_language()
    return [
        _Row(
            row.target_id,
            row.status,
            text_by_language(row.title, language),
            of_target(row.token),
            text_by_language(row.agency_name, language),
            of_agency(row.agency_code),
            words.short_domain(row.domain),
            words.deadline_of(row, calendar, seen.on),
            row.score,
            row.punctuality,
        )
        for row in rows
    ]


def _title(query: ListQuery) -> str:
    """What is listed, in words: by its statuses."""
    statuses = query.values.get("status", (LATE,))
    if statuses == (LATE,):
        return _("Overdue and unreported targets")
    if len(statuses) == 1 and statuses[0] != target_list.ALL:
        return _("Targets: %(status)s", status=within(str(STATUS_CHOICES[statuses[0]])))
    return _("Targets")


def _chosen(query: ListQuery) -> str | None:
    """The status that the form shows as chosen; none where there are several."""
    statuses = query.texts.get("status", (LATE,))
    return statuses[0] if len(statuses) == 1 else None


def _groups(agencies: Any) -> list[tuple[str, str]]:
    return [(key, words.group_name(key)) for key in sorted({row.peer for row in agencies}, key=words.group_place)]


def _chips(query: ListQuery, names: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """The filters that are set, each with the address without it."""
    found: list[tuple[str, str]] = []
    for one in query.listing.filters:
        if one.key in ("programme", "on"):
            continue
        texts = query.texts.get(one.key, ())
        for text in texts:
            left = [other for other in texts if other != text]
            found.append((_chip(one, text, names), query.url_with(**{one.key: left})))
    return found


def _chip(one: Filter, text: str, names: dict[str, dict[str, str]]) -> str:
    if one.choices:
        return str(dict(one.choices)[text])
    if one.key == "agency":
        return text_by_language(names[text]) if text in names else text
    if one.key == "group":
        return words.group_name(text)
    if one.key == "domain":
        return words.domain_name(int(text))
    return f"{one.label}: {text}"
