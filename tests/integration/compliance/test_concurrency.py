"""Writers at the same time: no sum is lost, and nobody waits for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.errand import province, target
from tests.factories.histories import morning
from tests.support.at_once import at_once
from tracker.agencies.offices import Office
from tracker.compliance.models import AgencySum
from tracker.compliance.recalculations import service as recalculations
from tracker.compliance.recalculations.models import Recalculation
from tracker.compliance.steps import verify
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.programmes import policy as policies
from tracker.programmes import queries as programmes
from tracker.progress.models import Report, Revision

SIGNED, DAY = date(2021, 2, 4), date(2021, 3, 16)
BODIES, TARGETS = ("SXD", "SYT"), 6


def test_writers_of_the_same_bodies_lose_no_sum(app: Flask, session: Session) -> None:
    with unit_of_work(morning(SIGNED)):
        made = province(session)
        for body in BODIES:
            for number in range(TARGETS):
                touch(session, "target", target(session, made, body, f"T{number}").id)
        period_id = made.periods["2021-Q1"].id
    # Each unit writes to a target of both bodies, in either order.
    pairs = [(made.targets[f"SXD-T{n}"].id, made.targets[f"SYT-T{TARGETS - 1 - n}"].id) for n in range(TARGETS)]
    programme_id = made.programme.id
    agencies = {row.id: row.agency_id for row in made.targets.values()}
    session.commit()

    def send(pair: tuple[int, int]) -> None:
        with app.app_context(), unit_of_work(morning(DAY)) as own:
            for target_id in pair:
                report = Report(
                    token=f"r{target_id}", target_id=target_id, agency_id=agencies[target_id],
                    programme_id=programme_id, period_id=period_id, kind="periodic", state="sent", sent_on=DAY,
                )  # fmt: skip
                own.add(report)
                own.flush()
                own.add(Revision(report_id=report.id, seq=1, submitted_on=DAY, recorded_on=DAY, value=Decimal(60)))
                touch(own, "target", target_id)

    with ThreadPoolExecutor(len(pairs)) as pool:
        list(pool.map(send, [pair if n % 2 else pair[::-1] for n, pair in enumerate(pairs)]))
    now = session.scalars(sa.select(AgencySum.on_track).where(AgencySum.to_on.is_(None), AgencySum.domain == 0)).all()
    assert now == [TARGETS, TARGETS]
    assert list(verify.differences(session, DAY)) == []


@pytest.mark.parametrize("kind", ["policy", "known_on"])
def test_presses_at_the_same_moment_are_reckoned_once(app: Flask, session: Session, kind: str) -> None:
    now = morning(DAY)
    with unit_of_work(morning(SIGNED)):
        made = province(session)
    programme_id, actor_id = made.programme.id, made.people[("VP", Office.MONITOR)].id
    stored = [(row.from_on, row.values) for row in programmes.policy_versions(session, programme_id)]
    session.commit()
    asked: list[int] = []

    def press() -> None:
        common = {"actor_id": actor_id, "programme_id": programme_id}
        with unit_of_work(now) as own:
            if kind == "known_on":
                found = recalculations.ask_known_on(own, now, on=SIGNED, known_on=DAY, **common)
            else:
                versions = policies.timeline(stored)
                policy = replace(versions[0].policy, grace_days=5)
                found = recalculations.ask_policy(
                    own, now, versions=versions, from_on=date(2021, 4, 1), policy=policy, reason=None, **common
                )
            asked.append(found.id)

    assert at_once(app, press, press, press) == ["done"] * 3
    assert len(set(asked)) == 1
    kinds = sorted(session.scalars(sa.select(Recalculation.kind)))
    assert kinds == (["known_on"] if kind == "known_on" else ["policy", "policy_ahead"])
