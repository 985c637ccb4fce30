"""The record of a whole errand holds numbers only; and the look that all these tests take after them sees what it must.

After every test that has an application tests/support/product.py looks into all that was recorded.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Town, town  # noqa: F401 - the fixture of that name
from tests.integration.home.test_errand import test_the_whole_errand as whole_errand
from tests.support.record import betrayals
from tracker.audit.events import Event
from tracker.audit.models import AuditEvent
from tracker.audit.service import record
from tracker.core import clock


def test_an_errand_is_recorded_without_names(session: Session, town: Town) -> None:  # noqa: F811 - as above
    whole_errand(town)
    session.rollback()
    events = set(session.scalars(sa.select(AuditEvent.event)))
    assert {"draft.saved", "draft.handed_to_head", "evidence.attached", "report.sent", "report.returned"} <= events
    assert list(betrayals(session.connection())) == []
    session.rollback()


@pytest.mark.parametrize(
    ("detail", "betrays"),
    [
        ({"person": 7, "sha256": "ab" * 32, "from_on": "2021-06-30", "office": "head"}, False),
        ({"version": "1.2.3", "at": "10:15:30"}, False),
        ({"note": "an giamdoc@example.vn"}, True),
        ({"to": ["Giám đốc Sở Xây dựng"]}, True),
        ({"from": "192.0.2.7"}, True),
        ({"from": "2001:db8:0:1::7"}, True),
    ],
    ids=str,
)
def test_a_name_or_an_address_is_found(
    session: Session,
    town: Town,  # noqa: F811 - as above
    detail: dict[str, object],
    betrays: bool,
) -> None:
    """Written and looked at in one transaction, which is then thrown away."""
    record(session, clock.moment(), Event.REPORT_SENT, actor_id=None, subject=("report", 1), detail=detail)
    session.flush()
    found = list(betrayals(session.connection()))
    session.rollback()
    assert bool(found) is betrays
