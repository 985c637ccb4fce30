"""Every move in every state by every office of one's own body and of another, held against the table that a person
wrote."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.commitments.test_states import EXPECTED, OFFICES, PREPARING
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life.moving import permitted
from tracker.commitments.life.states import Move, Side, State, after
from tracker.core.errors import DomainError, Forbidden, NotFound
from tracker.permissions.predicates import Held
from tracker.permissions.reader import Reader

OWN, OTHER = 1, 2
BY_BODY = {Office.HEAD, Office.DEPUTY, Office.OFFICER}


def reader(office: Office, agency_id: int, for_id: int | None = None) -> Reader:
    held = Held(office, agency_id, f"B{agency_id}", {"vi": "Cơ quan"}, for_id, "Giám đốc" if for_id else None)
    return Reader(7, 70, "Phó Giám đốc", None, (held,), date(2021, 6, 1))


def found(office: Office, agency_id: int, state: State | None, move: Move, on_paper: bool) -> str:
    dossier = Dossier(state=state, agency_id=OWN) if state else None
    try:
        actor = permitted(reader(office, agency_id), dossier, move, on_paper=on_paper)
    except Forbidden:
        return "forbidden"
    except NotFound:
        return "unknown"
    except DomainError:
        return "not now"
    return str(after(actor.line, state))


def expected(office: Office, agency_id: int, state: State | None, move: Move, on_paper: bool) -> str:
    """By the table in `test_states`, which knows nothing of the code."""
    side = Side.BODY if office in BY_BODY else Side.PPC
    signs = move in (Move.SIGN, Move.COUNTERSIGN)
    of_side = any((side, move) == line[1:] for line in EXPECTED)
    may = of_side and office in OFFICES.get((side, move), PREPARING)
    if on_paper != (office is Office.CLERK) or (side is Side.BODY and agency_id != OWN):
        may = False
    if not may or (on_paper and not signs):
        return "forbidden"
    to = EXPECTED.get((state, side, move))
    if to is None:
        return "unknown" if state is State.DRAFTED and side is Side.BODY else "not now"
    return str(to)


@pytest.mark.parametrize("state", list(State))
def test_each_office_makes_its_own_moves(state: State) -> None:
    for office in Office:
        for agency_id in (OWN, OTHER):
            for move in Move:
                for on_paper in (False, True):
                    given = (office, agency_id, state, move, on_paper)
                    assert found(*given) == expected(*given), given


@pytest.mark.parametrize("office", list(Office))
def test_only_who_prepares_drafts(office: Office) -> None:
    drafts = found(office, OWN, None, Move.DRAFT, False)
    assert drafts == ("drafted" if office in PREPARING else "forbidden")


@pytest.mark.parametrize("office", list(Office))
def test_only_the_head_asks_for_an_amendment_of_its_own_commitment(office: Office) -> None:
    def asks(agency_id: int) -> bool:
        try:
            return bool(permitted(reader(office, agency_id), None, Move.ASK, agency_id=OWN))
        except Forbidden:
            return False

    assert [asks(agency_id) for agency_id in (OWN, OTHER)] == [office is Office.HEAD, False]


def test_who_stands_in_for_the_head_agrees_in_the_heads_name_and_does_not_sign() -> None:
    acting = reader(Office.HEAD, OWN, for_id=9)
    agreed = permitted(acting, Dossier(state=State.OFFERED, agency_id=OWN), Move.AGREE)
    assert (agreed.person_id, agreed.for_person_id) == (7, 9)
    with pytest.raises(Forbidden):
        permitted(acting, Dossier(state=State.FROZEN, agency_id=OWN), Move.SIGN)
    assert permitted(reader(Office.HEAD, OWN), Dossier(state=State.FROZEN, agency_id=OWN), Move.SIGN).way.in_person


def test_who_stands_in_for_the_chair_countersigns_in_the_chairs_name() -> None:
    acting = permitted(reader(Office.CHAIR, OTHER, 9), Dossier(state=State.SIGNED, agency_id=OWN), Move.COUNTERSIGN)
    assert (acting.side, acting.for_person_id) == (Side.PPC, 9)
