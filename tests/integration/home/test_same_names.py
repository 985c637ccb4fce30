"""Two bodies of one name are told apart wherever one chooses among them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.asking import ask, town
from tests.integration.home.conftest import Town
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.home.queries import Choice, queue_listing
from tracker.progress.requests.queries import choices

pytestmark = pytest.mark.one_database
__all__ = ["town"]


def test_bodies_of_one_name_have_their_codes_behind_it(town: Town, session: Session) -> None:
    ask(town)
    other = town.browser("SYT", Office.HEAD)
    request = "/targets/target-SYT-T01/request"
    other.get(request)
    other.post(request, do="ask", kind="extension", due_on="10/1/2022", reason="Chờ hướng dẫn")
    with unit_of_work() as writing:
        writing.execute(sa.update(Agency).where(Agency.code.in_(("SXD", "SYT"))).values(name={"vi": "Sở Xây dựng"}))
    bodies, _programmes = choices(session, sa.true())
    assert sorted(bodies) == [("SXD", "Sở Xây dựng (SXD)"), ("SYT", "Sở Xây dựng (SYT)")]
    twice = [Choice("A", {"vi": "Sở A"}), Choice("B", {"vi": "Sở A"}), Choice("C", {"vi": "Sở C"})]
    (offered,) = (one.offered for one in queue_listing(twice, [], []).filters if one.key == "agency")
    assert [name for _code, name in offered] == ["Sở A (A)", "Sở A (B)", "Sở C"]
