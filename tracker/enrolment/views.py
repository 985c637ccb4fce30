"""Administrators' pages for importing people and bodies: template, file, what it would change, and then doing it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.accounts import keys
from tracker.accounts.pages.shortcuts import mine, secrets
from tracker.accounts.security import rules
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.extensions import settings_of
from tracker.core.files import incoming
from tracker.core.files.kinds import ContentError
from tracker.core.files.viruses import scanner
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import Text, _, _l
from tracker.core.tables import Column
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.enrolment import rows as import_rows
from tracker.enrolment import service as enrolment
from tracker.enrolment.blueprint import blueprint
from tracker.enrolment.forms import ConfirmImportForm, ImportForm
from tracker.enrolment.rows import AGENCIES, COLUMNS, PEOPLE, EnrolmentRow, Fault, Reading
from tracker.enrolment.work import EnrolmentResult, What

LASTS_SECONDS = 3600
LONGEST_SEALED = 900_000  # a form takes a MiB
MOST_SHOWN = 300  # rows of a preview; how many there are is told
_PURPOSE = "rows of an import"
TITLES = {PEOPLE: _l("Import people and their offices"), AGENCIES: _l("Import bodies")}
WORDS = {
    What.NEW: _l("New"),
    What.CHANGED: _l("Changed"),
    What.ENDED: _l("Ends"),
    What.ASKED: _l("Asked for: a second administrator confirms"),
    What.WAITING: _l("Waits for a second administrator already"),
    What.UNCHANGED: _l("Unchanged"),
}


@blueprint.route("/accounts/import/people", defaults={"kind": PEOPLE}, methods=["GET", "POST"])
@blueprint.route("/accounts/import/agencies", defaults={"kind": AGENCIES}, methods=["GET", "POST"])
@action(Action.MANAGE_ACCOUNTS)
def import_file(kind: str) -> Any:
    """Choose a file; then what it would change, or everything that is wrong with it."""
    form, title = ImportForm(), str(TITLES[kind])
    if form.validate_on_submit() and form.file.data is not None:
        try:
            settings = settings_of(current_app)
            clamd = scanner(settings.clamd, settings.clamd_seconds)
            reading = import_rows.read(kind, incoming.read(_bytes(form), form.file.data.filename or "", clamd))
        except ContentError as refusal:
            form.add_error("file", refusal.message)
        else:
            return _previewed(kind, reading)
    page = render_template("enrolment/import.html", form=form, kind=kind, title=title, columns=COLUMNS[kind])
    return make_response(page, 400 if form.all_errors() else 200)


@blueprint.post("/accounts/import/people/confirm", defaults={"kind": PEOPLE})
@blueprint.post("/accounts/import/agencies/confirm", defaults={"kind": AGENCIES})
@action(Action.MANAGE_ACCOUNTS)
def import_confirmed(kind: str) -> Any:
    """Do what was shown, all of it or nothing."""
    form, title = ConfirmImportForm(), str(TITLES[kind])
    held = keys.unseal(secrets(), _PURPOSE, form.rows.data, LASTS_SECONDS)
    if not isinstance(held, list) or held[:2] != [kind, mine().person_id]:
        flash(_("This page had stood open too long. Choose the file again."), "warning")
        return redirect(url_for("enrolment.import_file", kind=kind), 303)
    rows, sheet, unread = held[2:]
    reading = Reading([EnrolmentRow(number, values) for number, values in rows], sheet=sheet, unread=unread)
    try:
        done = form.validate_on_submit() and form.carry_out(
            _import, kind=kind, reading=reading, form=form, actor_id=mine().person_id
        )
    except enrolment.NotImported as refusal:
        flash(_("Something changed since the file was shown. Look at it again."), "warning")
        return _drawn(kind, title, reading, refusal.outcome, form, 409)
    if not done:
        return _previewed(kind, reading, form, 400)
    outcome: EnrolmentResult = form.result
    flash(_("Imported: %(new)s new, %(changed)s changed, %(ended)s ended.", **_counts(outcome)), "success")
    if outcome.asks:
        waits = _("The offices wait for a second administrator.")
        flash(waits if outcome.given else _("The ends of bodies wait for a second administrator."), "information")
        return redirect(url_for("approvals.requests"), 303)
    return redirect(url_for("administration.everybody"), 303)


@blueprint.get("/accounts/import/people/template.csv", defaults={"kind": PEOPLE})
@blueprint.get("/accounts/import/agencies/template.csv", defaults={"kind": AGENCIES})
@action(Action.MANAGE_ACCOUNTS)
def import_template_csv(kind: str) -> Any:
    """The headings, as CSV."""
    return send_csv(_headings(kind), [], f"{kind}-template")


@blueprint.get("/accounts/import/people/template.xlsx", defaults={"kind": PEOPLE})
@blueprint.get("/accounts/import/agencies/template.xlsx", defaults={"kind": AGENCIES})
@action(Action.MANAGE_ACCOUNTS)
def import_template_xlsx(kind: str) -> Any:
    """The headings, with a second sheet that explains the columns."""
    title = str(TITLES[kind])
    explained = (
        Column("label", _l("Column")),
        Column("needed", _l("Needed"), value=lambda column: _("yes") if column.needed else ""),
        Column("about", _l("What stands there"), value=lambda column: str(column.about)),
        Column("example", _l("Example")),
    )
    rows = Sheet(title, _headings(kind), [], [28] * len(COLUMNS[kind]))
    return send_xlsx([rows, Sheet(_("Columns"), explained, COLUMNS[kind], (28, 10, 60, 30))], f"{kind}-template")


def _headings(kind: str) -> list[Column]:
    """The columns of a template. No example stands below: it would be imported with the rest."""
    return [Column(column.key, column.label) for column in COLUMNS[kind]]


def _bytes(form: ImportForm) -> bytes:
    """The file, and a byte more than is read at most."""
    given = form.file.data
    return given.stream.read(incoming.MOST_BYTES + 1) if given is not None else b""


def _previewed(kind: str, reading: Reading, form: ConfirmImportForm | None = None, status: int = 200) -> Any:
    """What the rows come to: tried, and taken back."""
    session, now, actor_id = database.session(), clock.moment(), mine().person_id
    outcome = enrolment.preview(session, now, kind=kind, reading=reading, actor_id=actor_id, site=rules().site)
    session.rollback()
    rows = [[line.number, dict(line.values)] for line in reading.lines]
    sealed = keys.seal(secrets(), _PURPOSE, [kind, actor_id, rows, reading.sheet, list(reading.unread)])
    form = form or ConfirmImportForm(formdata=None)
    form.rows.data, form.shown.data = sealed, outcome.digest
    if len(sealed) > LONGEST_SEALED:
        flash(_("The file is too long to be shown. Divide it."), "warning")
        return redirect(url_for("enrolment.import_file", kind=kind), 303)
    return _drawn(kind, str(TITLES[kind]), reading, outcome, form, 400 if outcome.faults else status)


def _drawn(
    kind: str, title: str, reading: Reading, outcome: EnrolmentResult, form: ConfirmImportForm, status: int
) -> Any:
    form.shown.data = outcome.digest
    labels = {column.key: column.label for column in COLUMNS[kind]}
    values = {line.number: line.values for line in reading.lines}
    told = [change for change in outcome.changes if change.what is not What.UNCHANGED]
    page = render_template(
        "enrolment/preview.html",
        kind=kind,
        title=title,
        form=form,
        reading=reading,
        outcome=outcome,
        faults=_told(outcome.faults, labels, values),
        doubts=_told(outcome.doubts, labels, values),
        told=told,
        most=MOST_SHOWN,
        words=WORDS,
        counts=[(WORDS[what], outcome.count(what)) for what in What if outcome.count(what)],
    )
    return make_response(page, status)


def _told(
    faults: Sequence[Fault], labels: Mapping[str, Text], values: Mapping[int, Mapping[str, str]]
) -> list[tuple[Fault, Text | None, str | None]]:
    """What is wrong or doubted, each with its column and with what stands there."""
    return [(one, labels.get(one.column), values.get(one.number, {}).get(one.column)) for one in faults]


def _import(
    session: Session, now: Moment, *, kind: str, reading: Reading, form: ConfirmImportForm, actor_id: int
) -> EnrolmentResult:
    return enrolment.carry_out(
        session,
        now,
        kind=kind,
        reading=reading,
        actor_id=actor_id,
        site=rules().site,
        reason=form.reason.data or "",
        confirmed=form.confirmed.data,
        shown=form.shown.data,
    )


def _counts(outcome: EnrolmentResult) -> dict[str, int]:
    return {str(what): outcome.count(what) for what in (What.NEW, What.CHANGED, What.ENDED)}
