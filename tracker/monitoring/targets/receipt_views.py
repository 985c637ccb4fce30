"""The receipt of a status: why it is so, from the trace of the rule itself; as a page to print, and as JSON."""

import json
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from flask import Response, render_template, request, url_for

from tracker.compliance.records.facts import record_of
from tracker.compliance.steps import queries as compliance
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import _, _l, current_language, format_day, format_score, text_by_language
from tracker.monitoring import queries
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.targets import receipt_page
from tracker.monitoring.targets.page import TargetPage
from tracker.monitoring.targets.receipt_page import WhatIf
from tracker.monitoring.viewpoint import Viewpoint, day_choices, page_values, viewpoint_of
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.progress import beside
from tracker.progress import queries as progress


class _Found(NamedTuple):
    head: Any
    seen: Viewpoint
    page: TargetPage
    receipt: dict[str, Any]


@blueprint.get("/targets/<token>/receipt")
@action(Action.SEE_TARGET)
def target_receipt(token: str) -> str:
    """Why a target stood as it did on a day, to the last step. A figure or a day that is typed is tried, not kept."""
    head, seen, page, found = _found(token)
    answer = found["answer"]
    decided, scored = receipt_page.trace_rows(found)
    tried = _tried(page, seen, head)
    policy, deadlines = found["policy"], found["deadlines"]
    return render_template(
        "monitoring/target_receipt.html",
        **page_values(
            seen,
            head=head,
            title=text_by_language(head.target.title),
            agency=text_by_language(head.agency_name),
            target_href=seen.url(url_for("monitoring.target", token=token)),
            json_href=seen.url(url_for("monitoring.target_receipt_file", token=token)),
            status=answer["status"],
            score=_points(answer["score"]),
            sentences=found["sentences"][current_language()],
            rule_version=found["rule_version"],
            facts=[
                (_("Goal"), page.goal_and_first()),
                (_("Delivery"), _points(answer["delivery"])),
                (_("Reports in time"), _points(answer["punctuality"], "\u00a0%")),
                (_("First deadline"), _day(deadlines["first"])),
                (_("Present deadline"), _day(deadlines["present"])),
                (_("Last day in time"), _day(deadlines["counted"])),
                (_("Policy version"), _policy(policy)),
            ],
            periods=page.periods(),
            chart=page.chart(text_by_language(head.target.title)),
            decisions=receipt_page.decided(found["reports"]),
            decided=decided,
            scored=scored,
            timely=receipt_page.timely(found),
            tried=tried,
            measure_ratio=head.target.ratio,
            days=[(text, day, _url(seen, token, day)) for text, day in day_choices(seen)],
        ),
    )


@blueprint.get("/targets/<token>/receipt.json")
@action(Action.SEE_TARGET)
def target_receipt_file(token: str) -> Response:
    """The same as a file: what `tracker receipt verify` works out again."""
    _head, seen, _page, found = _found(token)
    seen.demand(())
    answer = Response(json.dumps(found, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8")
    name = f"receipt-{token[:8]}-{seen.on.isoformat()}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _found(token: str) -> _Found:
    session = database.session()
    reader = current_reader()
    head = queries.target_head(session, token, restrict(queries.TARGET.agency_id, reader, Action.SEE_TARGET))
    if head is None:
        raise NotFound(_l("There is no such target."))
    seen = viewpoint_of(head.programme, head.assessed_on)
    if head.signed_on > seen.on:
        signed = format_day(head.signed_on)
        raise NotFound(_l("The commitment was signed on %(day)s: no status stands before.", day=signed))
    record = record_of(session, head.target, head)
    page = TargetPage(head.target, record, compliance.spans_of(session, head.target.id), seen.on, None)
    sendings = progress.history_of_target(session, head.target.id)
    told = beside.read(session, sendings)
    found = receipt_page.as_json(head, record.facts, page.known, seen.on, sendings, told)
    return _Found(head, seen, page, found)


def _tried(page: TargetPage, seen: Viewpoint, head: Any) -> WhatIf | None:
    """What is tried; nothing on a day that is past, or of a target that is closed."""
    if not seen.live or head.target.closed_on is not None:
        return None
    return receipt_page.what_if(head.target, page.known, seen.on, head.programme.ends_on, request.args)


def _points(figure: str | None, behind: str = "") -> str | None:
    return None if figure is None else format_score(Decimal(figure)) + behind


def _day(text: str) -> str:
    return format_day(date.fromisoformat(text))


def _policy(policy: dict[str, Any]) -> str:
    if policy["from_on"] is None:
        return str(policy["version"])
    return _("%(version)s, in force from %(day)s", version=policy["version"], day=_day(policy["from_on"]))


def _url(seen: Viewpoint, token: str, day: date) -> str:
    return url_for("monitoring.target_receipt", token=token, on=seen.day_text(day))
