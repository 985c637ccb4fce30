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
LATEST_NEWS = 15  # working days after which nothing is news any more
LONGEST_PAUSE = 60  # working days between two tellings of a rung that comes again


class Occasion(StrEnum):
    """What is open, or (the last two) what is news. In this order one thing is told of another in a mail."""

    RETURN = "return"  # came back, and is to be answered
    REPORT = "report"  # owed: soon, today, or late
    WITH_HEAD = "with_head"  # written, and waits for the head to send it
    QUESTION = "question"  # the appraiser asks something
    DEADLINE = "deadline"  # of a target whose goal is not met
    APPRAISAL = "appraisal"  # sent, and waits for a decision
    CORRECTION = "correction"  # asked for, and waits for a decision
    REQUEST = "request"  # about a target: another deadline, a suspension, its end
    ANSWER = "answer"  # a commitment that is the body's turn
    REPLY = "reply"  # a commitment that is the People's Committee's turn
    SIGNATURE = "signature"  # a commitment that the head is to sign
    COUNTERSIGN = "countersign"  # a commitment that the People's Committee is to sign, or to close
    LETTER_ANSWER = "letter_answer"  # a letter that urges a body, to be answered by its head
    APOLOGY = "apology"  # a public apology that the body is to write or to publish
    APOLOGY_SIGN = "apology_sign"  # one that its head is to sign
    LETTER = "letter"  # a letter or apology that the People's Committee goes on with
    LETTER_SIGN = "letter_sign"  # a letter that the People's Committee is to sign
    VACANT = "vacant"  # a body without a head
    STATUS = "status"  # a target turned at risk, behind or unreported
    DECISION = "decision"  # on a report of the body


class Audience(StrEnum):
    """Who is told, in the order in which it climbs."""

    OFFICER = "officer"
    DEPUTY = "deputy"
    HEAD = "head"
    APPRAISER = "appraiser"
    MONITOR = "monitor"
    VICE_CHAIR = "vice_chair"
    CHAIR = "chair"


CLIMB = tuple(Audience)
BODY = (Audience.OFFICER, Audience.DEPUTY, Audience.HEAD)
ABOVE = (Audience.MONITOR, Audience.VICE_CHAIR)  # who sees that a body does it


@dataclass(frozen=True, slots=True)
class Way:
    """How an occasion climbs: who can do it, then who sees that it is done. News is told, and nothing is to be done.

    `hands`: in whose it lies, so for whom it waits on their first page; of those who can do it, some only follow.

    `since`: the day that counts is the one on which it began to wait; otherwise the one by which it is to be done.
    """

    doing: tuple[Audience, ...]
    seeing: tuple[Audience, ...] = ()
    hands: tuple[Audience, ...] = ()
    since: bool = True
    news: bool = False

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Whoever can be told of it, up the ladder."""
        return tuple(one for one in CLIMB if one in self.doing or one in self.seeing)


_WRITERS, _HEAD = (Audience.OFFICER, Audience.DEPUTY), (Audience.HEAD,)
_LEADERS = (Audience.VICE_CHAIR, Audience.CHAIR)
_APPRAISING = Way((Audience.APPRAISER,), (Audience.HEAD, *ABOVE), (Audience.APPRAISER,))
_OF_LEADERS = Way((Audience.MONITOR, *_LEADERS), (), _LEADERS)
_OF_MONITORS = Way((Audience.MONITOR,), _LEADERS, (Audience.MONITOR,))
WAYS: Mapping[Occasion, Way] = {
    Occasion.RETURN: Way(BODY, ABOVE, BODY, since=False),
    Occasion.REPORT: Way(BODY, ABOVE, _WRITERS, since=False),
    Occasion.WITH_HEAD: Way(BODY, (), _HEAD),
    Occasion.QUESTION: Way(BODY, ABOVE, BODY),
    Occasion.DEADLINE: Way(BODY, ABOVE, _HEAD, since=False),
    Occasion.APPRAISAL: _APPRAISING,
    Occasion.CORRECTION: _APPRAISING,
    Occasion.REQUEST: _OF_LEADERS,
    Occasion.ANSWER: Way(BODY, ABOVE, BODY),
    Occasion.REPLY: _OF_MONITORS,
    Occasion.SIGNATURE: Way(_HEAD, ABOVE, _HEAD),
    Occasion.COUNTERSIGN: _OF_LEADERS,
    Occasion.LETTER_ANSWER: Way(_HEAD, ABOVE, _HEAD, since=False),
    Occasion.APOLOGY: Way(BODY, ABOVE, BODY, since=False),
    Occasion.APOLOGY_SIGN: Way(_HEAD, ABOVE, _HEAD, since=False),
    Occasion.LETTER: _OF_MONITORS,
    Occasion.LETTER_SIGN: _OF_LEADERS,
    Occasion.VACANT: _OF_MONITORS,
    Occasion.STATUS: Way(BODY, ABOVE, news=True),
    Occasion.DECISION: Way(BODY, news=True),
}


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


A = Audience
# For each occasion and audience the working days after the day that counts; the last number: then again every so many.
_PRESET: Mapping[Occasion, Mapping[Audience, tuple[tuple[int, ...], int | None]]] = {
    **{
        owed: {
            A.OFFICER: ((-3, 0, 1, 5), 5),
            A.DEPUTY: ((1, 5), 5),
            A.HEAD: ((-3, 0, 1, 5), 5),
            A.MONITOR: ((5,), 5),
            A.VICE_CHAIR: ((10,), 10),
        }
        for owed in (Occasion.RETURN, Occasion.REPORT)
    },
    Occasion.WITH_HEAD: {A.HEAD: ((1, 3), 3), A.DEPUTY: ((3,), 5)},
    Occasion.QUESTION: {A.OFFICER: ((1, 3), 3), A.DEPUTY: ((3,), 3), A.HEAD: ((3,), 3), A.MONITOR: ((10,), 10)},
    Occasion.DEADLINE: {
        A.OFFICER: ((-10, -3, 0, 1, 10), 10),
        A.DEPUTY: ((1, 10), 10),
        A.HEAD: ((-10, -3, 0, 1, 10), 10),
        A.MONITOR: ((10,), 10),
        A.VICE_CHAIR: ((20,), 20),
    },
    **{
        waits: {A.APPRAISER: ((2, 5), 5), A.HEAD: ((5,), 5), A.MONITOR: ((7,), 5), A.VICE_CHAIR: ((15,), 10)}
        for waits in (Occasion.APPRAISAL, Occasion.CORRECTION)
    },
    Occasion.REQUEST: {A.MONITOR: ((2, 5), 5), A.VICE_CHAIR: ((3,), 5), A.CHAIR: ((10,), 10)},
    Occasion.ANSWER: {
        A.OFFICER: ((2, 5), 5),
        A.DEPUTY: ((5,), 5),
        A.HEAD: ((2, 5), 5),
        A.MONITOR: ((10,), 10),
        A.VICE_CHAIR: ((20,), 20),
    },
    Occasion.REPLY: {A.MONITOR: ((2, 5), 5), A.VICE_CHAIR: ((10,), 10)},
    Occasion.SIGNATURE: {A.HEAD: ((2, 5), 5), A.MONITOR: ((5,), 5), A.VICE_CHAIR: ((15,), 10)},
    Occasion.COUNTERSIGN: {A.MONITOR: ((2, 5), 5), A.VICE_CHAIR: ((2, 5), 5), A.CHAIR: ((3,), 5)},
    # A mail of its own says at once that a letter waits (`urging.telling`): the ladder begins after it.
    Occasion.LETTER_ANSWER: {A.HEAD: ((-3, 0, 1, 3), 3), A.MONITOR: ((1, 5), 5), A.VICE_CHAIR: ((5,), 5)},
    Occasion.APOLOGY: {
        A.OFFICER: ((-3, 0, 1, 5), 5),
        A.DEPUTY: ((1, 5), 5),
        A.HEAD: ((-3, 0, 1, 5), 5),
        A.MONITOR: ((1, 5), 5),
        A.VICE_CHAIR: ((10,), 10),
    },
    Occasion.APOLOGY_SIGN: {A.HEAD: ((-3, 0, 1, 3), 3), A.MONITOR: ((5,), 5), A.VICE_CHAIR: ((10,), 10)},
    Occasion.LETTER: {A.MONITOR: ((2, 5), 5), A.VICE_CHAIR: ((10,), 10)},
    Occasion.LETTER_SIGN: {A.MONITOR: ((5,), 5), A.VICE_CHAIR: ((2, 5), 5), A.CHAIR: ((3,), 5)},
    Occasion.VACANT: {A.MONITOR: ((1, 5), 5), A.VICE_CHAIR: ((20,), 20)},
    Occasion.STATUS: {A.OFFICER: ((0,), None), A.HEAD: ((0,), None)},
    Occasion.DECISION: {A.OFFICER: ((1,), None), A.DEPUTY: ((1,), None), A.HEAD: ((1,), None)},
}


def _rungs(occasion: Occasion, audiences: Mapping[Audience, tuple[tuple[int, ...], int | None]]) -> Iterable[Rung]:
    for audience, (days, every) in audiences.items():
        yield from (Rung(occasion, audience, after) for after in days[:-1])
        yield Rung(occasion, audience, days[-1], every)


# Of a programme that says nothing else, as a careful office would have it.
PRESET: Ladder = tuple(rung for occasion in Occasion for rung in _rungs(occasion, _PRESET[occasion]))


def reached(ladder: Iterable[Rung], occasion: Occasion, left: int) -> Mapping[Audience, int]:
    """For each audience that is told by now the highest step reached; who has to wait is left out.

    >>> {str(who): step for who, step in reached(PRESET, Occasion.REPORT, -7).items()}
    {'officer': 5, 'deputy': 5, 'head': 5, 'monitor': 5}
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
    NOBODY_ACTS = "nobody_acts"  # of an occasion nobody is told who can do it
    NOT_ASKED = "not_asked"  # for an audience that has nothing to do with the occasion
    NEWS_AGAIN = "news_again"  # what is only told comes once, and soon


def flaws(ladder: Iterable[Rung]) -> list[tuple[Flaw, Rung]]:
    """What is wrong with a ladder, each with a rung that shows it; none where it can stand."""
    by_occasion: dict[Occasion, dict[Audience, list[Rung]]] = defaultdict(lambda: defaultdict(list))
    found: list[tuple[Flaw, Rung]] = []
    for rung in ladder:
        by_occasion[rung.occasion][rung.audience].append(rung)
        if not EARLIEST <= rung.after <= LATEST or not (rung.every is None or 1 <= rung.every <= LONGEST_PAUSE):
            found.append((Flaw.OUT_OF_REACH, rung))
    for occasion, audiences in by_occasion.items():
        way = WAYS[occasion]
        for audience, rungs in audiences.items():
            rungs.sort(key=lambda rung: rung.after)
            found += _of_audience(way, audience, rungs)
        if not any(audience in way.doing for audience in audiences):
            found.append((Flaw.NOBODY_ACTS, next(iter(audiences.values()))[0]))
        found += [(Flaw.CLIMBS_DOWN, rung) for rung in _climbing_down(way, audiences)]
    return found


def _of_audience(way: Way, audience: Audience, rungs: Sequence[Rung]) -> Iterable[tuple[Flaw, Rung]]:
    """What is wrong with the rungs of one audience, in their order."""
    if audience not in way.audiences:
        yield Flaw.NOT_ASKED, rungs[0]
    yield from ((Flaw.TWICE, one) for one, other in pairwise(rungs) if one.after == other.after)
    if way.news:
        again = (one for one in rungs if one.every is not None or not 0 <= one.after <= LATEST_NEWS)
        yield from ((Flaw.NEWS_AGAIN, one) for one in again)
        return
    yield from ((Flaw.AGAIN_TOO_SOON, one) for one in rungs[:-1] if one.every is not None)
    if rungs[-1].every is None:
        yield Flaw.FALLS_SILENT, rungs[-1]


def _climbing_down(way: Way, audiences: Mapping[Audience, list[Rung]]) -> Iterable[Rung]:
    """Those who see to it are told after whoever acts was told that it is late, and each of them after the one
    below."""
    below = [rung for audience, rungs in audiences.items() if audience in way.doing for rung in rungs if rung.after > 0]
    soonest = min((rung.after for rung in below), default=0)
    for audience in way.seeing:
        if rungs := audiences.get(audience):
            if rungs[0].after < soonest:
                yield rungs[0]
            soonest = max(soonest, rungs[0].after)
