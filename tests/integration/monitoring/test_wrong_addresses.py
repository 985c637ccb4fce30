"""What an address asks for and is not there: a page keeps it in its field and says so, a file is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.integration.monitoring.conftest import Browser, World
from tracker.agencies.offices import Office

pytestmark = pytest.mark.one_database

Enter = Callable[..., World]
NO_DAY, AHEAD, NOT_BEFORE = "Hãy nhập ngày theo thứ tự", "Ngày này chưa đến", "Ngày so sánh phải trước"
NOTHING = "Không có “zzz”"
TWICE = "có nhiều giá trị trong địa chỉ"
NO_SUCH_DAY, LEFT_OUT, UNKNOWN = "Không có ngày này", "danh sách này không có", "Không có tham số"

MONITORS = [
    ("/board.csv?on=2030", NO_DAY),
    ("/board.csv?on=2030-01-01", AHEAD),
    ("/board.csv?compare=2021-07-01", NOT_BEFORE),
    ("/board.csv?view=colours", "không có trong danh sách lựa chọn"),
    ("/board.csv?programme=NONE", "Không có chương trình này"),
    ("/board.csv?onn=2021-06-30", UNKNOWN),
    ("/targets.csv?on=31/02/2021", NO_SUCH_DAY),
    ("/targets.csv?status=late&status=lost", LEFT_OUT),
    ("/targets.xlsx?sort=colour", LEFT_OUT),
    ("/targets.csv?domain=x", "Lĩnh vực"),
    ("/targets.csv?since=2021-06-01", UNKNOWN),
    ("/changes.csv?since=abc", NO_DAY),
    ("/changes.xlsx?since=2021-07-01", NOT_BEFORE),
    ("/changes.csv?on=2030-01-01", AHEAD),
    ("/board/movers.csv?since=2021-07-01", NOT_BEFORE),
    ("/board/movers.xlsx?agency=zzz", NOTHING),
    ("/forecast?days=10", None),
    ("/forecast.csv?days=10", LEFT_OUT),
    ("/forecast.xlsx?on=2021-06-01", "Dự báo luôn tính từ hôm nay"),
    ("/forecast.csv?after=2021-07-05~A00", UNKNOWN),
    ("/forecast.csv?after=abc", UNKNOWN),
    ("/leaders.csv?on=yesterday", NO_DAY),
    ("/leaders.xlsx?agency=A00", UNKNOWN),
    ("/board.csv?on=2021-06-01&on=2021-06-02", TWICE),
    ("/targets.csv?sort=due&sort=-due", TWICE),
    ("/targets?status=unreported&status=overdue", None),
    ("/leaders.csv?group=zzz", NOTHING),
    ("/board.csv?group=zzz", NOTHING),
    ("/targets.csv?status=all&group=zzz", NOTHING),
    ("/targets.xlsx?agency=zzz", NOTHING),
    ("/targets.csv?commitment=zzz", NOTHING),
    ("/targets.csv?domain=9", "Lĩnh vực"),
    ("/changes.csv?group=zzz", NOTHING),
    ("/forecast.csv?agency=zzz", NOTHING),
    ("/commitments.csv?programme=zzz", NOTHING),
    ("/requests.csv?agency=zzz", NOTHING),
    ("/requests.xlsx?programme=zzz", NOTHING),
    ("/permissions.csv?office=king", "Không có chức vụ"),
    ("/agencies.csv?on=2021-13-01", "Không có ngày này"),
    ("/agencies.xlsx?kind=planet", LEFT_OUT),
]
ADMINISTRATORS = [
    ("/audit.csv?from=yesterday", NO_DAY),
    ("/audit.xlsx?to=31/04/2021", NO_SUCH_DAY),
    ("/audit.csv?until=2021-06-30", UNKNOWN),
    ("/audit.csv?agency=zzz", NOTHING),
    ("/audit.csv?person=zzz", NOTHING),
    ("/accounts.csv?state=lost", LEFT_OUT),
    ("/accounts.csv?name=x", UNKNOWN),
]


def told(page: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def test_a_file_never_answers_another_question(enter: Enter) -> None:
    world = enter(2)
    for office, cases in ((Office.MONITOR, MONITORS), (Office.ADMINISTRATOR, ADMINISTRATORS)):
        browser = world.browser(office)
        for address, sentence in cases:
            page = browser.get(address, 200 if sentence is None else 400)
            assert sentence is None or sentence in told(page), address
            assert sentence is None or "text/html" in browser.client.get(address).content_type, address


def test_what_a_page_itself_links_to_is_taken(enter: Enter) -> None:
    """Else the refusals above would be of everything."""
    world, seen = enter(2), 0
    pages = ("/board?compare=2021-05-01&view=status", "/targets?status=all&sort=-due&agency=A00")
    more = ("/changes?since=2021-03-01&now=overdue", "/forecast?days=7", "/leaders?on=2021-06-01")
    for address in (*pages, *more, "/agencies?kind=department&past=all"):
        monitor = world.browser(Office.MONITOR)
        page = monitor.get(address)
        for link in re.findall(r'href="([^"]+\.(?:csv|xlsx)[^"]*)"', page):
            assert monitor.client.get(unescape(link)).status_code == 200, link
            seen += 1
    assert seen >= 7


@pytest.mark.parametrize(
    ("office", "address", "name", "typed", "sentence"),
    [
        (Office.MONITOR, "/targets?on=2030", "on", "2030", NO_DAY),
        (Office.MONITOR, "/board?on=31/02/2021", "on", "31/02/2021", NO_SUCH_DAY),
        (Office.MONITOR, "/board?compare=2021-07-02", "compare", "2021-07-02", NOT_BEFORE),
        (Office.MONITOR, "/changes?since=hôm qua", "since", "hôm qua", NO_DAY),
        (Office.MONITOR, "/agencies/A00/known?known_on=2030-01-01", "known_on", "2030-01-01", AHEAD),
        (Office.MONITOR, "/agencies?on=1/13/2021", "on", "1/13/2021", NO_SUCH_DAY),
        (Office.ADMINISTRATOR, "/audit?from=yesterday&to=30/06/2021", "from", "yesterday", NO_DAY),
        (Office.ADMINISTRATOR, "/audit?to=<b>", "to", "<b>", NO_DAY),
    ],
)
def test_a_wrong_day_stays_in_its_field_with_its_fault(
    enter: Enter, office: Office, address: str, name: str, typed: str, sentence: str
) -> None:
    page = enter(2).browser(office).get(address)
    field = re.search(rf'<p class="govuk-error-message" id="f-{name}-fault">([^<]+)</p>\s*<input[^>]+>', page)
    assert field is not None
    assert sentence in unescape(field.group(1))
    drawn = unescape(field.group())
    assert f'value="{typed}"' in drawn
    assert f'aria-describedby="f-{name}-fault"' in drawn


def test_the_other_day_stays_too_and_nothing_else_is_shown(enter: Enter) -> None:
    page = enter(2).browser(Office.ADMINISTRATOR).get("/audit?from=yesterday&to=30/06/2021")
    assert 'value="30/06/2021"' in page
    assert "<tbody>" not in page
    assert "Chưa hiển thị kết quả" in page


def test_a_name_of_nothing_stays_in_the_filter_and_is_told(enter: Enter) -> None:
    monitor = enter(2).browser(Office.MONITOR)
    for address, empty in {
        "/leaders?group=zzz": "Không có người đứng đầu nào như vậy",
        "/board?group=zzz": "Không cơ quan nào trong nhóm này",
        "/targets?group=zzz": "Không có chỉ tiêu nào như vậy",
        "/targets?domain=9": "Không có chỉ tiêu nào như vậy",
        "/changes?agency=zzz": "Không có thay đổi nào như vậy",
        "/forecast?group=zzz": "Không có lượt chuyển nào như vậy",
        "/commitments?agency=zzz": "Không có bản cam kết nào phù hợp",
        "/requests?agency=zzz": "Không có đề nghị nào như vậy",
    }.items():
        page = monitor.get(address)
        assert ("Lĩnh vực: " if "domain" in address else NOTHING) in told(page), address
        assert empty in told(page[page.index("t-empty") :]), address


def test_what_is_asked_with_two_values_is_named_on_the_page(enter: Enter) -> None:
    monitor = enter(2).browser(Office.MONITOR)
    for address in ("/board?on=2021-06-01&on=2021-06-02", "/targets?sort=due&sort=-due", "/forecast?x=1&x=2"):
        assert told(monitor.get(address)).count(TWICE) == 1, address
    for address in ("/board?on=2021-06-01&on=2021-06-01", "/targets?status=overdue&status=unreported"):
        assert TWICE not in told(monitor.get(address)), address


@pytest.mark.parametrize("after", ["abc", "2021-07-05", "2021-13-01~A00", "~A00", "2021-07-05~"])
def test_a_place_that_is_none_is_said_to_be_none(enter: Enter, after: str) -> None:
    page = told(enter(2).browser(Office.MONITOR).get(f"/forecast?after={after}"))
    assert "Sau hàng: Danh sách này không có nội dung như vậy." in page or "danh sách này không có" in page.lower()


def options(browser: Browser, address: str, name: str) -> list[str]:
    found = re.search(rf'<select[^>]+name="{name}">(.*?)</select>', browser.get(address), re.DOTALL)
    assert found is not None, address
    return [unescape(text) for text in re.findall(r'<option value="[^"]+"[^>]*>([^<]*)</option>', found.group(1))]


def test_filters_offer_the_bodies_of_the_programme_once_each(enter: Enter) -> None:
    def alike(package: Any) -> None:
        for agency in package["agencies"][:2]:
            agency["name"] = {"vi": "Sở Xây dựng"}

    world = enter(2, alike)
    monitor = world.browser(Office.MONITOR)
    for address in ("/targets?status=all", "/changes", "/forecast"):
        offered = options(monitor, address, "agency")
        assert "Văn phòng UBND tỉnh" not in offered, "it has signed nothing"
        assert len(offered) == len(set(offered)) > 1
        assert sum(text.startswith("Sở Xây dựng (") for text in offered) == 2
