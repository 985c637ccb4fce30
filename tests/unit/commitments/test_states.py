"""The table of moves, held against one that a person wrote, and against the file that is drawn from it."""

from __future__ import annotations

import pytest

from tools import life
from tracker.agencies.offices import Office
from tracker.commitments.life import states
from tracker.commitments.life.states import Move, Must, Side, State, after, transition, turn
from tracker.permissions import policy

# state, side, move → state: whatever is not here is refused. b: body, p: PPC, j: the nightly job.
LEGAL = """
-             p draft             drafted
-             b ask               negotiated
drafted       p change            drafted
drafted       p offer             offered
drafted       p withdraw          withdrawn
drafted       p set_days          drafted
drafted       j expire            expired
offered       b comment           negotiated
offered       b propose           negotiated
offered       b accept            offered
offered       b refuse            negotiated
offered       b agree             agreed
offered       b decline           declined
offered       p comment           offered
offered       p propose           offered
offered       p take_back         offered
offered       p withdraw          withdrawn
offered       p set_days          offered
offered       j expire            expired
negotiated    b comment           negotiated
negotiated    b propose           negotiated
negotiated    b accept            negotiated
negotiated    b refuse            negotiated
negotiated    b take_back         negotiated
negotiated    b agree             agreed
negotiated    b decline           declined
negotiated    p comment           negotiated
negotiated    p propose           negotiated
negotiated    p accept            negotiated
negotiated    p refuse            negotiated
negotiated    p take_back         negotiated
negotiated    p offer             offered
negotiated    p withdraw          withdrawn
negotiated    p set_days          negotiated
negotiated    j expire            expired
agreed        b decline           declined
agreed        b reopen            negotiated
agreed        p reopen            negotiated
agreed        p freeze            frozen
agreed        p withdraw          withdrawn
agreed        p set_days          agreed
agreed        j expire            expired
frozen        b reopen            negotiated
frozen        b sign              signed
frozen        p reopen            negotiated
frozen        p sign              signed
frozen        p withdraw          withdrawn
frozen        p set_days          frozen
frozen        j expire            expired
signed        p countersign       countersigned
signed        p withdraw          withdrawn
signed        p set_days          signed
countersigned p come_into_force   in_force
-             p take_in           in_force
in_force      p assess            assessed
in_force      j close             closed
assessed      p assess            assessed
assessed      b state             heard
assessed      j lapse             heard
heard         p assess            assessed
heard         b state             heard
heard         p close             closed
"""
SIDES = {"b": Side.BODY, "p": Side.PPC, "j": Side.PRODUCT}
EXPECTED = {
    (None if state == "-" else State(state), SIDES[side], Move(move)): State(to)
    for state, side, move, to in (line.split() for line in LEGAL.strip().splitlines())
}
BODY = {Office.HEAD, Office.DEPUTY, Office.OFFICER}
HEAD = {Office.HEAD}
PREPARING = {Office.MONITOR, Office.ADMINISTRATOR}
LEADING = {Office.CHAIR, Office.VICE_CHAIR}
OFFICES = {
    (Side.BODY, Move.COMMENT): BODY,
    (Side.BODY, Move.PROPOSE): BODY,
    (Side.BODY, Move.ACCEPT): BODY,
    (Side.BODY, Move.REFUSE): BODY,
    (Side.BODY, Move.TAKE_BACK): BODY,
    (Side.BODY, Move.AGREE): HEAD,
    (Side.BODY, Move.DECLINE): HEAD,
    (Side.BODY, Move.ASK): HEAD,
    (Side.BODY, Move.REOPEN): HEAD,
    (Side.BODY, Move.SIGN): HEAD,
    (Side.PPC, Move.SIGN): {Office.CLERK},
    (Side.PPC, Move.COUNTERSIGN): LEADING | {Office.CLERK},
    (Side.PPC, Move.COME_INTO_FORCE): LEADING | PREPARING,
    (Side.BODY, Move.STATE): HEAD,
    (Side.PPC, Move.CLOSE): LEADING,
    (Side.PRODUCT, Move.EXPIRE): set(),
    (Side.PRODUCT, Move.LAPSE): set(),
    (Side.PRODUCT, Move.CLOSE): set(),
}
WITH_REASON = {Move.ASK, Move.REFUSE, Move.DECLINE, Move.WITHDRAW, Move.REOPEN}


@pytest.mark.parametrize("state", [None, *State])
@pytest.mark.parametrize("side", Side)
def test_every_move_is_as_it_was_written(state: State | None, side: Side) -> None:
    for move in Move:
        line = transition(move, state, side)
        found = None if line is None else after(line, state)
        assert found == EXPECTED.get((state, side, move)), (state, side, move)


def test_each_move_is_made_by_whom_it_is_meant_for() -> None:
    for line in states.TABLE:
        for side in {way.side for way in line.ways}:
            actions = [way.action for way in line.ways if way.side is side and way.action]
            offices = {
                office for action in actions for grant in policy.POLICY[action].grants for office in grant.offices
            }
            assert offices == OFFICES.get((side, line.move), PREPARING), (side, line.move)
        assert line.reason == (line.move in WITH_REASON)


def test_the_head_signs_in_person_and_nobody_freezes_what_is_open() -> None:
    signing = [way for line in states.TABLE if line.move is Move.SIGN for way in line.ways]
    assert [(way.side, way.in_person, way.on_paper) for way in signing] == [
        (Side.BODY, True, False),
        (Side.PPC, False, True),
    ]
    for move in (Move.AGREE, Move.FREEZE):
        (line,) = (line for line in states.TABLE if line.move is move)
        assert set(line.must) == {Must.SETTLED, Must.COMPLETE, Must.IN_REACH}


def test_what_is_over_stays_so() -> None:
    for state in (*states.OVER, State.CLOSED):
        assert turn(state) is None
        assert not any(list(states.moves(state, side)) for side in Side)


def test_whose_turn_it_is_can_do_something() -> None:
    for state in State:
        side = turn(state)
        if side is not None:
            assert any(line.to not in (None, *states.OVER) for line, _way in states.moves(state, side))


def test_the_document_is_drawn_from_the_table() -> None:
    assert life.PATH.read_text(encoding="utf-8") == life.text(), "python -m tools.life"
