"""The list of targets and the page of one: order, pages, filters, files, as-of days, and who may see what."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import python_calamine
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.monitoring.conftest import TODAY, Browser, World, links
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.commitments.models import Amendment, Extension, Suspension, Target
from tracker.compliance.models import StatusSpan
from tracker.compliance.records.facts import records_of
from tracker.compliance.steps.queries import holds_on
from tracker.core import clock
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.core.languages import format_score
from tracker.monitoring import queries, words
from tracker.monitoring.targets import filters as target_list
from tracker.progress.models import Report

Enter = Callable[..., World]


def targets_of(world: World, code: str) -> list[Target]:
    statement = sa.select(Target).join(Agency, Agency.id == Target.agency_id).where(Agency.code == code)
    return list(world.session.scalars(statement.order_by(Target.id)))


def pages(browser: Browser, address: str) -> list[str]:
    """The addresses of all targets that a list shows, page after page."""
    found: list[str] = []
    next_page: str | None = address
    while next_page:
        page = browser.get(next_page)
        found += [href.split("?")[0] for href, _text in links(page[page.index("<tbody") :], r"^/targets/")]
        match = re.search(r'rel="next" href="([^"]+)"', page)
        next_page = unescape(match.group(1)) if match else None
    return found


@pytest.mark.parametrize(
    "query", ["", "&sort=-due", "&sort=score", "&sort=-score", "&sort=agency", "&sort=punctuality"]
)
def test_every_row_comes_once_in_the_order_asked(enter: Enter, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = enter()
    listing = target_list.listing
    small = lambda *days: listing(*days).__class__(**{**listing(*days).__dict__, "page_size": 7})  # noqa: E731
    monkeypatch.setattr(target_list, "listing", small)
    monitor = world.browser(Office.MONITOR)
    found = pages(monitor, f"/targets?status=all{query}")
    assert len(found) == len(set(found)) == world.session.scalar(sa.select(sa.func.count()).select_from(Target))
    rows = monitor.rows(f"/targets.csv?status=all{query}")
    tokens = {(t.code, t.commitment_id): f"/targets/{t.token}" for t in world.session.scalars(sa.select(Target))}
    numbers = dict(map(tuple, world.session.execute(sa.text("SELECT number, id FROM commitment"))))
    assert [tokens[(row["Mã chỉ tiêu"], numbers[row["Bản cam kết"]])] for row in rows] == found


@pytest.mark.parametrize("day", [date(2021, 3, 26), date(2021, 5, 14), TODAY])
def test_the_list_shows_the_late_ones_of_the_day_by_deadline(enter: Enter, day: date) -> None:
    world = enter()
    spans = world.session.scalars(
        sa.select(StatusSpan)
        .where(holds_on(day), StatusSpan.status.in_(("overdue", "unreported")))
        .order_by(StatusSpan.deadline_on, StatusSpan.target_id)
    )
    tokens = {target.id: target.token for target in world.session.scalars(sa.select(Target))}
    expected = [f"/targets/{tokens[span.target_id]}" for span in spans]
    assert pages(world.browser(Office.MONITOR), f"/targets?on={day}") == expected


def test_filters_take_rows_away_and_say_so(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    every = monitor.rows("/targets.csv?status=all")
    for status in ("on_track", "met_on_time"):
        label = str(words.STATUSES[status])
        assert len(monitor.rows(f"/targets.csv?status={status}")) == sum(row["Trạng thái"] == label for row in every)
    both = monitor.rows("/targets.csv?status=on_track&status=met_on_time")
    assert {row["Trạng thái"] for row in both} <= {"Đúng tiến độ", "Hoàn thành đúng hạn"}
    assert {row["Mã"] for row in monitor.rows("/targets.csv?status=all&agency=A01")} == {"A01"}
    title = every[0]["Chỉ tiêu"]
    assert any(row["Chỉ tiêu"] == title for row in monitor.rows(f"/targets.csv?status=all&q={title[:6].upper()}"))
    assert "Không có chỉ tiêu nào như vậy" in monitor.get("/targets?q=không-có-gì-như-thế")
    assert "t-flash--warning" in monitor.get("/targets?status=nonsense&domain=x")


@pytest.mark.one_database
@pytest.mark.parametrize("asked", ["", "?status=all", "?status=late", "?status=overdue", "?status=met"])
def test_the_form_says_what_is_listed_and_asks_for_it_again(enter: Enter, asked: str) -> None:
    monitor = enter(targets=3).browser(Office.MONITOR)
    page = monitor.get(f"/targets{asked}")
    (form,) = re.findall(r'<select class="t-control" id="f-status".*?</select>', page, re.DOTALL)
    chosen = re.findall(r'<option value="([^"]*)" selected', form) or [""]
    count = re.compile(r'<p class="t-small t-soft">(.*?)</p>')
    assert count.findall(monitor.get(f"/targets?status={chosen[0]}")) == count.findall(page)
    assert re.findall(rf'<option value="{chosen[0]}"[^>]*>([^<]+)', form) != ["all"]


@pytest.mark.one_database
def test_a_title_that_could_be_a_formula_is_text_in_every_file(enter: Enter) -> None:
    evil = '=HYPERLINK("http://example.vn")'

    def rename(package: Any) -> None:
        package["commitments"][0]["targets"][0]["title"] = {"vi": evil}

    monitor = enter(change=rename).browser(Office.MONITOR)
    assert "'" + evil in {row["Chỉ tiêu"] for row in monitor.rows("/targets.csv?status=all")}
    answer = monitor.client.get("/targets.xlsx?status=all")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.get_data())).get_sheet_by_index(0)
    lines = sheet.to_python()
    assert len(lines) == len(monitor.rows("/targets.csv?status=all")) + 1
    assert "'" + evil in {line[7] for line in lines[1:]}
    assert b"<f>" not in answer.get_data()
    for line, row in zip(lines[1:], monitor.rows("/targets.csv?status=all"), strict=True):
        days = [row[name] for name in ("Tính đến ngày", "Từ ngày", "Thời hạn", "Thời hạn ban đầu")]
        assert [str(line[day]) for day in (2, 10, 11, 12)] == days
        assert all(type(line[day]) is date for day in (2, 10, 11, 12))
        assert line[13:] == [float(row[name]) if row[name] else "" for name in list(row)[13:]]


def test_whom_the_scope_keeps_out_gets_404_or_less(enter: Enter) -> None:
    world = enter()
    head, appraiser = world.browser(Office.HEAD), world.browser(Office.APPRAISER)
    own, other = targets_of(world, "A00")[0], targets_of(world, "A02")[0]
    head.get(f"/targets/{own.token}")
    head.get("/agencies/A00")
    head.get(f"/targets/{other.token}", status=404)
    head.get("/agencies/A02", status=404)
    head.get("/agencies/none", status=404)
    head.get("/targets/none", status=404)
    head.get("/board", status=403)
    head.get("/jobs", status=403)
    head.get("/calendar", status=403)
    assert {row["Mã"] for row in head.rows("/targets.csv?status=all")} == {"A00"}
    assert head.rows("/targets.csv?status=all&agency=A02") == []
    assert "A02" not in head.get("/targets?status=all")
    appraiser.get(f"/targets/{other.token}")
    assert world.app.test_client().get(f"/targets/{own.token}").status_code == 303


@pytest.mark.one_database
@pytest.mark.parametrize("day", [date(2021, 2, 20), date(2021, 4, 1), date(2021, 6, 25), TODAY])
def test_the_page_of_a_target_tells_the_step_of_its_day(enter: Enter, day: date) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    for target in targets_of(world, "A01"):
        statement = sa.select(StatusSpan).where(StatusSpan.target_id == target.id, holds_on(day))
        span = world.session.scalars(statement).one()
        page = monitor.get(f"/targets/{target.token}?on={day}")
        receipt = page[page.index('class="t-receipt') : page.index("t-receipt__why")]
        assert str(words.STATUSES[span.status]) in receipt
        if span.score is not None:
            assert f"{format_score(span.score, 'vi')} điểm" in receipt


@pytest.mark.one_database
def test_what_was_decided_stands_among_the_reports_with_its_reason(enter: Enter) -> None:
    world = enter()
    target = targets_of(world, "A00")[0]
    decided_on = date(2021, 6, 10)
    with unit_of_work(clock.moment()) as session:
        rows: dict[Any, dict[str, Any]] = {
            Extension: {"granted_on": decided_on, "due_on": date(2021, 12, 20)},
            Suspension: {"decided_on": decided_on, "from_on": date(2021, 8, 1), "to_on": date(2021, 8, 31)},
            Amendment: {"signed_on": decided_on, "from_on": decided_on, "weight": Decimal(7)},
        }
        for kind, values in rows.items():
            session.add(kind(target_id=target.id, recorded_on=decided_on, reason=f"Lý do {kind.__name__}", **values))
        touch(session, "target", target.id)
    page = world.browser(Office.MONITOR).get(f"/targets/{target.token}")
    story = page[page.index('<ol class="t-history">') :]
    for kind in rows:
        assert f"Lý do {kind.__name__}" in story
    for what in ("→ 20/12/2021", "Tạm dừng từ ngày 01/08/2021", "trọng số 2 → 7"):
        assert what in story
    assert "Lý do" not in world.browser(Office.MONITOR).get(f"/targets/{target.token}?on=2021-06-09")


@pytest.mark.one_database
def test_known_on_another_day_is_told_as_such(enter: Enter) -> None:
    world = enter()
    token = targets_of(world, "A00")[0].token
    monitor = world.browser(Office.MONITOR)
    assert "theo những gì biết được đến ngày" in monitor.get(f"/targets/{token}?on=2021-04-01&known_on=2021-06-30")
    assert "Chưa có kết quả cho ngày này" in monitor.get(f"/targets/{token}?on=2020-12-20")


def test_waiting_reports_are_counted_by_their_targets(enter: Enter) -> None:
    world = enter()
    waiting = world.session.scalars(
        sa.select(Report.target_id).where(Report.state == "sent", Report.sent_on <= TODAY).distinct()
    ).all()
    monitor = world.browser(Office.MONITOR)
    assert len(monitor.rows("/targets.csv?status=all&waiting=any")) == len(waiting)
    found = links(monitor.get("/board"), r"waiting=")
    assert len(found) == (2 if "waiting=long" in str(found) else 1 if waiting else 0)
    for address, text in found:
        number = re.match(r"\d+", text)
        assert number
        assert len(monitor.rows(address.replace("/targets", "/targets.csv"))) == int(number.group())


@pytest.mark.parametrize("day", [date(2021, 3, 26), date(2021, 5, 14)])
def test_what_waited_on_a_past_day_is_told_of_that_day(enter: Enter, day: date) -> None:
    world = enter()
    waited: dict[int, date] = {}
    records = records_of(world.session, list(world.session.scalars(sa.select(Target.id))))
    for record in records:
        for report in record.facts.reports:
            last = [revision for revision in report.revisions if revision.recorded_on <= day][-1:]
            if last and not any(decision.recorded_on <= day for decision in last[0].decisions):
                sent_on = last[0].submitted_on
                waited[record.target_id] = min(sent_on, waited.get(record.target_id, sent_on))
    assert waited
    monitor = world.browser(Office.MONITOR)
    address, text = links(monitor.get(f"/board?on={day}"), r"waiting=any")[0]
    assert text == f"{len(waited)} chỉ tiêu có báo cáo chờ thẩm định: {name_of(world, 'A01')}"
    assert len(monitor.rows(address.replace("/targets", "/targets.csv"))) == len(waited)
    page = monitor.get(address)
    calendar = records[0].facts.calendar
    days = sorted(f"{calendar.left(sent_on, day)} ngày làm việc" for sent_on in waited.values())
    rows = monitor.rows(address.replace("/targets", "/targets.csv"))
    assert sorted(f"{row['Đã chờ (ngày làm việc)']} ngày làm việc" for row in rows) == days
    assert {row["Cơ quan thẩm định"] for row in rows} == set(
        re.findall(r'data-label="Cơ quan thẩm định">([^<]*)<', page)
    )
    sheet = monitor.client.get(address.replace("/targets", "/targets.xlsx")).data
    heads, *cells = python_calamine.load_workbook(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert heads == list(rows[0])
    assert sorted(f"{line[-2]:g} ngày làm việc" for line in cells) == days
    assert sorted(re.findall(r'data-label="Đã chờ">([^<]*)<', page)) == days
    assert set(re.findall(r'data-label="Cơ quan thẩm định">([^<]*)<', page)) <= {
        name_of(world, "A01"),
        "chưa có người thẩm định",
    }


def name_of(world: World, code: str) -> str:
    name: dict[str, str] = world.session.scalars(sa.select(Agency.name).where(Agency.code == code)).one()
    return name["vi"]


@pytest.mark.one_database
def test_the_page_of_a_body_lists_its_targets_by_domain(enter: Enter) -> None:
    world = enter()
    page = world.browser(Office.MONITOR).get("/agencies/A02")
    shown = {href.split("?")[0] for href, _text in links(page[page.index("<tbody") :], r"^/targets/")}
    assert shown == {f"/targets/{target.token}" for target in targets_of(world, "A02")}
    earlier = world.browser(Office.MONITOR).get(f"/agencies/A02?on={TODAY - timedelta(days=90)}")
    assert earlier != page


def test_the_list_of_the_late_is_read_in_the_order_of_its_index(enter: Enter, session: Session) -> None:
    """Also without statistics, as a new installation is: of 100,000 steps only the first fifty late ones are read."""
    enter(1)
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        for way in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
            session.execute(sa.text(f"SET LOCAL {way} = off"))
    late = queries.listed(1, None).where(queries.in_statuses(target_list.LATE))
    page = late.order_by(queries.SPAN.deadline_on, queries.SPAN.target_id).limit(51)
    asked = str(page.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN "
    plan = "\n".join(str(tuple(row)) for row in session.execute(sa.text(explain + asked)))
    assert "ix_status_span_attention" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
