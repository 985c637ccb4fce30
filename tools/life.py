"""Draws docs/life.md from the table of moves (tracker/commitments/life/states.py)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tracker.commitments.life.states import OVER, TABLE, Move, Must, Side, State, Transition, Way, turn

PATH = Path(__file__).parents[1] / "docs" / "life.md"
MUST = {
    Must.ANSWERED: "each proposal of the other side is answered",
    Must.SETTLED: "no proposal is open",
    Must.COMPLETE: "no term is missing or wrong",
    Must.JUDGED: "the programme is over, and nothing waits for a decision",
    Must.IN_TIME: "the day for a statement is not over",
    Must.IN_REACH: "each target to keep has a period left",
}
ENDS = (*sorted(OVER), State.CLOSED)
HEAD = """# The life of a commitment

Drawn from `tracker/commitments/life/states.py` by `.venv/bin/python -m tools.life`; change it there. Who holds which
line of the permission table: `tracker/permissions/policy.py`.

"""


def text() -> str:
    """The whole file."""
    return HEAD + "\n".join([*_picture(), "", *_turns(), "", *_table()]) + "\n"


def _picture() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    seen = set()
    for line in TABLE:
        for source in line.sources:
            step = (source, line.to or source, line.move)
            if step[0] != step[1] and step not in seen:
                seen.add(step)
                yield f"    {source or '[*]'} --> {step[1]}: {line.move}"
    yield from (f"    {state} --> [*]" for state in ENDS)
    yield "```"


def _turns() -> Iterator[str]:
    for side in (Side.BODY, Side.PPC):
        states = ", ".join(state for state in State if turn(state) is side)
        yield f"- Whose turn it is, {side}: {states}"


def _table() -> Iterator[str]:
    yield "| move | from | to | who | reason | what must hold |"
    yield "|---|---|---|---|---|---|"
    for line in TABLE:
        sources = ", ".join(source or "–" for source in line.sources)
        who = "; ".join(_way(line, way) for way in line.ways)
        must = "; ".join(MUST[one] for one in line.must)
        yield f"| {line.move} | {sources} | {_to(line)} | {who} | {'asked' if line.reason else ''} | {must} |"


def _to(line: Transition) -> str:
    return line.to or "where it stood"


def _way(line: Transition, way: Way) -> str:
    if way.action is None:
        return "an amendment, with its commitment" if line.move is Move.CLOSE else "the nightly job"
    told = f"{way.side}: {way.action}"
    return told + (", in person" if way.in_person else "") + (", signed on paper" if way.on_paper else "")


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
