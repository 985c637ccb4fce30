"""One body in one programme: where it stands among its peers, and its targets by domain."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import render_template, url_for

from tracker.agencies.classifications import group_on
from tracker.agencies.queries import called
from tracker.compliance.records.facts import known_of
from tracker.compliance.standings import leaders
from tracker.compliance.standings.moved import Moved, moved_on
from tracker.compliance.telling import honesty, reasons
from tracker.compliance.telling.explain import why
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.searching import found_by
from tracker.core.errors import NotFound
from tracker.core.languages import _, _l, current_language, text_by_language
from tracker.core.web.requests import as_written
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.board import rows as board
from tracker.monitoring.board import standing_rows
from tracker.monitoring.letters import of_body
from tracker.monitoring.queries import AGENCY, SPAN, TARGET
from tracker.monitoring.viewpoint import Viewpoint, Wanted, day_choices, page_values, viewpoint, wanted
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.programmes.frames import Frames
from tracker.programmes.policy import in_force
from tracker.progress import honesty as gap
from tracker.progress.honesty import Honesty
from tracker.progress.models import Report
from tracker.rule import Known, WorkingCalendar
from tracker.rule.exact import half_up
from tracker.rule.facts import Policy

MOST_TARGETS = 200  # more than that are read in the list, page by page


@blueprint.get("/agencies/<code>")
@action(Action.SEE_TARGET)
def agency(code: str) -> str:
    """One body. 404 where it is unknown or out of the reader's scope."""
    session = database.session()
    reader = current_reader()
    seen = viewpoint(session)
    found = queries.agencies(session, seen.on, called(code), restrict(AGENCY.id, reader, Action.SEE_TARGET))
    if not found:
        raise NotFound(_l("There is no such body."))
    as_written("code", found[0].code)
    name = text_by_language(found[0].name)
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen, title=name))
    frames = Frames(session)
    shared = frames.of({seen.programme.id})[seen.programme.id]
    bands = words.Bands(in_force(shared.policies, seen.on))
    of_group = group_on(seen.on) == found[0].peer
    peers = queries.bodies(session, seen.programme.id, seen.past_day, seen.on, of_group)
    groups = board.groups(peers, bands, current_language())
    ranked = [row for group in groups for row in group.rows]
    here = next((row for row in ranked if row.code == code), None)
    of_list = seen.url(url_for("monitoring.targets"), agency=code)
    asked = wanted(seen.url(url_for("monitoring.agency", code=code)))
    sections, known = _sections(session, seen, found[0].id, asked, frames, bands) if here else ([], {})
    whole = known if here and len(known) == here.targets else None  # all that the body has is shown
    return render_template(
        "monitoring/agency.html",
        **page_values(
            seen,
            code=code,
            name=name,
            row=here,
            group=words.group_name(found[0].peer),
            among=sum(1 for row in ranked if row.rank),
            unranked=_unranked(here, bands.policy) if here else None,
            statuses=list(words.STATUSES.items()),
            sections=sections,
            places=[(one["name"], f"#domain-{one['domain']}") for one in sections if one["targets"]],
            rows=sum(len(one["targets"]) for one in sections) if asked.text or not here else here.targets,
            asked=asked,
            **(_over_time(session, seen, found[0], frames, here, whole) if here else {}),
            leaders_url=seen.url(url_for("monitoring.leaders")),
            of_list=of_list,
            most=MOST_TARGETS,
            sees_board=reader.may(Action.SEE_BOARD),
            letters=of_body.told(session, reader, found[0].id),
            letter_url=url_for("monitoring.draft_letter", code=code) if reader.may(Action.PREPARE_LETTER) else None,
            offices_url=url_for("administration.agency", code=code) if reader.may(Action.SEE_OFFICES) else None,
            days=[(text, day, _url_of_day(seen, code, day)) for text, day in day_choices(seen)],
        ),
    )


def _unranked(row: board.Row, policy: Policy) -> str:
    """Why a body has no rank."""
    if row.score is None:
        return _("unranked: no target has a score yet")
    carried, least = words.percent(row.share), words.percent(policy.judged_share * 100)
    return _("unranked: judged targets carry %(share)s of the weight, less than %(least)s", share=carried, least=least)


def _over_time(
    session: Any, seen: Viewpoint, body: Any, frames: Frames, row: board.Row, known: Mapping[int, Known] | None
) -> dict[str, Any]:
    """The body's score over time, its commitments, and whoever heads or headed it."""
    policies = frames.of({seen.chosen.id})[seen.chosen.id].policies
    bands = words.Bands(in_force(policies, seen.on))
    of_body = TARGET.agency_id == body.id
    moves = moved_on(session, seen.chosen.id, seen.on, {body.id: row.counts}, frames, of_body)
    moved = moves.get(body.id, Moved())
    if known is not None:
        reported = gap.of_gaps([one for target in known.values() for one in gap.gaps(target, seen.on)])
    else:
        own = (Report.agency_id == body.id, Report.programme_id == seen.chosen.id)
        reported = honesty.of_bodies(session, seen.on, frames, *own)
    return {
        "honesty": _honesty(reported),
        "extended": len(moved.extended),
        "lowered": len(moved.lowered),
        "rates": (standing_rows.rate(moved.settled), standing_rows.rate(moved.first)),
        "over_time": standing_rows.of_body(session, seen, body.id, body.code, policies),
        "commitments": standing_rows.of_commitments(session, seen, body.id, bands),
        "heads": standing_rows.of_leaders(session, seen, policies, moves, leaders.HOLDING.agency_id == body.id),
    }


def _honesty(found: Honesty) -> str | None:
    """Reported less appraised, towards the goals, in percent of what was promised; none where nothing was appraised."""
    if found.points is None:
        return None
    points = half_up(found.points)
    sign = "+" if points > 0 else "\u2212" if points < 0 else ""
    return honesty.told(found, f"{sign}{words.percent(abs(points))}")


def _sections(
    session: Any, seen: Viewpoint, agency_id: int, asked: Wanted, frames: Frames, bands: words.Bands
) -> tuple[list[dict[str, Any]], Mapping[int, Known]]:
    """The domains of a body, each with its sums and those of its targets that are asked for; and what is known of
    these."""
    found = sa.false() if asked.fault else found_by(TARGET.search_key, asked.text) if asked.text else sa.true()
    statement = (
        queries.listed(seen.chosen.id, seen.past_day, SPAN.agency_id == agency_id, found)
        .order_by(SPAN.domain, SPAN.target_id)
        .limit(MOST_TARGETS)
    )
    of_target = seen.addresses("monitoring.target", "token")
    by_domain: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = session.connection().execute(statement).all()
    known = known_of(session, [row.target_id for row in rows], seen.on, frames) if rows else {}
    told = reasons.of_known(known, rows, seen.on)
    calendar = frames.of({seen.chosen.id})[seen.chosen.id].calendar
    for row in rows:
        by_domain[row.domain].append(_target(row, told[row.target_id], seen, calendar, of_target(row.token)))
    sections = [
        {
            "domain": row.domain,
            "name": words.domain_name(row.domain),
            "score": row.score,
            "band": bands[row.score],
            "count": len(by_domain[row.domain]) if asked.text else row.targets,
            "targets": by_domain.get(row.domain, []),
        }
        for row in sorted(queries.cells(session, seen.chosen.id, seen.past_day, agency_id), key=lambda row: row.domain)
    ]
    return sections, known


def _target(row: Any, reason: reasons.Told, seen: Viewpoint, calendar: WorkingCalendar, href: str) -> dict[str, Any]:
    due = words.deadline_of(row, calendar, seen.on)
    return {
        "status": row.status,
        "title": text_by_language(row.title),
        "href": href,
        "why": why(reason, row.unit),
        "deadline": due.text,
        "iso": due.iso,
        "meaning": due.meaning,
        "tone": due.tone,
        "score": row.score,
    }


def _url_of_day(seen: Viewpoint, code: str, day: Any) -> str:
    return url_for("monitoring.agency", code=code, programme=seen.chosen.code, on=seen.day_text(day))
