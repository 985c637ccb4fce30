"""The ways of signing of a programme that is prepared: set with its parts, shown at the approval, taken by the
programme from its beginning; where nothing is said, those of the programme that it was begun from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.monitoring.conftest import World
from tests.integration.planning import test_preparing
from tests.integration.planning.test_pages import begun, chair_of, press
from tests.integration.planning.test_preparing import Preparer
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError, StaleEdit
from tracker.programmes import preparing, ways
from tracker.programmes.models import Programme, ProgrammePlan, SigningWays

pytestmark = pytest.mark.one_database
Enter = Callable[..., World]
preparer = test_preparing.preparer  # fixture
LATER = date(2022, 3, 1)


def opened(preparer: Preparer, session: Session) -> tuple[tuple[str, ...], int]:
    """(the ways of the programme that was opened, how many versions of them it has)."""
    preparer.fill_in()
    preparer.does(preparing.hand_over)
    made: Programme = preparer.does(preparing.approve, for_id=None)
    programme_id = made.id
    session.rollback()
    return ways.allowed(session, programme_id, LATER), len(ways.versions(session, programme_id))


def taken_before(chosen: tuple[str, ...]) -> None:
    """By the programme that this one is begun from."""
    with unit_of_work() as session:
        now, programme = clock.moment(), session.get_one(Programme, 1)
        ways.choose(session, now, actor_id=None, programme=programme, from_on=now.on, ways=chosen)


def test_what_is_set_counts_from_the_beginning(preparer: Preparer, session: Session) -> None:
    preparer.does(preparing.choose_ways, ways_=["passkey", "stone"])
    assert preparer.plan().ways == ["passkey"]
    assert session.scalar(sa.select(sa.func.count(SigningWays.id))) == 0, "nothing of it counts before the approval"
    session.rollback()
    assert opened(preparer, session) == (("passkey",), 1)


def test_where_nothing_is_said_the_programme_before_is_followed(preparer: Preparer, session: Session) -> None:
    taken_before(("passkey", "paper"))
    assert opened(preparer, session) == (("passkey", "paper"), 1)


def test_what_is_said_goes_before_the_programme_before(preparer: Preparer, session: Session) -> None:
    taken_before(("passkey", "paper"))
    preparer.does(preparing.choose_ways, ways_=ways.PRESET)
    assert opened(preparer, session) == (ways.PRESET, 0), "the preset counts anyway"


def test_as_every_part_it_is_open_until_it_is_handed_over(preparer: Preparer) -> None:
    with pytest.raises(FieldError, match="ít nhất một cách"):
        preparer.does(preparing.choose_ways, ways_=["stone"])
    preparer.does(preparing.choose_ways, ways_=["paper"])
    stands = preparer.version
    preparer.does(preparing.choose_ways, ways_=["paper"])
    assert preparer.version == stands, "nothing differs"
    preparer.version -= 1
    with pytest.raises(StaleEdit):
        preparer.does(preparing.choose_ways, ways_=["pades"])
    preparer.version += 1
    preparer.fill_in()
    preparer.does(preparing.hand_over)
    with pytest.raises(DomainError, match="đang trình"):
        preparer.does(preparing.choose_ways, ways_=["pades"])


def test_it_is_set_by_its_page_and_the_approval_shows_it(enter: Enter) -> None:
    world = enter(2)
    monitor, chair = world.browser(Office.MONITOR), chair_of(world)
    plan = begun(world, monitor)
    assert "Chữ ký số" in monitor.get(plan)
    page = f"{plan}/signing"
    chair.get(page, status=403)
    told = press(monitor, page, page, 400, version="1")
    assert 'id="ways-error"' in told or 'id="ways-1-error"' in told
    press(monitor, page, page, ways=["passkey"])
    shown = monitor.get(plan)
    assert "Xác nhận điện tử (khóa truy cập)" in shown
    stale = press(monitor, page, page, 400, ways=["paper"], version="1")
    assert "Nội dung hiện hành" in stale or "Xác nhận điện tử (khóa truy cập)" in stale
    approval = chair.get(f"{plan}/approve")
    assert "Xác nhận điện tử (khóa truy cập)" in approval
    world.session.rollback()
    assert world.session.scalar(sa.select(ProgrammePlan.ways)) == ["passkey"]
    told_of = sa.select(AuditEvent.detail).where(AuditEvent.event == "programme.changed")
    assert world.session.scalars(told_of.order_by(AuditEvent.id.desc())).first()
