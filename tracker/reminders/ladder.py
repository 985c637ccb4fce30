"""The ladder of reminders: on which working day who is told of what is open. Pure: no clock, no database, no web.

A rung names an occasion, an audience and a day, in working days after the day that counts (negative: before it). The
last rung of an audience may come again, every so many working days, until the thing is done: what is late never drops
out of the mail. After days on which nothing ran, only the highest rung reached counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

EARLIEST, LATEST = -60, 250  # working days: a quarter ahead, a year behind
LONGEST_PAUSE = 60  # working days between two tellings of a rung that comes again


class Occasion(StrEnum):
    """What is open."""

    REPORT = "report"  # owed: soon, today, or late
    RETURN = "return"  # came back, and is to be answered


class Audience(StrEnum):
    """Who is told, in the order in which it climbs."""

    OFFICER = "officer"
    DEPUTY = "deputy"
    HEAD = "head"
    MONITOR = "monitor"
    VICE_CHAIR = "vice_chair"


CLIMB = tuple(Audience)
ABOVE = (Audience.MONITOR, Audience.VICE_CHAIR)  # who does not do it, but sees that it is done


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung. `every`: it comes again after so many working days; none: it comes once."""

    occasion: Occasion
    audience: Audience
    after: int
    every: int | None = None

    def step(self, left: int) -> int | None:
        """The working day after the day that counts on which this rung was last reached, for what has `left` working
        days to go (negative: late by so many); none where it was not reached yet.

        >>> rung = Rung(Occasion.REPORT, Audience.HEAD, 5, every=5)
        >>> [rung.step(left) for left in (0, -4, -5, -9, -10, -23)]
        [None, None, 5, 5, 10, 20]
        """
        past = -left
        if past < self.after:
            return None
        return self.after if self.every is None else past - (past - self.after) % self.every


Ladder = tuple[Rung, ...]


def _rungs(occasion: Occasion) -> Iterable[Rung]:
    for audience in (Audience.OFFICER, Audience.HEAD):
        yield from (Rung(occasion, audience, after) for after in (-3, 0, 1))
        yield Rung(occasion, audience, 5, every=5)
    yield Rung(occasion, Audience.DEPUTY, 1)
    yield Rung(occasion, Audience.DEPUTY, 5, every=5)
    yield Rung(occasion, Audience.MONITOR, 5, every=5)
    yield Rung(occasion, Audience.VICE_CHAIR, 10, every=10)


# Of a programme that says nothing else, as a careful office would have it.
PRESET: Ladder = tuple(rung for occasion in Occasion for rung in _rungs(occasion))


def reached(ladder: Iterable[Rung], occasion: Occasion, left: int) -> Mapping[Audience, int]:
    """For each audience that is told by now the highest step reached; who has to wait is left out.

    >>> {str(who): step for who, step in reached(PRESET, Occasion.REPORT, -7).items()}
    {'officer': 5, 'head': 5, 'deputy': 5, 'monitor': 5}
    """
    found: dict[Audience, int] = {}
    for rung in ladder:
        step = rung.step(left) if rung.occasion is occasion else None
        if step is not None:
            found[rung.audience] = max(step, found.get(rung.audience, step))
    return found


Row = Sequence[str | int | None]  # a rung as it is kept: [occasion, audience, after, every or none]


def stored(ladder: Iterable[Rung]) -> list[Row]:
    """A ladder as it is kept: occasion by occasion, up the audiences, day by day."""
    place = {one: number for number, one in enumerate((*Occasion, *Audience))}
    found = sorted(ladder, key=lambda rung: (place[rung.occasion], place[rung.audience], rung.after))
    return [[str(rung.occasion), str(rung.audience), rung.after, rung.every] for rung in found]


def read(rows: Iterable[Row]) -> Ladder:
    """A ladder as it was kept. An occasion that it does not know, since that came later, has the preset's rungs.

    >>> read(stored(PRESET)) == tuple(sorted(PRESET, key=read(stored(PRESET)).index))
    True
    """
    found = tuple(
        Rung(Occasion(str(occasion)), Audience(str(audience)), int(after or 0), None if every is None else int(every))
        for occasion, audience, after, every in rows
    )
    known = {rung.occasion for rung in found}
    return (*found, *(rung for rung in PRESET if rung.occasion not in known))


class Flaw(StrEnum):
    """What a ladder cannot be."""

    TWICE = "twice"  # two rungs for one audience on one day
    OUT_OF_REACH = "out_of_reach"  # before EARLIEST, after LATEST, or with a pause that is none
    FALLS_SILENT = "falls_silent"  # an audience's last rung does not come again: what is late would drop out
    AGAIN_TOO_SOON = "again_too_soon"  # a rung that is not the last comes again
    CLIMBS_DOWN = "climbs_down"  # somebody higher up is told of it sooner than somebody below
    NOBODY_ACTS = "nobody_acts"  # of an occasion neither officer, deputy nor head is told


def flaws(ladder: Iterable[Rung]) -> list[tuple[Flaw, Rung]]:
    """What is wrong with a ladder, each with a rung that shows it; none where it can stand."""
    by_occasion: dict[Occasion, dict[Audience, list[Rung]]] = defaultdict(lambda: defaultdict(list))
    found: list[tuple[Flaw, Rung]] = []
    for rung in ladder:
        by_occasion[rung.occasion][rung.audience].append(rung)
        if not EARLIEST <= rung.after <= LATEST or not (rung.every is None or 1 <= rung.every <= LONGEST_PAUSE):
            found.append((Flaw.OUT_OF_REACH, rung))
    for audiences in by_occasion.values():
        for rungs in audiences.values():
            rungs.sort(key=lambda rung: rung.after)
            found += [(Flaw.TWICE, one) for one, other in pairwise(rungs) if one.after == other.after]
            found += [(Flaw.AGAIN_TOO_SOON, one) for one in rungs[:-1] if one.every is not None]
            if rungs[-1].every is None:
                found.append((Flaw.FALLS_SILENT, rungs[-1]))
        doing = [rungs for audience, rungs in audiences.items() if audience not in ABOVE]
        if not doing:
            found.append((Flaw.NOBODY_ACTS, next(iter(audiences.values()))[0]))
        found += [(Flaw.CLIMBS_DOWN, rung) for rung in _climbing_down(audiences)]
    return found


def _climbing_down(audiences: Mapping[Audience, list[Rung]]) -> Iterable[Rung]:
    """Those above are told after whoever acts was told that it is late, and each of them after the one below."""
    below = [rung for audience, rungs in audiences.items() if audience not in ABOVE for rung in rungs if rung.after > 0]
    soonest = min((rung.after for rung in below), default=0)
    for audience in ABOVE:
        if rungs := audiences.get(audience):
            if rungs[0].after < soonest:
                yield rungs[0]
            soonest = max(soonest, rungs[0].after)
