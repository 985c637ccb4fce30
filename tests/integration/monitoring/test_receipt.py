"""The receipt of a status: as a page, as a file that holds by itself, and what would be with another figure or day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from operator import itemgetter

import pytest
import sqlalchemy as sa

from tests.integration.monitoring.conftest import TODAY, World
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.compliance.models import StatusSpan
from tracker.compliance.steps.queries import holds_on
from tracker.rule.receipt import differences

pytestmark = pytest.mark.one_database

Enter = Callable[..., World]


def of_status(world: World, on: date) -> dict[str, str]:
    """A target of each status on a day, by its token."""
    rows = world.session.execute(
        sa.select(StatusSpan.status, Target.token).join(Target, Target.id == StatusSpan.target_id).where(holds_on(on))
    )
    return {row.status: row.token for row in rows}


def test_page_and_file_say_the_stored_status_and_the_file_holds(enter: Enter) -> None:
    """Of every status, today and on a past day; the page tells what the file tells."""
    world = enter()
    monitor = world.browser(Office.MONITOR)
    seen = set()
    for on in (date(2021, 5, 14), TODAY):
        for status, token in of_status(world, on).items():
            file = json.loads(monitor.get(f"/targets/{token}/receipt.json?on={on}"))
            assert file["answer"]["status"] == status
            assert differences(file) == []
            assert set(file["sentences"]) == {"vi", "en", "ru"}
            page = monitor.get(f"/targets/{token}/receipt?on={on}")
            assert file["sentences"]["vi"]["why"] in page.replace("&#39;", "'")
            assert file["sentences"]["vi"]["green"] in page.replace("&#39;", "'")
            assert file["reports"] == sorted(file["reports"], key=itemgetter("submitted_on")), (
                "the last word comes last"
            )
            seen.add(status)
    assert len(seen) >= 6


def test_a_missing_report_is_told_with_its_lateness_and_a_gap_as_a_number(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    tokens = of_status(world, TODAY)
    silent = json.loads(monitor.get(f"/targets/{tokens['unreported']}/receipt.json"))
    assert "ngày làm việc)" in silent["sentences"]["vi"]["green"]
    assert "working day" in silent["sentences"]["en"]["green"]
    behind = json.loads(monitor.get(f"/targets/{tokens['overdue']}/receipt.json"))
    assert behind["answer"]["reason"]["code"].startswith("overdue")


def test_a_figure_or_a_day_is_tried_and_bad_input_stays_beside_its_field(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    token = next(t for s, t in of_status(world, TODAY).items() if s in ("behind", "at_risk", "on_track"))
    before = monitor.get(f"/targets/{token}/receipt")
    target = world.session.scalars(sa.select(Target).where(Target.token == token)).one()
    names = ("numerator", "denominator") if target.ratio else ("value",)
    tried = monitor.get(f"/targets/{token}/receipt?" + "&".join(f"{name}=100" for name in names))
    assert tried.count("t-mark ") > before.count("t-mark ")
    assert monitor.get(f"/targets/{token}/receipt").count("t-mark ") == before.count("t-mark "), "nothing is kept"
    wrong = monitor.get(f"/targets/{token}/receipt?{names[0]}=abc&day=1/1/2021")
    assert wrong.count("govuk-error-message") == 2
    for typed in ("abc", "1/1/2021"):
        assert f'value="{typed}"' in wrong
    # On a day that is past nothing is tried.
    assert 'id="what-if"' not in monitor.get(f"/targets/{token}/receipt?on=2021-05-14")


def test_before_its_signing_and_out_of_scope_there_is_none(enter: Enter) -> None:
    world = enter()
    token = next(iter(of_status(world, TODAY).values()))
    world.browser(Office.MONITOR).get(f"/targets/{token}/receipt.json?on=2020-06-01", 404)
    world.browser(Office.ADMINISTRATOR).get(f"/targets/{token}/receipt", 403)
