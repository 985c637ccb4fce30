"""The board's numbers are those of the steps, and every number leads to exactly the rows that it counts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.told_by_hand import weighted_mean
from tests.integration.monitoring.conftest import TODAY, Browser, World, links
from tests.support.product import Product, Statements
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.compliance.models import StatusSpan
from tracker.compliance.steps.queries import holds_on
from tracker.compliance.steps.spans import points
from tracker.compliance.steps.sums import STATUSES
from tracker.core.db import database
from tracker.core.languages import format_score, in_language
from tracker.monitoring import words
from tracker.monitoring.board import attention
from tracker.monitoring.board.harm import Standing
from tracker.rule import ranks
from tracker.rule.facts import Policy

Enter = Callable[..., World]
DAYS = [date(2021, 2, 10), date(2021, 3, 26), date(2021, 5, 14), TODAY]


def spans_on(world: World, day: date) -> dict[str, list[StatusSpan]]:
    """The steps that hold on a day, by the body's code."""
    rows = world.session.execute(
        sa.select(Agency.code, StatusSpan).join(StatusSpan, StatusSpan.agency_id == Agency.id).where(holds_on(day))
    )
    found: dict[str, list[StatusSpan]] = {}
    for code, span in rows:
        found.setdefault(code, []).append(span)
    return found


def share_of(spans: list[StatusSpan]) -> Decimal:
    """What the judged ones carry of the weight of those that are not void."""
    counted = sum(s.weight for s in spans if s.status != "void")
    return sum((s.weight for s in spans if s.score is not None), Decimal(0)) / counted if counted else Decimal(0)


@pytest.mark.parametrize("day", DAYS)
def test_the_board_says_what_the_steps_of_the_day_add_up_to(enter: Enter, day: date) -> None:
    world = enter()
    spans = spans_on(world, day)
    lines = {line["Mã"]: line for line in world.browser(Office.MONITOR).rows(f"/board.csv?on={day}")}
    assert set(lines) == set(spans)
    scores = {code: weighted_mean((points(s.score), s.weight) for s in some) for code, some in spans.items()}
    shares = {code: share_of(some) for code, some in spans.items()}
    groups = world.session.execute(sa.select(Agency.code, sa.func.coalesce(Agency.peer_group, Agency.kind)))
    peers = {code: group for code, group in groups}  # noqa: C416 - rows, not pairs
    places: dict[str, int | None] = {}
    for group in set(peers.values()):
        of_group = {code: score for code, score in scores.items() if peers[code] == group}
        places |= ranks({code: s if shares[code] >= Policy().judged_share else None for code, s in of_group.items()})
    for code, some in spans.items():
        line, counts = lines[code], Counter(span.status for span in some)
        assert [int(line[str(words.STATUSES[status])]) for status in STATUSES] == [counts[s] for s in STATUSES]
        assert line["Chỉ tiêu"] == str(len(some))
        assert line["Có điểm"] == str(sum(span.score is not None for span in some))
        assert line["Điểm"] == ("" if scores[code] is None else str(scores[code]))
        assert line["Xếp hạng"] == str(places[code] or "")
        for domain in {span.domain for span in some}:
            mean = weighted_mean((points(s.score), s.weight) for s in some if s.domain == domain)
            assert line[words.domain_name(domain)] == ("" if mean is None else str(mean))


@pytest.mark.parametrize("day", DAYS)
def test_every_count_leads_to_exactly_its_rows(enter: Enter, day: date) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    page = monitor.get(f"/board?view=status&on={day}")
    table = page[page.index("<table") : page.index("</table>")]
    counts = links(table, r"^/targets\?.*agency=")
    assert counts
    with in_language("vi"):
        names = {str(status): str(label) for status, label in words.STATUSES.items()}
    named = re.findall(r'data-label="([^"]+)"><a class="t-quiet" href="[^"]*status=(\w+)"', table)
    assert (
        [label for label, status in named if status in names] == [names[s] for _label, s in named if s in names] != []
    )
    for address, number in counts:
        assert len(monitor.rows(address.replace("/targets", "/targets.csv", 1))) == int(number), address
    cards = re.findall(r'<a class="t-stat" href="([^"]+)">\s*<span class="t-stat__number">([\d.]+)<', page)
    for address, number in cards:
        rows = monitor.rows(address.replace("&amp;", "&").replace("/targets", "/targets.csv", 1))
        assert len(rows) == int(number.replace(".", "")), address
    total = len(monitor.rows(f"/targets.csv?status=all&on={day}"))
    assert f"{total} dòng" in monitor.get(f"/targets?status=all&on={day}")
    assert sum(int(number.replace(".", "")) for _address, number in cards) == total, "every target is in one card"
    assert f"{len(monitor.rows(f'/targets.csv?status=judged&on={day}'))} trên {total} chỉ tiêu có điểm" in page


def test_the_late_column_leads_to_the_late_targets(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    page = monitor.get("/board")
    late = {
        code: [s for s in some if s.status in ("overdue", "unreported")]
        for code, some in spans_on(world, TODAY).items()
    }
    shown = dict(links(page, r"^/targets\?programme=PAR-2021&agency=[^&]+$"))
    for code, some in late.items():
        address = f"/targets?programme=PAR-2021&agency={code}"
        assert shown.get(address, "0") == str(len(some))
        assert len(monitor.rows(address.replace("/targets", "/targets.csv"))) == len(some)


def harm_of(steps: list[StatusSpan], day: date) -> tuple[Fraction, str] | None:
    """What a target loses, by its steps one after another, and what is said of it; none where nothing is to be done."""
    steps = [step for step in steps if step.from_on <= day]
    if not steps or steps[-1].status not in ("overdue", "unreported", "behind", "at_risk"):
        return None
    before = next((step.score for step in reversed(steps) if step.from_on <= day - timedelta(days=30)), None)
    since, last = steps[-1].from_on, steps[-1]
    for step in reversed(steps):
        if step.status != last.status:
            break
        since = step.from_on
    assert last.score is not None
    standing = Standing(day, last.weight, last.score, before, since)
    return standing.harm, attention.in_words(standing)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("likeliest", [attention.SHOWN, attention.LIKELIEST])
def test_what_does_most_harm_needs_attention_first(
    enter: Enter, day: date, likeliest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few are looked at first: of those that are left out none does more."""
    monkeypatch.setattr(attention, "LIKELIEST", likeliest)
    world = enter()
    steps: dict[str, list[StatusSpan]] = defaultdict(list)
    spans = sa.select(Target.token, StatusSpan).join(StatusSpan, StatusSpan.target_id == Target.id)
    for token, step in world.session.execute(spans.order_by(StatusSpan.from_on)):
        steps[token].append(step)
    with world.app.test_request_context(), in_language("vi"):
        right = {token: found for token, some in steps.items() if (found := harm_of(some, day))}
    page = unescape(world.browser(Office.MONITOR).get(f"/board?on={day}"))
    shown = re.findall(r't-attention__who" href="/targets/([^"?]+).*?t-attention__harm">([^<]*)<', page, re.DOTALL)
    assert [told for _token, told in shown] == [right[token][1] for token, _told in shown]
    harms = sorted((harm for harm, _told in right.values()), reverse=True)
    assert [right[token][0] for token, _told in shown] == harms[:5]
    assert right or day == DAYS[0]
    nobodys = world.browser(Office.MONITOR).get(f"/board?on={day}&group=unknown")
    assert "t-attention__who" not in nobodys, "of a group that nobody is in, nothing is listed"


def test_what_needs_attention_is_found_in_an_index_whatever_is_known_of_the_table(enter: Enter) -> None:
    """Of each status in the order in which it is read, though thousands of steps begin on one day."""
    connection = enter().session.connection()
    for past in (False, True) if connection.dialect.name == "sqlite" else (False,):
        days = dict.fromkeys(("day", "on", *(f"month_{months}" for months in attention.MONTHS)), TODAY)
        asked = {"programme": 1, "skip": 0, "take": 30, **days}
        context = connection.execute(attention._standing(past=past, grouped=False), asked).context
        told, values = context.statement, context.parameters[0]
        if connection.dialect.name == "sqlite":
            plan = "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {told}", values))
            # (By what harm may be all that was found is ordered, and then what is taken of it.)
            assert plan.count("TEMP B-TREE") == 2, plan
        else:
            # Of a table with next to nothing in it every way costs the same: this asks whether there is one without.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
            plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {told}", values).scalars())
            assert "Sort Key: status_span" not in plan, plan
        of_status = {"sqlite": "{} (programme_id=? AND status=?", "postgresql": "Backward using {}"}
        found = of_status[connection.dialect.name].format("ix_status_span_past" if past else "ix_status_span_newest")
        assert plan.count(found) == 4, plan


def test_what_changed_is_the_difference_between_two_days(enter: Enter) -> None:
    world = enter()
    page = world.browser(Office.MONITOR).get("/board?on=2021-06-30&compare=2021-03-31")
    now, before = (
        [span for some in spans_on(world, day).values() for span in some]
        for day in (date(2021, 6, 30), date(2021, 3, 31))
    )
    for status in ("overdue", "unreported"):
        change = sum(s.status == status for s in now) - sum(s.status == status for s in before)
        cards = re.findall(r'<li><(?:a|div) class="t-stat".*?</li>', page, re.DOTALL)
        card = next(card for card in cards if str(words.STATUSES[status]).lower() in card)
        assert f"</span>{abs(change)}<" in card
        assert ("t-delta--bad" in card, "t-delta--good" in card) == (change > 0, change < 0)
    means = [weighted_mean((points(s.score), s.weight) for s in some) for some in (now, before)]
    assert f'<span class="t-stat__number">{format_score(means[0], "vi")}</span>' in page


@pytest.mark.one_database
def test_a_peer_group_alone_and_a_day_before_all_signatures(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    monitor.get("/board.csv?group=unknown", 400)
    assert "Không cơ quan nào trong nhóm này" in monitor.get("/board?group=unknown")
    assert "Chưa có cam kết nào được ký" in monitor.get("/board?on=2020-12-20")
    for wrong in ("/board?on=2031-01-01", "/board?on=someday", "/board?compare=2031-01-01"):
        assert "t-flash--warning" in monitor.get(wrong)
    monitor.get("/board?programme=unknown", status=404)


@pytest.mark.one_database
def test_without_a_programme_the_page_says_what_will_stand_here(enter: Enter) -> None:
    def nothing(package: Any) -> None:
        package["programmes"].clear()
        package["commitments"].clear()

    monitor = enter(change=nothing).browser(Office.MONITOR)
    for address in ("/board", "/targets", "/agencies/A00"):
        assert "Chưa có chương trình nào" in monitor.get(address)


def test_the_number_of_statements_does_not_grow_with_the_rows(
    enter: Enter, statements: Statements, installed: Product
) -> None:
    few = count_all(enter(targets=2), statements)
    database.session().rollback()
    installed.empty()
    many = count_all(enter(targets=20), statements)
    assert few == many
    assert max(few.values()) <= 24, few


def count_all(world: World, statements: Statements) -> dict[str, int]:
    """Statements of each page of the monitor's."""
    monitor: Browser = world.browser(Office.MONITOR)
    token = world.session.scalar(sa.text("SELECT token FROM target ORDER BY id LIMIT 1"))
    found = {}
    for address in ("/board", "/board?view=status", "/board?on=2021-05-01", "/targets?status=all", "/agencies/A00"):
        statements.clear()
        monitor.get(address)
        found[address] = asked(statements)
    statements.clear()
    monitor.get(f"/targets/{token}")
    return found | {"target": asked(statements)}


def asked(statements: Statements) -> int:
    """How many statements read something; SQLite's BEGIN is one only there."""
    return sum(text.startswith(("SELECT", "WITH")) for text in statements)
