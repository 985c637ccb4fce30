"""A page that shows once more what was typed has an address: one goes back to it, and nothing is sent."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.asking import RULE, ask, town
from tests.integration.home.conftest import Browser, Town
from tracker.agencies.offices import Office
from tracker.progress.models import Decision, TargetDecision

pytestmark = pytest.mark.one_database
__all__ = ["town"]
REASON = "Lý do đã nhập"
END: dict[str, Any] = {"kind": "end", "ended_on": "15/6/2021", "reason": REASON}


def put(browser: Browser, address: str, **typed: object) -> str:
    """The address to which the form of a page leads."""
    browser.get(address)
    return str(browser.client.post(address, data={**browser.hidden(), **typed}).location)


def test_the_address_of_a_ruling_is_asked_for_again_until_it_is_taken(town: Town, session: Session) -> None:
    request, chair = ask(town), town.browser("VP", Office.CHAIR)
    answer = {"outcome": "grant", "due_on": "31/8/2021", "reason": REASON}
    for address, typed, day in ((request, answer, "31/08/2021"), (RULE, END, "15/06/2021")):
        shown = put(chair, address, **typed)
        for _time in range(2):
            assert 'name="seen"' in chair.get(shown)
            assert REASON in chair.page
        assert day in chair.page
        assert session.scalars(sa.select(TargetDecision.id)).all() == [], "reading it decides nothing"
        session.rollback()
        other = town.browser("VP", Office.VICE_CHAIR)
        assert REASON not in other.get(shown), "it is told to whoever typed it"
        assert "hãy nhập lại" in other.page
        chair.get(shown)
        changed = chair.post(shown, status=200, **typed, change="1").get_data(as_text=True)
        assert REASON in changed
        assert 'name="seen"' not in changed
    chair.get(shown)
    chair.post(shown, **typed, seen="1")
    assert chair.client.get(shown).location == RULE.removesuffix("/decision"), "going back after it was decided"
    assert session.scalars(sa.select(TargetDecision.kind)).all() == ["end"]


def test_going_back_after_a_request_was_decided_shows_what_was_decided(town: Town) -> None:
    request, chair = ask(town), town.browser("VP", Office.CHAIR)
    typed: dict[str, Any] = {"outcome": "refuse", "reason": REASON}
    shown = put(chair, request, **typed)
    other = town.browser("VP", Office.VICE_CHAIR)
    unseen = put(other, request, outcome="grant", reason="Lý do khác", due_on="31/8/2021")
    chair.get(shown)
    chair.post(shown, **typed, seen="1")
    assert chair.client.get(shown).location == request
    page = other.get(unseen, 409)
    assert "Lý do khác" in page, "what was typed and came too late can be read"
    assert REASON in page


def test_what_was_ticked_is_in_the_address_of_the_page_that_names_it(town: Town, session: Session) -> None:
    appraiser = town.browser("SNV", Office.APPRAISER)
    chosen = re.findall(r'name="report" value="([^"]+)"', appraiser.get("/appraisals?agency=SXD"))
    assert chosen
    data = {**appraiser.hidden(), "report": chosen}
    shown = appraiser.client.post("/appraisals/accept?agency=SXD", data=data).location
    for _time in range(2):
        appraiser.get(shown)
        assert re.findall(r'name="report" value="([^"]+)"', appraiser.page) == chosen
    assert session.scalars(sa.select(Decision.id)).all() == []
    session.rollback()
    assert urlsplit(shown).query.startswith("agency=SXD&"), "with the place in the queue"
    appraiser.post("/appraisals/accept?agency=SXD", report=chosen, confirmed="1")
    assert len(session.scalars(sa.select(Decision.id)).all()) == len(chosen)
    assert appraiser.client.get(shown).location == "/appraisals?agency=SXD", "nothing of it waits any more"
