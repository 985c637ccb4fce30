"""One target: why it stands so, its plan against its figures, every report and decision, every step."""

from datetime import date
from typing import Any

from flask import render_template, url_for

from tracker.commitments import queries as commitments
from tracker.commitments import story
from tracker.commitments.life import lineage
from tracker.commitments.life.lineage import Kin
from tracker.compliance.records.facts import record_of
from tracker.compliance.steps import queries as compliance
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import _, _l, format_score, text_by_language
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.targets import acts
from tracker.monitoring.targets import page as target_page
from tracker.monitoring.targets.page import AnswerOfDay, TargetPage
from tracker.monitoring.viewpoint import Viewpoint, day_asked, day_choices, page_values, viewpoint_of
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.progress import beside, history
from tracker.progress import queries as progress
from tracker.signing.documents.target_form import origin_text


@blueprint.get("/targets/<token>")
@action(Action.SEE_TARGET)
def target(token: str) -> str:
    """One target as a day saw it. 404 where it is unknown or out of the reader's scope."""
    session = database.session()
    reader = current_reader()
    head = queries.target_head(session, token, restrict(queries.TARGET.agency_id, reader, Action.SEE_TARGET))
    if head is None:
        raise NotFound(_l("There is no such target."))
    seen = viewpoint_of(head.programme, head.assessed_on)
    asked = day_asked("known_on", seen.on, seen.now.on)
    known_on = None if asked.day == seen.on else asked.day
    spans = compliance.spans_of(session, head.target.id)
    page = TargetPage(head.target, record_of(session, head.target, head), spans, seen.on, known_on)
    # Before its signing, and by whoever knows nothing of it, nothing is said of a target.
    standing = page.standing() if head.signed_on <= min(seen.on, known_on or seen.on) else None
    sendings = progress.history_of_target(session, head.target.id)
    rulings = target_page.Rulings(session, reader, head.target, page.record.facts, seen.on)
    altered = commitments.decided_of(session, head.target.id, page.record.facts)
    decided = story.lines(head.target, altered, page.known, seen.on, rulings.who)
    return render_template(
        "monitoring/target.html",
        **page_values(
            seen,
            head=head,
            page=page,
            standing=standing,
            title=text_by_language(head.target.title),
            agency=text_by_language(head.agency_name),
            agency_href=seen.url(url_for("monitoring.agency", code=head.agency_code)),
            domain=words.domain_name(head.target.domain),
            deadline=page.deadline(standing.status if standing else ""),
            terms=target_page.terms_rows(page),
            periods=page.periods(),
            chart=page.chart(text_by_language(head.target.title)),
            rulings=rulings,
            kin=_kin(lineage.kin_of(session, reader, head.target.id)),
            history=history.lines(head.target, sendings, _file, seen.on, decided, beside.read(session, sendings)),
            acts=acts.of(reader, head, sendings) if seen.live else None,
            steps=target_page.step_rows(spans, seen.on),
            sees_board=reader.may(Action.SEE_BOARD),
            known_on=known_on,
            asked=asked,
            compared=_compared(page, standing) if known_on is not None and standing is not None else [],
            days=[(text, day, _url_of_day(seen, token, day)) for text, day in day_choices(seen)],
            known_url=_known_url(seen, token),
            receipt_href=None if known_on else seen.url(url_for("monitoring.target_receipt", token=token)),
        ),
    )


def _kin(kin: Kin) -> list[tuple[str, str, str | None]]:
    """(what, which, its address): from which target this one was taken over, and which took it over."""
    found: list[tuple[str, str, str | None]] = []
    if kin.origin is not None and kin.origin_token is not None:
        href = url_for("monitoring.target", token=kin.origin_token)
        found.append((_("Taken over from"), origin_text(kin.origin), href))
    if kin.successor is not None:
        one = kin.successor
        told = " · ".join(filter(None, (one.code, text_by_language(one.programme), one.number)))
        href = (
            url_for("monitoring.target", token=one.target)
            if one.target
            else url_for("planning.commitment", token=one.dossier)
        )
        found.append((_("Taken over by"), told, href))
    return found


def _compared(page: TargetPage, standing: AnswerOfDay) -> list[tuple[str, Any, Any]]:
    """(what, as it was said, as it is known) of the answer of the day."""
    said = page.span()
    return [
        (_("Score"), format_score(said.score if said else None), format_score(standing.score)),
        (_("Delivery"), format_score(said.delivery if said else None), format_score(standing.delivery)),
        (_("Reports in time"), _share(said.punctuality if said else None), _share(standing.punctuality)),
    ]


def _share(hundredths: int | None) -> str:
    return format_score(hundredths) if hundredths is None else format_score(hundredths) + "\u00a0%"


def _url_of_day(seen: Viewpoint, token: str, day: date) -> str:
    return url_for("monitoring.target", token=token, on=seen.day_text(day))


def _known_url(seen: Viewpoint, token: str) -> str | None:
    """For a past day: the same day as it is known today."""
    if seen.live:
        return None
    return seen.url(url_for("monitoring.target", token=token), known_on=seen.now.on.isoformat())


def _file(token: str) -> str:
    return url_for("home.evidence", token=token)
