"""The history of reports in words: what was sent with which files, what was decided on it, and by whom.

One text for every page that tells it. Addresses of files are the page's own, so it gives them.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

from tracker.agencies.offices import LABELS, in_whose_name
from tracker.agencies.queries import OfficeThen
from tracker.commitments.terms import words
from tracker.commitments.terms.words import Promise
from tracker.core.clock import day_of
from tracker.core.languages import _, capital, format_day, format_instant, format_size, text_by_language, within
from tracker.programmes.words import period_name
from tracker.progress import beside
from tracker.progress.beside import NOTHING, Beside
from tracker.progress.corrections import words as correction_words
from tracker.progress.corrections.service import Outcome
from tracker.progress.queries import Sending
from tracker.progress.states import ReportState
from tracker.progress.threads.turns import Side

Line = dict[str, Any]
Lines = list[Line]
Address = Callable[[str], str]

_DOT = " · "
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def lines(
    target: Promise,
    sendings: Iterable[Sending],
    address: Address,
    until: date = date.max,
    more: Iterable[tuple[date, Line]] = (),
    told: Beside = NOTHING,
) -> Lines:
    """What was sent and decided up to a day, the latest first, for `history` in components/facts.html.

    `more` are other lines that stand among them, by their days; `told` is what is told beside them.
    """
    sendings = list(sendings)
    found: list[tuple[Any, Line]] = [((day, _LONG_AGO, 0, place), line) for place, (day, line) in enumerate(more)]
    for sending in sendings:
        revision = sending.revision
        if revision.submitted_on > until:
            continue
        place = (revision.submitted_on, revision.sent_at or _LONG_AGO, revision.id, 0)
        found.append((place, _sent(target, revision, files(sending.evidence, address), told)))
        for asked in told.asked.get(revision.id, ()):
            found += [(place, line) for place, line in _asked(revision, asked) if place[0] <= until]
        for decision in sending.decisions:
            if decision.decided_on <= until:
                place = (decision.decided_on, decision.decided_at or _LONG_AGO, revision.id, decision.seq)
                found.append((place, _decided(target, revision, decision, told)))
                if decision.withdrawn_at is not None:
                    place = (decision.decided_on, decision.withdrawn_at, revision.id, decision.seq + 0.5)
                    found.append((place, _withdrawn(revision, decision)))
    found += [(place, line) for place, line in _threads(sendings, told) if place[0] <= until]
    return [line for _place, line in sorted(found, key=lambda pair: pair[0], reverse=True)]


def files(
    evidence: Iterable[Any], address: Address, remove: Address | None = None, put_back: Address | None = None
) -> Lines:
    """Files for `files` in components/facts.html; `address`, `remove`, `put_back` make addresses of a file's token."""
    return [
        {
            "name": file.name if file.erased_on is None else erased(file.erased_on),
            "href": address(file.token) if file.erased_on is None else None,
            "size": format_size(file.size),
            "added": format_instant(file.uploaded_at),
            "token": file.token,
            "remove_url": remove(file.token) if remove is not None else None,
            "put_back_url": put_back(file.token) if put_back is not None and file.erased_on is None else None,
        }
        for file in evidence
    ]


def erased(on: date) -> str:
    """What stands in place of the name of a file that was erased."""
    return _("File removed by a decision on %(day)s", day=format_day(on))


def _sent(target: Promise, revision: Any, evidence: Lines, told: Beside) -> Line:
    what = _("%(report)s sent: %(figure)s", report=_report(revision), figure=words.figure(target, revision))
    if revision.seq > 1:
        what = _("%(what)s (revision %(number)s)", what=what, number=revision.seq)
    if revision.as_at is not None:
        what += _DOT + _("as at %(day)s", day=format_day(revision.as_at))
    who, on = [], revision.submitted_on
    if revision.sent_by:
        office = told.office(revision.sent_for_id or revision.sent_by_id, on, beside.SENDS)
        who.append(_("sent by %(person)s", person=_acting(revision.sent_by, revision.sent_for, office)))
    if revision.entered_by and revision.entered_by != revision.sent_by:
        office = told.office(revision.entered_by_id, on, beside.WRITES)
        who.append(_("written by %(person)s", person=_acting(revision.entered_by, None, office)))
    when = _when(revision.sent_at, revision.submitted_on)
    checks = [(str(one.sentence), one.answer or _("not answered")) for one in told.answered.get(revision.id, ())]
    obstacles = _("Obstacles: %(obstacles)s", obstacles=revision.obstacles) if revision.obstacles else None
    quote = "\n".join(text for text in (revision.narrative, obstacles) if text) or None
    line = _line(what, when, _DOT.join(who), quote, evidence=evidence)
    return line | {"receipt": revision.receipt, "checks": checks}


def _asked(revision: Any, row: Any) -> list[tuple[Any, Line]]:
    """That a correction was asked for, and what came of it where the report was not opened again by it."""
    asked, report = row.Correction, _report(revision)
    what = _("%(report)s: a correction was asked for", report=report)
    who = in_whose_name(row.asked_by, row.asked_for) if row.asked_by else ""
    place = (asked.asked_on, asked.asked_at, revision.id, 0)
    found = [(place, _line(what, format_instant(asked.asked_at), who, asked.reason))]
    if row.outcome in {Outcome.REFUSED, Outcome.WITHDRAWN}:
        refused = _("%(report)s: the correction was refused", report=report)
        withdrawn = _("%(report)s: the request for a correction was withdrawn", report=report)
        what = refused if row.outcome == Outcome.REFUSED else withdrawn
        place = (row.ended_on, row.ended_at, revision.id, 0)
        found.append((place, _line(what, format_instant(row.ended_at), row.ended_by or "", row.answer)))
    return found


def _threads(sendings: Iterable[Sending], told: Beside) -> list[tuple[Any, Line]]:
    """What the appraiser asked about a report without returning it, and what the body answered."""
    revisions = {sending.revision.report_id: sending.revision for sending in sendings}
    found = []
    for report_id, thread in told.threads.items():
        revision = revisions[report_id]
        for said in thread.lines:
            asked = _("%(report)s: a question of the appraiser", report=_report(revision))
            answer = _("%(report)s: an answer of the body", report=_report(revision))
            what = capital(asked if said.side is Side.APPRAISER else answer)
            line = _line(what, format_instant(said.at), in_whose_name(said.who, said.for_whom), said.text)
            found.append(((day_of(said.at), said.at, revision.id, said.seq), line))
    return found


def _acting(name: str, holder: str | None, office: OfficeThen | None) -> str:
    """Somebody by name, in whose name, and in which office of which body, where that is known."""
    told = in_whose_name(name, holder)
    if office is None:
        return told
    held = within(str(LABELS[office.office]))
    return _("%(person)s, %(office)s, %(body)s", person=told, office=held, body=text_by_language(office.agency_name))


def _decided(target: Promise, revision: Any, decision: Any, told: Beside) -> Line:
    report, tone = _report(revision), "bad"
    if decision.outcome == ReportState.ACCEPTED:
        tone, what = "good", _("%(report)s accepted", report=report)
        if decision.value is not None or decision.numerator is not None:
            figure = words.figure(target, decision)
            what = _("%(report)s accepted with another figure: %(figure)s", report=report, figure=figure)
    elif decision.outcome == ReportState.RETURNED:
        what = _("%(report)s returned", report=report)
    elif decision.outcome == ReportState.REOPENED:
        what = _("%(report)s reopened", report=report)
        if decision.id in told.grounds:
            named = correction_words.of(told.grounds[decision.id])
            what = _("%(report)s reopened: %(named)s", report=report, named=within(named))
    else:
        tone, what = "", _("%(report)s recalled by the sender", report=report)
    if decision.withdrawn_at is not None:
        tone, what = "", _("%(what)s (taken back)", what=what)
    offices = beside.SENDS if decision.outcome == ReportState.RECALLED else beside.DECIDES
    office = told.office(decision.decided_for_id or decision.decided_by_id, decision.decided_on, offices)
    who = _acting(decision.decided_by, decision.decided_for, office) if decision.decided_by else ""
    return _line(what, _when(decision.decided_at, decision.decided_on), who, decision.reason, tone)


def _withdrawn(revision: Any, decision: Any) -> Line:
    what = _("%(report)s: the decision was taken back, and counts as never taken", report=_report(revision))
    when = format_instant(decision.withdrawn_at)
    return _line(what, when, decision.withdrawn_by or "", decision.withdrawn_because)


def _line(what: str, when: str, who: str, quote: str | None, tone: str = "", evidence: Lines | None = None) -> Line:
    return {"what": what, "when": when, "who": who, "quote": quote, "tone": tone, "files": evidence or []}


def _report(revision: Any) -> str:
    if revision.period is None:
        return _("Completion report")
    return _("Report for %(period)s", period=period_name(revision.period))


def _when(at: datetime | None, on: date) -> str:
    """An instant to the minute where one is known; what came in a package has its day alone."""
    return format_instant(at) if at is not None else format_day(on)
