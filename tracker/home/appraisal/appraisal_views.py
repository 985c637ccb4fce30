"""The appraiser's queue, oldest first, and the page on which one report is decided."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.commitments.terms import words as target_words
from tracker.commitments.terms.units import unit_text
from tracker.compliance.records.facts import known_of
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.named import read_checked
from tracker.core.errors import FieldError, NotFound, StaleEdit
from tracker.core.languages import _, _l, _n, current_language, format_instant, text_by_language
from tracker.core.tables import counted, fetch_page
from tracker.home import queries, words
from tracker.home.appraisal.queue import Waiting, waiting
from tracker.home.blueprint import blueprint
from tracker.home.figure import figure_page
from tracker.home.figure.figure_page import FigurePage
from tracker.home.forms import ConfirmForm, DecisionForm, WithdrawForm, ticked
from tracker.home.outlook import outlook
from tracker.permissions import considered_forms
from tracker.permissions.guard import current_reader
from tracker.programmes.words import period_title
from tracker.progress import appraisal, rules, withdrawing
from tracker.progress import queries as progress
from tracker.progress.appraisal import ACCEPTED, AS_REPORTED, Verdict
from tracker.progress.appraising import reasons
from tracker.progress.cells.answers import answers_of
from tracker.progress.queries import Report, ReportSlot
from tracker.progress.rules import Entry
from tracker.progress.states import ReportState
from tracker.progress.threads import questions
from tracker.progress.threads.questions import Thread
from tracker.reminders.queries import was_told
from tracker.rule import View
from tracker.rule.facts import ReportKind

Answer = str | Response | tuple[str, int]
SHEET = "sheet"  # in an address: one came from the sheet of the body
MOST_TOGETHER = 200  # reports accepted in one press: a few pages of the queue


@blueprint.get("/appraisals")
@action(Action.APPRAISE)
def appraisals() -> str:
    """What waits for a decision. Nothing here says yes by itself: what is flagged is opened one by one."""
    session, visible = database.session(), queries.reports_within(current_reader(), Action.APPRAISE)
    decided = withdrawing.decided_today(session, clock.moment(), current_reader(), visible)
    bodies, programmes, periods = queries.choices_of_queue(session, visible, [row[2] for row in decided])
    asked = filter(None, [request.args.get("period")])  # stays in the choice where its last report was just decided
    listing = queries.queue_listing(bodies, programmes, list(dict.fromkeys([*periods, *asked])))
    query = read_checked(session, listing, request.args, request.path)
    statement = progress.waiting_for_appraisal(visible)
    page = fetch_page(session, statement, query)
    return render_template(
        "home/appraisals.html",
        rows=_waiting(session, page.rows),
        decided=decided,
        page=page,
        count=counted(session, statement, query),
        query=query,
        place=_place(),
        form=ConfirmForm(),
        period_title=period_title,
        as_at=format_instant(clock.now()),
    )


@blueprint.route("/appraisals/accept", methods=["GET", "POST"])
@action(Action.APPRAISE)
def accept_together() -> Answer:
    """Accept what was ticked: first it is named, then, confirmed, it is done."""
    session, form = database.session(), ConfirmForm(**considered_forms.given())
    chosen = ticked((considered_forms.carried() or request.form).getlist("report")[:MOST_TOGETHER])
    visible = queries.reports_within(current_reader(), Action.APPRAISE)
    rows = [
        row
        for row in session.execute(queries.chosen_reports(visible, list(chosen)))
        if row[4].seq == chosen[row[0].token]
    ]
    if not considered_forms.sent(form) or not rows:
        flash(_("Tick the reports that you accept as they are."), "information")
        return redirect(_queue_url(), 303)
    if not request.form.get("confirmed"):
        return considered_forms.onward() or _seen_together(session, rows, form)
    plain = [row[0] for row, one in zip(rows, _waiting(session, rows), strict=True) if not one.alone]
    reports = [(report, chosen[report.token]) for report in plain]
    if form.carry_out(appraisal.accept_all, reader=current_reader(), reports=reports):
        accepted, left = form.result
        tell_accepted(accepted, len(left) + len(rows) - len(plain))
    return redirect(_queue_url(), 303)


def tell_accepted(accepted: int, left: int) -> None:
    """Say how many reports were accepted, and how many were left and why."""
    if accepted:
        flash(_n("%(num)s report was accepted.", "%(num)s reports were accepted.", accepted), "success")
    if left:
        text = _n(
            "%(num)s was left: it changed meanwhile, or its figure is to be looked at alone.",
            "%(num)s were left: they changed meanwhile, or their figures are to be looked at alone.",
            left,
        )
        flash(text, "warning")


def _seen_together(session: Session, rows: Sequence[Any], form: ConfirmForm) -> str:
    """What was ticked, each with what the rule says of its target once it is accepted."""
    now = clock.moment()
    known = known_of(session, [row[1].id for row in rows], now.on)
    views = {target_id: View(one, now.on) for target_id, one in known.items()}
    named = waiting(rows, views, now.on, answers_of(session, [row[4].id for row in rows]))
    then = [
        outlook(
            row.target, known[row.target.id], row.period.code if row.period else None, row.revision.seq, ACCEPTED, now
        )
        for row in named
    ]
    together = list(zip(named, then, strict=True))
    values = {"place": _place(), "queue_url": _queue_url(), "period_title": period_title}
    return render_template("home/accept_together.html", rows=together, form=form, **values)


@blueprint.route("/appraisals/<report_token>", methods=["GET", "POST"])
@action(Action.APPRAISE)
def decide(report_token: str) -> Answer:
    """One report: the figure beside plan, goal and last figure, and the decision on it."""
    (report, page), carried = _page(report_token), considered_forms.carried()
    form = DecisionForm(**considered_forms.given())
    other_value = page.slot.kind is ReportKind.PERIODIC and not (page.revision and page.revision.not_applicable)
    form.offer([(one.token, text_by_language(one.text)) for one in reasons.in_order(page.session)])
    form.fit(
        ratio=page.slot.target.ratio, other_value=other_value, unit=unit_text(target_words.unit_of(page.slot.target))
    )
    waits = report.state == ReportState.SENT
    if carried and waits and (verdict := _considered(report, form)) is not None:
        return _asked_once_more(page, form, verdict)
    if form.validate_on_submit() and not request.form.get("change"):
        verdict = _considered(report, form)
        if verdict is not None and not request.form.get("seen"):
            return considered_forms.onward() or _asked_once_more(page, form, verdict)
        if verdict is not None and _decided(report, form):
            text = _("The decision stands: %(what)s. You can take it back today.", what=_told(form.outcome.data))
            flash(text, "success")
            return redirect(_queue_url(page.slot), 303)
    status = 422 if form.all_errors() and not carried else 200
    # (Whoever wants to change it first gets the form as it was filled in.)
    if (
        request.method == "POST" or carried
    ):  # what was refused may have been refused because the report is another by now
        report, page = _page(report_token)
    form.version.data = page.revision.seq if page.revision else 0
    form.language.data = form.language.data or current_language()
    form.ask(*(rules.asked(page.question, form.typed(), form.language.data) if form.typed() else ("", ())))
    refusal = appraisal.refusal(page.session, page.reader, page.slot, page.revision) if page.revision else None
    waits = report.state == ReportState.SENT
    can_withdraw = withdrawing.keeps_from_withdrawing(page.session, page.now, page.reader, report, was_told) is None
    own = carried and can_withdraw  # going back after one's decision: what was typed is in it
    html = render_template(
        "home/decide.html",
        page=page,
        form=form,
        **_values(page),
        refusal=refusal,
        waits=waits,
        unsaved=[] if own or (waits and refusal is None) else _labelled(form),
        can_withdraw=can_withdraw,
        evidence=figure_page.files(page.sendings[0].evidence if page.sendings else ()),
        thread=questions.threads(page.session, [report.id]).get(report.id, Thread()),
        row=_of_page(page),
    )
    return html, status


@blueprint.route("/appraisals/<report_token>/withdraw", methods=["GET", "POST"])
@action(Action.APPRAISE)
def withdraw(report_token: str) -> Answer:
    """Take back one's own decision of today."""
    (report, page), form = _page(report_token), WithdrawForm()
    if form.validate_on_submit() and form.carry_out(
        withdrawing.withdraw,
        reader=current_reader(),
        report=report,
        seq=form.version.data or 0,
        reason=form.reason.data or "",
        told=was_told,
    ):
        flash(_("The decision was taken back. The report waits for a decision again."), "success")
        return redirect(url_for("home.decide", report_token=report_token, **_place()), 303)
    no = withdrawing.keeps_from_withdrawing(page.session, page.now, page.reader, report, was_told)
    if no is not None and not form.all_errors():
        flash(str(no), "warning")
        return redirect(url_for("home.decide", report_token=report_token, **_place()), 303)
    form.version.data = page.revision.seq if page.revision else 0
    html = render_template("home/withdraw.html", page=page, form=form, decided=page.history()[:1], **_values(page))
    return html, 422 if form.all_errors() else 200


def _place() -> dict[str, Any]:
    """What the address says of the place in the queue from which one came: whatever its list knows, or that it was the
    sheet of the report's body. Every page of a decision carries it along."""
    names = (*queries.queue_listing([], [], []).names(), SHEET)
    return {name: request.args[name] for name in names if request.args.get(name)}


def _queue_url(slot: ReportSlot | None = None) -> str:
    """The queue where one left it, at the report that follows the one that was decided; or the sheet of a slot, where
    one came from that."""
    after, place = request.args.get("after"), _place()
    anchor = f"report-{after}" if after else None
    if slot is not None and SHEET in place:
        sheet: dict[str, Any] = {"agency_code": slot.agency.code, "period_code": slot.code}
        return url_for("home.appraisal_sheet", **sheet, _anchor=anchor)
    return url_for("home.appraisals", **place, _anchor=anchor)


def _values(page: FigurePage) -> dict[str, Any]:
    """What all pages of one decision show alike."""
    from_sheet = _("Sheet of %(body)s", body=text_by_language(page.slot.agency.name)) if SHEET in _place() else None
    return {
        "queue_url": _queue_url(page.slot),
        "queue_name": from_sheet or _("Reports that wait for a decision"),
        "place": _place(),
        "title": words.title(page.slot.target),
        "as_at": format_instant(page.now.at),
        "period_name": words.period_name(page.slot),
        "figure": target_words.figure(page.slot.target, page.revision) if page.revision else "",
    }


def _labelled(form: DecisionForm) -> list[tuple[str, str]]:
    """What was typed, under the names of its fields: to be read and copied where nothing can be decided any more."""
    typed = {**form.typed(), **({"reason": form.reason.data} if form.reason.data else {})}
    return [(str(form[name].label.text), text) for name, text in typed.items()]


def _asked_once_more(page: FigurePage, form: DecisionForm, verdict: Verdict) -> str:
    """The decision as it is about to be taken, beside what the rule says before it and after it."""
    target, revision = page.slot.target, page.revision
    code = page.slot.period.code if page.slot.period else None
    other = Entry(*verdict.numbers)
    return render_template(
        "home/decision.html",
        page=page,
        form=form,
        typed={"outcome": form.outcome.data, "reason": form.reason.data, **form.typed(), **form.answered()},
        told=_told(form.outcome.data),
        verdict=verdict,
        other=target_words.figure(target, other) if verdict.numbers != AS_REPORTED else None,
        outlook=outlook(target, page.known, code, revision.seq, verdict, page.now),
        **_values(page),
    )


def _considered(report: Report, form: DecisionForm) -> Verdict | None:
    """The decision as it could be taken, none of it taken yet; none where the form says why not."""
    try:
        return form.result if form.carry_out(_verdict, report=report, form=form) else None
    except StaleEdit as refusal:
        form.add_error("", refusal.message)
        return None


def _verdict(session: Session, now: clock.Moment, *, report: Report, form: DecisionForm) -> Verdict:
    reason, typed = form.reason.data or "", form.typed() | form.confirmation()
    if form.outcome.data == "accept":
        verdict = ACCEPTED
    elif form.outcome.data == "accept_with_value":
        language = form.custom()
        verdict = appraisal.with_value(session, now, report=report, typed=typed, language=language, reason=reason)
    elif form.outcome.data == "return":
        verdict = appraisal.returning(reason)
    else:
        raise FieldError("outcome", _l("Choose what you decide"))
    appraisal.decidable(session, now, current_reader(), report, form.version.data or 0, verdict)
    return verdict


def _decided(report: Report, form: DecisionForm) -> bool:
    """Whether the decision was taken; else the form says why not."""
    common: dict[str, Any] = {"reader": current_reader(), "report": report, "seq": form.version.data or 0}
    reason = form.reason.data or ""
    try:
        if form.outcome.data == "accept_with_value":
            typed, language = form.typed() | form.confirmation(), form.custom()
            return form.carry_out(appraisal.accept_with_value, typed=typed, language=language, reason=reason, **common)
        if form.outcome.data == "return":
            return form.carry_out(appraisal.return_report, reason=reason, **common)
        return form.carry_out(appraisal.accept, **common)
    except StaleEdit as refusal:
        form.add_error("", refusal.message)
    return False


def _told(outcome: str | None) -> str:
    return {
        "accept": _("accepted as reported"),
        "accept_with_value": _("accepted with another figure"),
        "return": _("returned to the body"),
    }.get(outcome or "", "")


def _page(token: str) -> tuple[Report, FigurePage]:
    session, reader = database.session(), current_reader()
    found = progress.report_by_token(session, queries.reports_within(reader, Action.APPRAISE), token)
    if found is None:
        raise NotFound(_("There is no such report."))
    report, slot = found
    return report, figure_page.load(session, reader, clock.moment(), slot)


def _waiting(session: Session, rows: Sequence[Any]) -> list[Waiting]:
    """Rows of the queue; the facts of a page of targets are read at once."""
    today = clock.today()
    asked = answers_of(session, [row[4].id for row in rows])
    known = known_of(session, [row[1].id for row in rows], today)
    return waiting(rows, {target_id: View(one, today) for target_id, one in known.items()}, today, asked)


def _of_page(page: FigurePage) -> Waiting:
    """The row of the report that a page is of."""
    row = page.report, page.slot.target, page.slot.agency, page.slot.period, page.revision
    asked = answers_of(page.session, [page.revision.id])
    return waiting([row], {page.slot.target.id: View(page.known, page.now.on)}, page.now.on, asked)[0]
