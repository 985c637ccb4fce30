"""Two officers, a head, a file and an amendment at one figure, each reading first and writing later, in any order.

Whatever the order, what stands at the end is what some order of whole errands gives, and nothing that was typed is
lost: it stands in the draft, in what was sent, in the two texts of a merge or in a refusal's answer, or somebody who
had seen it wrote over it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import permutations
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.progress.conftest import PRESS_ON, Desk, build
from tests.support.product import Scene
from tracker.commitments.models import Amendment
from tracker.core import clock
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.core.errors import DomainError
from tracker.permissions.reader import Reader
from tracker.progress import queries, service
from tracker.progress.merging.merge import FIGURE, Side, Written, parts
from tracker.progress.merging.models import CellMerge
from tracker.progress.merging.service import Meeting, keep_merged
from tracker.progress.models import Draft, Revision
from tracker.progress.queries import ReportSlot
from tracker.progress.states import DraftState

FIELDS = ("value", "as_at", "narrative")
GOAL = Decimal(1000)  # the amendment's: with it 3.000 is no odd figure any more, and can be sent
ODD = "3.000"
Steps = Iterator[None]  # what stands between two steps is somebody else's turn


@dataclass(frozen=True)
class State:
    """A figure as the model has it. What was sent never changes, and nothing is written behind it."""

    typed: tuple[tuple[str, str], ...] | None = None
    with_head: bool = False
    sent: bool = False
    amended: bool = False

    @property
    def is_complete(self) -> bool:
        value = dict(self.typed or ()).get("value", "")
        return value.isdigit() or (value == ODD and self.amended)


Move = Callable[[State], State | None]  # none: it could not be done there


def edit(change: Mapping[str, str], *, by_head: bool) -> Move:
    def move(state: State) -> State | None:
        if state.sent or (state.with_head and not by_head):
            return None
        return replace(state, typed=tuple(sorted({**dict(state.typed or ()), **change}.items())))

    return move


def hand(state: State) -> State | None:
    done = state.typed is not None and state.is_complete and not state.sent
    return replace(state, with_head=True) if done else None


def hand_back(state: State) -> State | None:
    return replace(state, with_head=False) if state.typed is not None and not state.sent else None


def send(state: State) -> State | None:
    return replace(state, sent=True, with_head=False) if state.typed is not None and state.is_complete else None


def amend(state: State) -> State | None:
    return replace(state, amended=True)


@dataclass
class World:
    """The figure in the database, and what has come of each errand."""

    desk: Desk
    moves: list[Move] = field(default_factory=list)  # what was done, each a whole errand
    refused: list[dict[str, str]] = field(default_factory=list)  # what was typed, and comes back to whoever typed it
    lost: list[str] = field(default_factory=list)

    def draft(self) -> Draft | None:
        self.desk.session.rollback()
        self.desk.session.expunge_all()
        return queries.draft_of(self.desk.session, self.desk.slot())

    def typed(self) -> dict[str, str]:
        draft = self.draft()
        return dict(draft.typed) if draft is not None else {}

    def do(self, verb: Callable[..., Any], moves: Sequence[Move], seen: Mapping[str, str], **given: Any) -> None:
        """A step that writes; what it writes over without having seen it is lost, unless a merge has it."""
        before, slot = self.typed(), self.desk.slot()
        try:
            self.desk.press(verb, slot=slot, **given)
        except DomainError:
            self.refused.append(dict(given.get("typed", {})))
            return
        self.moves += moves
        gone = {text for name, text in before.items() if self.typed().get(name) != text} - set(self.sent().values())
        self.lost += gone - set(seen.values()) - self.merged()

    def sent(self) -> dict[str, str]:
        found = self.desk.session.scalars(sa.select(Revision)).one_or_none()
        if found is None:
            return {}
        value = ODD if found.value == 3000 else str(found.value)
        return {name: text for name, text in (("value", value), ("narrative", found.narrative)) if text}

    def merged(self) -> set[str]:
        rows = self.desk.session.scalars(sa.select(CellMerge)).all()
        return {text for row in rows for side in (row.yours, row.theirs) for text in json.loads(side).values()}

    def state(self) -> State:
        draft, sent = self.draft(), self.sent()
        stands = sent or (dict(draft.typed) if draft is not None else None)
        amended = self.desk.session.scalar(sa.select(sa.func.count()).select_from(Amendment))
        return State(
            typed=None if stands is None else tuple(sorted(stands.items())),
            with_head=draft is not None and draft.state == DraftState.WITH_HEAD,
            sent=bool(sent),
            amended=bool(amended),
        )


def writes(world: World, reader: Reader, change: dict[str, str], *, by_head: bool = False) -> Steps:
    """Reads the figure, types over some of it, and saves the form."""
    seen, version = world.typed(), _version(world)
    yield
    typed = {**seen, **change}
    given: dict[str, Any] = {"reader": reader, "typed": typed, "language": "vi", "version": version}
    world.do(service.keep_draft, [edit(change, by_head=by_head)], seen, **given)


def presses(world: World, reader: Reader, verb: Callable[..., Any], move: Move, **given: Any) -> Steps:
    """Reads the figure, and presses a button beside it."""
    seen, version = world.typed(), _version(world)
    yield
    world.do(verb, [move], seen, reader=reader, version=version, **given)


def fills_in(world: World, change: dict[str, str], choices: dict[str, Side]) -> Steps:
    """Downloads the figure, types into the file, sends it, sees what it comes to, and keeps that. Somebody chose cell
    by cell, so each part of it is an errand of its own."""
    base = Written(world.typed(), "vi")
    yield
    theirs, version = Written(world.typed(), "vi"), _version(world)
    yours = Written({**base.typed, **change}, "vi")
    found = parts(base, theirs, yours, FIELDS)
    yield
    won = [part for part in found if part.side(choices) is Side.YOURS]
    own = [{name: change[name] for name in part.fields if name in change} for part in won]
    # What lost to what stands was kept, and written over by it: the same as if it had come before.

    def keep(session: Session, now: clock.Moment, *, reader: Reader, slot: ReportSlot) -> None:
        meeting = Meeting(slot, version, found, theirs, yours, choices)
        keep_merged(session, now, reader=reader, meetings=[meeting], sha256="ab" * 32)

    world.do(keep, [edit(one, by_head=False) for one in own], theirs.typed, reader=world.desk.officer)


def amends(world: World) -> Steps:
    """Another goal."""
    yield
    now, target_id = world.desk.now, world.desk.slot().target.id
    days = {"signed_on": now.on, "from_on": now.on, "recorded_on": now.on}
    with unit_of_work(now) as session:
        session.add(Amendment(target_id=target_id, goal=GOAL, **days))
        touch(session, "target", target_id)
    world.moves.append(amend)


def _version(world: World) -> int:
    draft = world.draft()
    return draft.version if draft is not None else 0


VALUES = st.sampled_from(["1", "2", ODD, "x"])
SIDES = st.fixed_dictionaries({FIGURE: st.sampled_from(Side), "narrative": st.sampled_from(Side)})


def changes(letter: str) -> st.SearchStrategy[dict[str, str]]:
    """Of somebody: a figure, a text of their own, or both."""
    text = st.just({"narrative": f"Giải trình {letter}"})
    figure = VALUES.map(lambda value: {"value": value})
    return st.one_of(text, figure, st.tuples(figure, text).map(lambda both: both[0] | both[1]))


def made_by_some_order(moves: Sequence[Move], stands: State) -> bool:
    for order in permutations(moves):
        state: State | None = State()
        for move in order:
            state = move(state) if state is not None else None
        if state == stands:
            return True
    return False


@pytest.fixture
def begin(session: Session, scene: Scene, at: Callable[..., clock.Moment]) -> Callable[[], Desk]:
    """The province anew."""

    def begun() -> Desk:
        now = at(PRESS_ON)
        scene(build)
        return Desk(session, errand.found(session, detached=True), at, now)

    return begun


@given(data=st.data(), first=changes("A"), second=changes("B"), own=changes("C"), filled=changes("D"), sides=SIDES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_steps_ends_as_some_order_of_errands(
    begin: Callable[[], Desk],
    data: st.DataObject,
    first: dict[str, str],
    second: dict[str, str],
    own: dict[str, str],
    filled: dict[str, str],
    sides: dict[str, Side],
) -> None:
    desk = begin()
    world = World(desk)
    comment = {"comment": "Xem lại"}
    going: dict[str, Steps] = {
        "officer": writes(world, desk.officer, first),
        "other officer": writes(world, desk.officer, second),
        "hands": presses(world, desk.officer, service.hand_to_head, hand),
        "head writes": writes(world, desk.head, own, by_head=True),
        "head hands back": presses(world, desk.head, service.hand_back, hand_back, **comment),
        "head sends": presses(world, desk.head, service.send, send),
        "file": fills_in(world, filled, sides),
        "amendment": amends(world),
    }
    while going:
        name = data.draw(st.sampled_from(sorted(going)))
        if next(going[name], going) is going:
            del going[name]
    stands = world.state()
    assert world.lost == [], "somebody wrote over what they had not seen"
    assert made_by_some_order(world.moves, stands), (world.moves, stands)
