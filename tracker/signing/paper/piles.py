"""Pages of a file of scans put in piles, one for each document, by the codes that were read on them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tracker.signing.codes import PageCode


@dataclass(slots=True)
class Pile:
    """The pages of one document: number in the document → number in the file. Of a page that lies there twice the first
    counts, and the others are `twice`."""

    address: str
    pages: int  # as the codes say; of two that differ the one that was read first
    at: dict[int, int] = field(default_factory=dict)
    twice: list[int] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)  # numbers in the file whose code names another count of pages

    @property
    def missing(self) -> list[int]:
        """Pages of the document that are not there."""
        return [page for page in range(1, self.pages + 1) if page not in self.at]

    @property
    def in_order(self) -> list[int]:
        """Numbers in the file, in the order of the document."""
        return [self.at[page] for page in sorted(self.at)]


def piled(codes: Iterable[PageCode | None]) -> tuple[list[Pile], list[int]]:
    """The piles of a file's pages in the order in which they begin, and the numbers of the pages without a code."""
    piles: dict[str, Pile] = {}
    unread: list[int] = []
    for number, code in enumerate(codes, start=1):
        if code is None:
            unread.append(number)
            continue
        pile = piles.setdefault(code.prefix, Pile(code.prefix, code.pages))
        if code.pages != pile.pages:
            pile.odd.append(number)
        elif code.page in pile.at:
            pile.twice.append(number)
        else:
            pile.at[code.page] = number
    return list(piles.values()), unread


def pages_from(text: str) -> list[int] | None:
    """The pages that somebody names: "3, 5-7" is 3, 5, 6, 7; none where it is no such list."""
    found: list[int] = []
    for part in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        first, dash, last = (one.strip() for one in part.replace("–", "-").partition("-"))
        if not first.isdecimal() or (dash and not last.isdecimal()) or len(part) > 20:
            return None
        run = range(int(first), int(last if dash else first) + 1)
        if not run or len(run) > MOST_NAMED:
            return None
        found += run
    return found if found and len(set(found)) == len(found) else None


MOST_NAMED = 1_000


def runs(numbers: Sequence[int]) -> str:
    """The same the other way round: 3, 5–7."""
    grouped: dict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(sorted(numbers)):
        grouped[number - place].append(number)
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in grouped.values())
