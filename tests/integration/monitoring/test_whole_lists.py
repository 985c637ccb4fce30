"""The board, the heads of bodies and the page of a body are shown whole: long ones have a search, and jumps to their
parts; all tell their rows."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.integration.monitoring.conftest import World
from tracker.agencies.offices import Office
from tracker.monitoring import viewpoint

Enter = Callable[..., World]
PAGES = {"/board": ("A01", 3), "/board?view=status": ("A01", 3), "/leaders": ("A00", 1), "/agencies/A00": ("T0003", 5)}
ROW = re.compile(r"<tr>(?:<td[^>]*>(?:(?!</tr>).)*?)?<th scope=\"row\">", re.DOTALL)


def table(page: str) -> str:
    return page[page.index("<table") : page.index("</table>")]


def with_words(address: str, words: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}q={words}"


@pytest.mark.parametrize("address", PAGES)
def test_a_long_list_is_searched_jumped_in_and_counted(
    enter: Enter, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor = enter(targets=5).browser(Office.MONITOR)
    short = monitor.get(address)
    count = len(ROW.findall(table(short)))
    assert count == PAGES[address][1]
    assert f">{count} dòng<" in short
    assert 'id="f-q"' not in short

    monkeypatch.setattr(viewpoint, "PAGE_SIZE", count - 1)
    page = monitor.get(address)
    assert 'id="f-q"' in page
    jumps = re.findall(r'<a href="#((?:group|domain)-[\w-]+)">', page)
    assert all(f'<tbody id="{name}">' in page for name in jumps)
    assert len(jumps) == page.count("<tbody id=") or page.count("<tbody id=") == 1

    wanted = PAGES[address][0]
    found = monitor.get(with_words(address, wanted.lower()))
    assert len(ROW.findall(table(found))) == 1
    assert ">1 dòng<" in found
    assert f'value="{wanted.lower()}"' in found
    none = monitor.get(with_words(address, "zzzz"))
    assert ">0 dòng<" in none
    assert "nào như vậy" in none
    long = monitor.get(with_words(address, "z" * 201))
    assert 'id="f-q-fault"' in long
    assert "z" * 201 in long


@pytest.mark.parametrize("path", ["/board", "/leaders"])
def test_a_file_holds_what_the_search_leaves(enter: Enter, path: str) -> None:
    monitor = enter(targets=5).browser(Office.MONITOR)
    every = monitor.rows(f"{path}.csv")
    page = monitor.get(f"{path}?q=a00")
    (address,) = set(re.findall(rf'href="({path}\.csv[^"]*)"', page))
    rows = monitor.rows(address.replace("&amp;", "&"))
    assert [row["Mã"] for row in rows] == ["A00"]
    assert rows[0] in every, "ranked among all"
    monitor.get(f"{path}.csv?q={'z' * 201}", 400)
