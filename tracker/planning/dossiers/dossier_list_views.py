"""The list of commitments on their way, as a page, as CSV and as XLSX."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from types import SimpleNamespace
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.agencies.choices import told_apart
from tracker.commitments.life.life_words import SIGNED_HOW, STATES
from tracker.commitments.life.states import State
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.named import read_checked
from tracker.core.files.sheets import every_row
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, text_by_language
from tracker.core.tables import ListQuery, counted, fetch_page
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.requests import demand
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.dossiers import dossier_list
from tracker.planning.dossiers.dossier_list import LISTING, MARKS
from tracker.programmes import queries as programmes
from tracker.signing.confirmations import signed
from tracker.signing.confirmations.signed import Told

_AT_ONCE = 500


@blueprint.get("/commitments")
@action(Action.SEE_COMMITMENTS)
def commitments() -> str:
    """All of the PPC's side; a body's own from the offer on."""
    session, reader = database.session(), current_reader()
    query = read_checked(database.session(), LISTING, request.args, request.path)
    page = fetch_page(session, dossier_list.rows(reader), query)
    begun = programmes.programmes(session)
    return render_template(
        "planning/dossiers.html",
        query=query,
        page=page,
        rows=[_row(one) for one in _with_ways(session, page.rows)],
        count=counted(session, dossier_list.rows(reader), query),
        programmes=[(one.code, text_by_language(one.title)) for one in begun],
        bodies=told_apart(dossier_list.bodies(session, reader)),
        may_prepare=reader.may(Action.PREPARE_PROGRAMME),
        draft_in=_draft_in(query, begun),
        csv_url=query.at(url_for("planning.commitments_csv")),
        xlsx_url=query.at(url_for("planning.commitments_xlsx")),
    )


@blueprint.get("/commitments.csv")
@action(Action.SEE_COMMITMENTS)
def commitments_csv() -> Response:
    """All that the filters leave, as CSV."""
    return send_csv(LISTING.columns, _all(), "commitments")


@blueprint.get("/commitments.xlsx")
@action(Action.SEE_COMMITMENTS)
def commitments_xlsx() -> Response:
    """The same as a sheet."""
    return send_xlsx([Sheet(_("Commitments"), LISTING.columns, _all())], "commitments")


def _all() -> Any:
    query = read_checked(database.session(), LISTING, request.args, request.path)
    demand(query.notices, *query.names())
    return _with_ways(database.session(), every_row(database.db.engine, dossier_list.rows(current_reader()), query))


def _draft_in(query: ListQuery, begun: Any) -> str | None:
    """The programme in which the reader would draft: the one that is chosen, else the latest."""
    chosen = query.texts.get("programme", ("",))[0]
    codes = [one.code for one in begun]
    return chosen if chosen in codes else codes[0] if codes else None


def _with_ways(session: Session, rows: Iterable[Any]) -> Iterator[Any]:
    """Rows as they come, each with `signed`: by which ways both sides signed. Read for some hundred at a time."""
    waiting = iter(rows)
    while some := list(islice(waiting, _AT_ONCE)):
        how = signed.of_dossiers(session, [one.id for one in some if one.signed_how is not None and one.id > 0])
        scans = signed.scanned(session, [-one.id for one in some if one.id < 0])
        for one in some:
            yield SimpleNamespace(**one._mapping, signed=_signed(one, how.get(one.id), -one.id in scans))


def _signed(row: Any, how: Sequence[Told] | None, scanned: bool) -> str | None:
    if how:
        return signed.ways_of(how)
    if row.signed_how not in SIGNED_HOW:
        return None
    return f"{SIGNED_HOW[row.signed_how]}: {signed.told_of(row.signed_how, proved=scanned)[1]}"


def _row(row: Any) -> dict[str, Any]:
    state = State(row.state)
    return {
        "href": url_for("planning.commitment", token=row.token),
        "body": text_by_language(row.agency_name),
        "code": row.agency_code,
        "programme": text_by_language(row.programme_title),
        "kind": str(dossier_list.KINDS[row.kind]),
        "mark": (*MARKS[state], str(STATES[state])),
        "turn": dossier_list.turn_label(state),
        "since": dossier_list.since(row),
        "origin": dossier_list.origin(row),
        "number": row.number,
        "signed": row.signed,
        "targets": row.targets,
        "open": row.open,
    }
