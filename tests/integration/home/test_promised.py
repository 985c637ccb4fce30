"""A promised day: offered on the sheet once a report is due; said there, on the head's first page, to the monitor."""

from __future__ import annotations

import pytest

from tests.integration.home.conftest import Town
from tracker.agencies.offices import Office

pytestmark = pytest.mark.one_database
SHEET = "/sheets/SXD/2021-H1"
SAID = "Hẹn gửi ngày 25/06/2021: “Đang đối chiếu số liệu”"


def test_from_the_sheet_to_the_head_and_the_monitor(town: Town) -> None:
    figure = f"/figures/{town.made.targets['SXD-T01'].token}/2021-H1"
    early = town.browser("SXD", Office.OFFICER).get(SHEET)
    assert f'{figure}/promise"' not in early, "nothing is due yet"
    town.at("2021-06-22")
    officer = town.browser("SXD", Office.OFFICER)
    assert f'{figure}/promise"' in officer.get(SHEET)
    officer.get(f"{figure}/promise")
    officer.post(f"{figure}/promise", will_send_on="25/06/2021", sentence="Đang đối chiếu số liệu")
    page = officer.get(SHEET)
    assert page.count(SAID) == 1
    assert f'{figure}/promise"' not in page, "it is promised once"
    assert page.count('/promise"') == 2, "the others that are due can be"
    assert town.browser("SXD", Office.HEAD).get("/").count(SAID) == 1
    assert SAID in town.browser("VP", Office.MONITOR).get("/unreported/SXD?period=2021-H1")
    town.at("2021-06-28")
    page = town.browser("SXD", Office.HEAD).get("/")
    assert "Hẹn gửi ngày 25/06/2021 nhưng chưa gửi" in page
