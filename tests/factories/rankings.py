"""A period's ranking: shown, appealed against, answered and frozen; and what of one stands in addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.factories.new_facts import Hand
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.core import clock
from tracker.editions import figures, service
from tracker.editions.models import RankingAppeal, RankingMove, RankingPreview

PERIOD, JUDGED_ON = "2021-Q1", date(2021, 3, 22)
SIDES = {"SXD": "2021-Q1", "SYT": "2021-H1"}


def add(hand: Hand, target: str = "SXD-T01") -> None:
    """It is shown, its head appeals, the monitor refuses, and two weeks later it is frozen."""
    monitor, head = hand.reader("VP", Office.MONITOR), hand.reader("SXD", Office.HEAD)
    what: dict[str, Any] = {"programme": hand.made.programme, "period": PERIOD, "judged_on": JUDGED_ON, "days": 5}
    preview = hand.press(service.show, reader=monitor, **what)
    of_it: dict[str, Any] = {"preview_id": preview.id}
    cell = hand.made.targets[target].token
    appeal = hand.press(service.appeal, reader=head, **of_it, target_token=cell, reason="Thiếu một thủ tục")
    answer: dict[str, Any] = {"appeal_token": appeal.token, "upheld": False, "reason": "Chưa có minh chứng"}
    hand.press(service.answer, reader=monitor, **of_it, **answer)
    two_weeks = timedelta(days=14)
    later = replace(hand, now=clock.Moment(hand.now.at + two_weeks, hand.now.on + two_weeks))
    later.press(service.freeze, reader=monitor, **of_it, decision="15/QĐ-UBND", decided_on=hand.now.on)


def shown(
    session: Session, now: clock.Moment, made: errand.Province, code: str, text_of: Callable[[str], str]
) -> dict[str, str]:
    """A ranking that is shown, with an appeal of the body: what of it stands in addresses."""
    content = figures.compose(session, made.programme, SIDES[code], now.on, now.on)
    written, sha256 = figures.hashed(content)
    preview = RankingPreview(
        token=f"ranking-{code}",
        programme_id=made.programme.id,
        period=SIDES[code],
        judged_on=now.on,
        shown_on=now.on,
        until=now.on + timedelta(days=7),
        content=written,
        sha256=sha256,
        state="shown",
        state_since=now.at,
        version=1,
    )
    session.add(preview)
    session.flush()
    cell = next(one for row in content["bodies"] if row["code"] == code for one in row["targets"])
    target = session.scalars(sa.select(Target).where(Target.token == cell["token"])).one()
    move = RankingMove(
        preview_id=preview.id,
        seq=1,
        move="appeal",
        state_before="shown",
        state_after="shown",
        agency_id=made.bodies[code].id,
        person_id=made.people[(code, Office.HEAD)].id,
        office="head",
        at=now.at,
        day=now.on,
        text=text_of("Số liệu chưa đúng"),
    )
    session.add(move)
    session.flush()
    session.add(
        RankingAppeal(
            token=f"appeal-{code}",
            preview_id=preview.id,
            move_id=move.id,
            agency_id=made.bodies[code].id,
            target_id=target.id,
            status=cell["status"],
            score=cell["score"],
        )
    )
    session.flush()
    return {"ranking": preview.token, "appeal against a ranking": f"appeal-{code}", "cell of a ranking": target.token}
