"""Every list and its file have one order, whichever it is sorted by: held against each other on the demo, which has
rows for all of them. SQLite alone: demo mode refuses PostgreSQL (what orders names there is tests/integration/core)."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from flask import Flask
from werkzeug.routing import Rule

from tests.factories import first_start
from tests.support.product import cheap_passwords
from tests.support.signing_in import sign_in
from tracker.accounts.models import Account
from tracker.agencies.offices import Office
from tracker.core.db import database
from tracker.core.tables import SORT
from tracker.demo import seats

AT = f"{first_start.DAY}T09:00:00Z"
PAGES = 2  # of each list in each order
# Who opens the list, and the headings of the cells by which a line of its file is known in the row of its page.
LISTS = {
    "/accounts": (Office.ADMINISTRATOR, ("Địa chỉ thư điện tử",)),
    "/agencies": (Office.ADMINISTRATOR, ("Mã",)),
    "/agencies?q=so": (Office.ADMINISTRATOR, ("Mã",)),
    "/audit": (Office.ADMINISTRATOR, ("Số bản ghi",)),
    "/audit?who=chuyen+vien": (Office.ADMINISTRATOR, ("Số bản ghi",)),
    "/changes?since=2020-12-01": (Office.MONITOR, ("Cơ quan", "Chỉ tiêu")),
    "/changes?programme=PAR-2021&since=2021-10-31&what=scores": (Office.MONITOR, ("Cơ quan", "Chỉ tiêu")),
    "/commitments": (Office.MONITOR, ("Cơ quan", "Chương trình", "Số")),
    "/forecast?days=90": (Office.MONITOR, ("Cơ quan", "Chỉ tiêu")),
    "/signs": (Office.MONITOR, ("Dấu hiệu", "Cơ quan")),
    "/letters": (Office.MONITOR, ("Cơ quan", "Loại văn bản")),
    "/requests?state=all": (Office.MONITOR, ("Cơ quan", "Chỉ tiêu")),
    "/unreported": (Office.MONITOR, ("Cơ quan",)),
    "/targets?status=all": (Office.MONITOR, ("Cơ quan", "Chỉ tiêu")),
    "/targets?status=all&q=hồ+sơ": (Office.MONITOR, ("Cơ quan", "Chỉ tiêu")),
}
# Files whose rows and page come from one list that has one order alone, and templates.
OF_ONE_ORDER = {
    *("/board", "/board/movers", "/leaders", "/ranking", "/permissions", "/accounts/import/people/template"),
} | {f"/accounts/import/{kind}/template" for kind in ("people", "agencies")}
# Of which the demo has no row: each list's count is held against its file in permissions/test_every_route.py.
WITHOUT_ROWS = {"/accounts/mails", "/conclusions"}
ANSWERS = "/inquiries/<token>/"  # tests/integration/monitoring/test_known_on.py


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("ordered") / "instance"
    shutil.copytree(first_start.first_start(tmp_path_factory) / first_start.WHOLE, folder)
    with time_machine.travel(AT, tick=False), cheap_passwords():
        app = first_start.demo_app(folder)
        with app.app_context():
            yield app
            first_start.close()


def _person(office: Office) -> int:
    email = next(seat.email for seat in seats.seats() if seat.office is office)
    account: Account = database.session().query(Account).filter_by(email=email).one()
    person_id: int = account.person_id
    database.session().rollback()
    return person_id


def _address(address: str, **more: str) -> str:
    for name, value in more.items():
        address += f"{'&' if '?' in address else '?'}{name}={value}"
    return address


def _rows(page: str) -> list[str]:
    """The rows of the list, which is the last table of a page; a day that stands above its rows is none."""
    table = page.rpartition("<table")[2].partition("</table>")[0]
    found = re.findall(r"<tr(?:(?!<tr).)*?</tr>", table, re.DOTALL)
    return [row for row in found if 'scope="col"' not in row and row.count("<td") > 1]


def test_every_file_of_a_list_is_held_against_its_page(demo: Flask) -> None:
    rules: list[Rule] = list(demo.url_map.iter_rules())
    files = {rule.rule.removesuffix(".csv") for rule in rules if rule.rule.endswith(".csv")}
    tried = {address.partition("?")[0] for address in LISTS}
    assert {one for one in files - OF_ONE_ORDER - WITHOUT_ROWS if not one.startswith(ANSWERS)} == tried


@pytest.mark.parametrize("address", LISTS)
def test_a_file_is_in_the_order_of_its_page(demo: Flask, address: str) -> None:
    office, headings = LISTS[address]
    client = demo.test_client()
    sign_in(demo, client, _person(office))
    plain = client.get(address).get_data(as_text=True)
    sorts = {one.removeprefix("-") for one in re.findall(rf"[?&;]{SORT}=([\w-]+)", plain)}
    for sort in ("", *sorted(sorts), *sorted(f"-{one}" for one in sorts)):
        asked = _address(address, **({SORT: sort} if sort else {}))
        path, _mark, query = asked.partition("?")
        file = client.get(f"{path}.csv?{query}").get_data(as_text=True)[1:]
        lines = list(csv.DictReader(io.StringIO(file)))
        cells = [[line[heading] for heading in headings] for line in lines]
        assert len(cells) > 1, "nothing to be ordered"
        place = 0
        for _number in range(PAGES):
            page = unescape(client.get(asked).get_data(as_text=True))
            for row in _rows(page):
                assert all(cell in row for cell in cells[place]), (sort, place, cells[place], row)
                place += 1
            onward = re.search(r'<a[^>]*rel="next"[^>]*>', page)
            if onward is None:
                assert place == len(cells), sort
                break
            asked = re.findall('href="([^"]*)"', onward.group())[0]
        assert place > 1
