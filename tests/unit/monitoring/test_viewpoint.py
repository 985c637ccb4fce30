"""Pure parts of the monitor's pages: cut-offs, level lines, facts with their source."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.clock import Moment
from tracker.core.languages import in_language, init_app
from tracker.monitoring.axes import levels_between
from tracker.monitoring.board import province_facts
from tracker.monitoring.targets.filters import waits_since
from tracker.monitoring.viewpoint import cut_off, month_end
from tracker.rule import WorkingCalendar

NOW = Moment(datetime(2021, 6, 30, 2, 0, tzinfo=UTC), date(2021, 6, 30))
JUNE_30_NIGHT = datetime(2021, 6, 29, 17, 15, tzinfo=UTC)  # 00:15 of 30 June in Vietnam
CALENDAR = WorkingCalendar(off_days=[date(2021, 6, 24)])


@pytest.mark.parametrize(
    ("on", "assessed_on", "expected"),
    [
        (NOW.on, NOW.on, NOW.at),  # today, the night was made up
        (NOW.on, None, NOW.at),  # no night yet: what was loaded was derived up to now
        (NOW.on, date(2021, 6, 29), datetime(2021, 6, 28, 17, 15, tzinfo=UTC)),  # the night is missing
        (date(2021, 6, 29), NOW.on, JUNE_30_NIGHT),  # a past day was closed by the night after it
        (date(2021, 6, 29), date(2021, 6, 29), datetime(2021, 6, 28, 17, 15, tzinfo=UTC)),
        (date(2021, 3, 1), NOW.on, datetime(2021, 3, 1, 17, 15, tzinfo=UTC)),
    ],
)
def test_what_is_shown_says_up_to_which_instant_it_is_known(
    on: date, assessed_on: date | None, expected: datetime
) -> None:
    assert cut_off(on, NOW, assessed_on) == expected


def test_the_last_day_of_the_month_before() -> None:
    assert month_end(date(2021, 3, 1)) == date(2021, 2, 28)
    assert month_end(date(2021, 1, 31)) == date(2020, 12, 31)


def test_more_than_five_working_days_ago() -> None:
    # 24 June is off: 22, 23, 25, 28, 29 and 30 June are the six working days after the 21st.
    assert waits_since(CALENDAR, NOW.on) == date(2021, 6, 21)


FIGURES = st.decimals(-10_000_000, 10_000_000, places=4).map(float)


@given(FIGURES, st.one_of(st.just(0.0), st.decimals("0.0001", 10_000_000, places=4).map(float)))
def test_level_lines_frame_every_figure_with_round_numbers(low: float, width: float) -> None:
    levels = levels_between(low, low + width)
    assert 2 <= len(levels) <= 6
    assert levels == sorted(set(levels))
    slack = 1e-6 * max(1.0, abs(low) + width)
    assert levels[0] <= low + slack
    assert levels[-1] >= low + width - slack


def test_published_facts_stand_by_their_source() -> None:
    app = Flask(__name__)
    init_app(app)
    with app.app_context(), in_language("vi"):
        sources = dict(province_facts.by_source("PAR-2021"))
        seed = sources["Chỉ thị 08 và báo cáo 6 tháng 2021 của UBND tỉnh Nghệ An"]
        assert [fact.figure for fact in seed][:2] == ["234\u00a0thủ tục", "1.447\u00a0ngày"]
        assert sources["laodong.vn"][0].figure == "27/63"
        assert sum(map(len, sources.values())) == 13
        assert all(isinstance(fact.value, Decimal) for facts in sources.values() for fact in facts)
        assert province_facts.by_source("PAR-1999") == []
