"""One body's targets judged on a day as it is known on another, beside what was said of that day: live."""

from collections import defaultdict
from datetime import date
from typing import Any

from flask import render_template, url_for

from tracker.agencies.queries import called
from tracker.compliance.recalculations import filing, known
from tracker.compliance.records import names
from tracker.compliance.telling.explain import why
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import _l, format_score, text_by_language
from tracker.core.web.requests import as_written
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.queries import AGENCY
from tracker.monitoring.recalculations.answer import signed
from tracker.monitoring.viewpoint import Viewpoint, day_asked, page_values, viewpoint
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict

MOST_TARGETS = 1_000  # judged while somebody waits; more are asked for with the whole province


@blueprint.get("/agencies/<code>/known")
@action(Action.SEE_TARGET)
def agency_known(code: str) -> str:
    """The targets of a body: what was said of the day, and what is known of it. 404 out of the reader's scope."""
    session, reader = database.session(), current_reader()
    seen = viewpoint(session)
    found = queries.agencies(session, seen.on, called(code), restrict(AGENCY.id, reader, Action.SEE_TARGET))
    if not found:
        raise NotFound(_l("There is no such body."))
    as_written("code", found[0].code)
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen, title=text_by_language(found[0].name)))
    asked = day_asked("known_on", seen.now.on, seen.now.on)
    known_on = asked.day
    pairs = known.of_body(session, seen.programme.id, found[0].id, seen.on, known_on, MOST_TARGETS)
    total = filing.sums_of(pairs or []).get(found[0].id)
    return render_template(
        "monitoring/agency_known.html",
        **page_values(
            seen,
            code=code,
            name=text_by_language(found[0].name),
            agency_url=seen.url(url_for("monitoring.agency", code=code)),
            known_on=known_on,
            asked=asked,
            too_many=pairs is None,
            sections=_sections(seen, pairs or [], known_on),
            total=None if total is None else _total(total),
            asks=reader.may(Action.ASK_PROVINCE),
        ),
    )


def _total(total: filing.Sum) -> dict[str, Any]:
    before, after = total.score(0), total.score(1)
    return {
        "targets": total.targets,
        "moved": total.moved,
        "before": format_score(before),
        "after": format_score(after),
        "difference": signed(None if before is None or after is None else after - before),
    }


def _sections(seen: Viewpoint, pairs: list[Any], known_on: date) -> list[tuple[str, list[dict[str, Any]]]]:
    """The targets by domain, as they come."""
    named = names.of(database.session(), [pair.target_id for pair in pairs])
    by_domain: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for pair in pairs:
        target = named[pair.target_id]
        before, after = pair.before.score if pair.before else None, pair.after.score
        by_domain[target.domain].append(
            {
                "title": text_by_language(target.title),
                "href": seen.url(url_for("monitoring.target", token=target.token), known_on=known_on.isoformat()),
                "status_before": pair.before.status if pair.before else None,
                "status_after": pair.after.status,
                "score_before": format_score(before),
                "score_after": format_score(after),
                "difference": signed(None if before is None or after is None else after - before),
                "why": why(pair.reason, target.unit) if pair.reason else None,
                "differs": pair.differs,
            }
        )
    return [(words.domain_name(domain), rows) for domain, rows in sorted(by_domain.items())]
