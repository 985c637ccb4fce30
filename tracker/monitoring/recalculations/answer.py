"""The answer of a recalculation as its page draws it: counts, who moves from where to where, bodies, targets."""

from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from tracker.compliance.recalculations import service as recalculations
from tracker.compliance.recalculations.models import Kind, Recalculation
from tracker.compliance.telling.explain import why
from tracker.core.db.named import read_checked
from tracker.core.languages import format_number, format_score, text_by_language
from tracker.core.tables import counted, fetch_page
from tracker.monitoring import words
from tracker.monitoring.recalculations import rows as answer_rows
from tracker.monitoring.viewpoint import Viewpoint

FILES = ("targets", "bodies", "workbook")
MOST_BODIES = 200  # more stand in the files


def answer(session: Session, seen: Viewpoint, found: Recalculation) -> dict[str, Any]:
    """What the template reads of an answer."""
    here = url_for("monitoring.recalculation", token=found.token)
    query = read_checked(session, answer_rows.listing(), request.args, here)
    statement = answer_rows.rows(found.id, moved=answer_rows.only_moved(query))
    page = fetch_page(session, statement, query)
    before, after = answer_rows.sides(found.kind)
    files = {name: url_for(f"monitoring.recalculation_{name}", token=found.token) for name in FILES}
    return {
        "query": query,
        "page": page,
        "count": counted(session, statement, query),
        "rows": [_row(row, seen, found) for row in page.rows],
        "before": before,
        "after": after,
        "differ": found.result.get("moved", 0),
        "matrix": _matrix(found, query),
        "bodies": _bodies(session, found),
        "choices": {one.key: one.choices for one in query.listing.filters},
        "chosen": {key: texts[0] for key, texts in query.texts.items()},
        "files": files,
    }


def _matrix(found: Recalculation, query: Any) -> dict[str, Any]:
    """Rows by the status before, cells by the status after, each a number that leads to its targets."""
    befores, afters, cells = answer_rows.matrix(found.result)
    labels = {code: str(label) for code, label in answer_rows.STATUSES}
    rows = []
    for one in befores:
        line = []
        for other in afters:
            count = cells.get((one, other), 0)
            href = query.url_with(before=one, after=other, show=answer_rows.ALL, agency=None) if count else None
            line.append({"count": format_number(count), "href": href, "same": one == other, "to": labels[other]})
        rows.append({"code": one, "label": labels[one], "cells": line})
    return {"afters": [(code, labels[code]) for code in afters], "rows": rows}


def _bodies(session: Session, found: Recalculation) -> dict[str, Any]:
    """Peer groups with their bodies by the new rank; where there are very many, those that move the most."""
    rows = session.connection().execute(answer_rows.bodies(found.id, recalculations.days_of(found)[0])).all()
    left_out = len(rows) > MOST_BODIES
    if left_out:
        rows = sorted(rows, key=lambda row: -abs(answer_rows.difference(row) or 0))[:MOST_BODIES]
    by_group: dict[str, list[Any]] = {}
    for row in rows:
        by_group.setdefault(row.peer, []).append(row)
    bands = _bands(session, found)
    groups = [
        (words.group_name(peer), [_body(row, found, bands) for row in sorted(some, key=_place)])
        for peer, some in sorted(by_group.items(), key=lambda pair: words.group_place(pair[0]))
    ]
    return {"groups": groups, "left_out": left_out, "most": MOST_BODIES}


def _place(row: Any) -> int:
    """The new rank; who has none stands last."""
    return row.rank_after or 1_000_000


def _bands(session: Session, found: Recalculation) -> tuple[words.Bands, words.Bands]:
    """The bands of both sides."""
    before, after = recalculations.policies_of(session, found)
    return words.Bands(before), words.Bands(after)


def _body(row: Any, found: Recalculation, bands: tuple[words.Bands, words.Bands]) -> dict[str, Any]:
    gained = row.rank_before - row.rank_after if row.rank_before and row.rank_after else 0
    return {
        "name": text_by_language(row.name),
        "href": url_for("monitoring.recalculation", token=found.token, agency=row.code) + "#targets",
        "moved": format_number(row.moved),
        "targets": format_number(row.targets),
        "score_before": format_score(row.score_before),
        "score_after": format_score(row.score_after),
        "band_before": bands[0][row.score_before],
        "band_after": bands[1][row.score_after],
        "difference": signed(answer_rows.difference(row)),
        "rank_before": format_number(row.rank_before),
        "rank_after": format_number(row.rank_after),
        "ranks": (format_number(abs(gained)), "up" if gained > 0 else "down") if gained else None,
    }


def _row(row: Any, seen: Viewpoint, found: Recalculation) -> dict[str, Any]:
    href = url_for("monitoring.target", token=row.token)
    if found.kind == Kind.KNOWN_ON:
        days = found.parameters
        href = url_for("monitoring.target", token=row.token, on=days["on"], known_on=days["known_on"])
    return {
        "title": text_by_language(row.title),
        "href": href,
        "agency": text_by_language(row.agency_name),
        "status_before": row.status_before,
        "status_after": row.status_after,
        "score_before": format_score(row.score_before),
        "score_after": format_score(row.score_after),
        "difference": signed(answer_rows.difference(row)),
        "why": why(row.reason_after, row.unit) if row.reason_after else None,
    }


def signed(hundredths: int | None) -> str:
    """A difference of scores with its sign; a dash where there is none to tell."""
    if hundredths is None:
        return format_score(None)
    sign = "+" if hundredths > 0 else "\u2212" if hundredths < 0 else ""
    return sign + format_score(abs(hundredths))
