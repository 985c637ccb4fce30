"""The sheet: all figures that a body owes in one period, filled in at one table, kept line by line or all at once."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import NotFound
from tracker.core.languages import LANGUAGES, Text, _, _n, current_language, format_day, format_instant
from tracker.core.web.forms import Form
from tracker.core.web.requests import as_written
from tracker.home import queries, words
from tracker.home.blueprint import blueprint
from tracker.home.figure import figure_files
from tracker.home.forms import FilesForm
from tracker.home.sheet import one_by_one, reads, typed
from tracker.home.sheet.cells import Cells
from tracker.home.sheet.lines import SheetLine, lines_of
from tracker.home.sheet.tools import tools
from tracker.permissions.guard import current_reader
from tracker.programmes.words import domain_name
from tracker.progress import attaching, beginning, rules
from tracker.progress import queries as progress
from tracker.progress.keeping import Typed, keep_all
from tracker.progress.queries import ReportSlot
from tracker.progress.states import CellState
from tracker.rule.facts import Shape

SHEET = "/sheets/<agency_code>/<period_code>"
Answer = str | Response | tuple[str, int]
Refused = dict[str, Mapping[str, Any]]  # by line: what was typed, and why it was not kept


@blueprint.get(SHEET)
@action(Action.ENTER_FIGURE)
def sheet(agency_code: str, period_code: str) -> str:
    """The sheet, line by line."""
    return _page(lines_at(agency_code, period_code, Action.ENTER_FIGURE), {})


@blueprint.post(SHEET)
@action(Action.ENTER_FIGURE)
def keep_sheet(agency_code: str, period_code: str) -> Answer:
    """Keep whatever was typed, right or wrong; what somebody else changed meanwhile is left, with both versions."""
    lines = lines_at(agency_code, period_code, Action.ENTER_FIGURE)
    kept, refused = _keep([Place(line.key, line.slot, line.typed) for line in lines])
    if kept:
        flash(_n("%(num)s figure was saved.", "%(num)s figures were saved.", kept), "success")
    if refused:
        return _page(lines_at(agency_code, period_code, Action.ENTER_FIGURE), refused), 409
    address, key = address_of(lines[0].slot.agency.code, period_code), request.args.get("figure")
    if key:
        lines = lines_at(agency_code, period_code, Action.ENTER_FIGURE)
        address = one_by_one.onward(lines, key, address, kept=bool(kept))
    return redirect(address, 303)


@blueprint.post(SHEET + "/cells/<target_token>")
@action(Action.ENTER_FIGURE)
def keep_cell(agency_code: str, period_code: str, target_token: str) -> Answer:
    """Keep one line, and say what it means now: the parts of its row."""
    reader, session = current_reader(), database.session()
    visible = queries.targets_within(reader, Action.ENTER_FIGURE)
    slot = progress.find_slot(session, visible, target_token, period_code, to_write=True)
    if slot is None or slot.agency.code != agency_code:
        raise NotFound(_("There is no such figure."))
    key = next((name.partition(":")[2] for name in request.form if name.startswith(typed.SEEN + ":")), "")
    files, stands = FilesForm(), beginning.begun(session, slot, current_language())
    _kept, refused = _keep([Place(key, slot, stands)], begin=bool(files.files()))
    if files.files() and not refused:
        figure_files.attach_all(files, attaching.attach, slot=slot)
    # A commit makes whatever was read be read anew: in one statement, instead of one for each thing that it is made of.
    slot = progress.find_slot(session, visible, target_token, period_code) or slot
    (line,) = lines_of(session, clock.moment(), [slot], period_code if key == target_token else None)
    html = render_template(
        "home/sheet/kept.html",
        line=line,
        refused=refused,
        cells=Cells(
            tools(address_of(agency_code, period_code), is_head=reader.may(Action.SEND_REPORT, slot.agency.id))
        ),
        faults=[fault for _id, fault in files.all_errors()],
    )
    return (html, 409) if refused else html


def slots_at(agency_code: str, period_code: str, needed: Action) -> list[ReportSlot]:
    """The slots of an address, within the reader's reach, by domain. Raises NotFound where there is none."""
    session, reader = database.session(), current_reader()
    visible = queries.targets_within(reader, needed)
    slots = progress.slots_of(session, visible, agency_code, period_code)
    if not slots:  # it may be written in another case
        agency = queries.agency_by_code(session, reader, needed, agency_code)
        if agency is None:
            raise NotFound(_("There is no such sheet."))
        as_written("agency_code", agency.code)
        written = progress.period_as_written(session, period_code)
        slots = progress.slots_of(session, visible, agency.code, written)
        if not slots:
            raise NotFound(_("There is no such sheet."))
        as_written("period_code", written)
    return sorted(slots, key=lambda slot: slot.target.domain)


def lines_at(agency_code: str, period_code: str, needed: Action) -> list[SheetLine]:
    """The lines of an address, within the reader's reach: first what came back of earlier periods, then the sheet's own
    by domain. Raises NotFound where there is none."""
    slots = slots_at(agency_code, period_code, needed)
    return lines_of(database.session(), clock.moment(), [*back_at(slots, needed), *slots], slots[0].code)


def completions_at(lines: Sequence[SheetLine], needed: Action) -> list[SheetLine]:
    """The completions of this body that somebody has to do with: they belong to no period, so each sheet has them."""
    session, visible = database.session(), queries.targets_within(current_reader(), needed)
    slots = reads.completing(session, visible, lines[0].slot.agency.id)
    return lines_of(session, clock.moment(), slots, None) if slots else []


def back_at(slots: Sequence[ReportSlot], needed: Action) -> list[ReportSlot]:
    """What came back of periods before that of these slots."""
    own, visible = slots[0], queries.targets_within(current_reader(), needed)
    until = own.period.cut_off if own.period is not None else clock.today()
    return reads.came_back(database.session(), visible, own.agency.id, own.code, until)


def address_of(agency_code: str, period_code: str) -> str:
    """Where the sheet stands."""
    return url_for("home.sheet", agency_code=agency_code, period_code=period_code)


def sheet_values(lines: list[SheetLine]) -> dict[str, Any]:
    """What all pages of a sheet show; its day is the first by which one of its reports is due."""
    slot: ReportSlot = next(line.slot for line in lines if line.own)
    days = [line.item.due_on for line in lines if line.own and line.item is not None and line.item.due_on is not None]
    return {
        "agency": slot.agency,
        "code": slot.code,
        "period_name": words.period_name(slot),
        "due_on": format_day(min(days)) if days else None,
        "address": address_of(slot.agency.code, slot.code),
    }


class Place(NamedTuple):
    """A line to keep something in: by which name its fields come, and what stands in it, by the reader's custom."""

    key: str
    slot: ReportSlot
    stands: rules.Typed


def _keep(places: Sequence[Place], *, begin: bool = False) -> tuple[int, Refused]:
    """Keep what was typed into these lines: how many, and what could not be kept, with why. `begin`: a draft that is to
    take files is begun with nothing typed."""
    form, now, reader = request.form, clock.moment(), current_reader()
    custom = form.get("language", "")
    language = custom if custom in LANGUAGES else current_language()
    cells: list[Typed] = []
    texts: dict[tuple[str, str], tuple[str, dict[str, str]]] = {}
    for key, slot, shown in places:
        keep = slot.target.shape == Shape.KEEP
        if typed.name(typed.SEEN, key) not in form:
            continue
        stands = rules.retyped(shown, current_language(), language)
        text = typed.posted(form, key, stands, keep=keep)
        version = typed.version(form, key)
        if typed.untouched(form, key, text) and not (begin and version == 0):
            continue
        cells.append(Typed(slot, text, version))
        texts[slot.target.token, slot.code] = key, text
    with unit_of_work(now) as session:
        kept = keep_all(session, now, reader=reader, cells=cells, language=language)
    refused = Refused()
    for place, refusal in kept.refused.items():
        key, text = texts[place]
        refused[key] = {"typed": text, "why": refusal.message}
    return kept.count, refused


def _page(lines: list[SheetLine], refused: Refused) -> str:
    """The sheet; or one figure of it, where the address names one."""
    key = request.args.get("figure")
    return one_by_one.drawn(lines, key, refused, sheet_values(lines)) if key else _drawn(lines, refused)


def _drawn(lines: list[SheetLine], refused: Refused) -> str:
    reader, slot = current_reader(), lines[0].slot
    groups: list[tuple[str | Text, list[SheetLine]]] = []
    for own, of_origin in groupby(lines, key=lambda line: line.own):
        if not own:
            groups.append((_("Returned, of earlier periods"), list(of_origin)))
            continue
        for domain, of_domain in groupby(of_origin, key=lambda line: line.slot.target.domain):
            groups.append((domain_name(domain), list(of_domain)))
    owed, values = [line for line in lines if line.owed], sheet_values(lines)
    completions = completions_at(lines, Action.ENTER_FIGURE)
    whole = [*lines, *completions]
    is_head = reader.may(Action.SEND_REPORT, slot.agency.id)
    drawn_with = tools(values["address"], is_head=is_head)
    return render_template(
        "home/sheet.html",
        groups=groups,
        lines=lines,
        refused=refused,
        owed=len(owed),
        done=sum(line.done for line in owed),
        writable=any(not line.standing.is_firm for line in lines),
        first=one_by_one.first(lines),
        ready=[line for line in whole if line.ready],
        complete=sum(line.standing.state is CellState.COMPLETE for line in whole),
        completions=completions,
        is_head=is_head,
        as_at=format_instant(clock.now()),
        over=slot.told_on(clock.today()) < clock.today(),
        tools=drawn_with,
        cells=Cells(drawn_with),
        form=Form(),
        language=current_language(),
        **values,
    )
