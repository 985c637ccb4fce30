"""In which order the bodies of a peer group stand on the board: by rank, or by a column that the address names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracker.core.languages import Text, _l
from tracker.monitoring import words
from tracker.monitoring.board.rows import Group, Row

RANK = "rank"
DOWNWARDS_FIRST = {"late", "targets", *words.STATUSES}  # what counts is asked for from the most on
LABELS: Mapping[str, Text] = {
    "name": _l("Body"),
    "score": _l("Score"),
    "change": _l("Change"),
    "judged": _l("Judged"),
    "punctuality": _l("Punctuality"),
    "late": _l("Late"),
}
_PLAIN: Mapping[str, Callable[[Row], Any]] = {
    "name": lambda row: (row.sort_key, row.agency_id),
    "score": lambda row: row.score,
    "judged": lambda row: row.share,
    "punctuality": lambda row: row.punctuality,
    "late": lambda row: row.late,
    "targets": lambda row: row.targets,
}


@dataclass(frozen=True, slots=True)
class Order:
    """A column and which way; by rank where nothing else is asked for."""

    key: str = RANK
    downwards: bool = False

    @property
    def text(self) -> str | None:
        """As it stands in the address; none for the usual one."""
        return None if self.key == RANK else f"{'-' if self.downwards else ''}{self.key}"

    def state(self, key: str) -> str | None:
        """What a heading says of it, as `aria-sort` has it."""
        return None if key != self.key else "descending" if self.downwards else "ascending"

    def turned(self, key: str) -> str | None:
        """The order that a press on a heading asks for."""
        first = key in DOWNWARDS_FIRST
        return Order(key, not self.downwards if key == self.key else first).text


def known() -> list[str]:
    """All that can be asked for."""
    keys = (*_PLAIN, "change", *map(_of_domain, words.DOMAINS), *words.STATUSES)
    return [f"{sign}{key}" for key in keys for sign in ("", "-")]


def asked(text: str | None) -> Order:
    """From the address."""
    return Order(text.removeprefix("-"), text.startswith("-")) if text else Order()


def _of_domain(domain: int) -> str:
    return f"domain-{domain}"


def arranged(
    groups: Sequence[Group],
    order: Order,
    cells: Mapping[tuple[int, int], int | None],
    changes: Mapping[int, int | None],
) -> list[Group]:
    """The bodies of each group in an order; those of which there is no figure come last, equal ones as they rank."""
    if order.key == RANK:
        return list(groups)
    if order.key in _PLAIN:
        figure = _PLAIN[order.key]
    elif order.key == "change":
        figure = lambda row: changes.get(row.agency_id)  # noqa: E731
    elif order.key in words.STATUSES:
        figure = lambda row: row.counts[order.key]  # noqa: E731
    else:
        domain = int(order.key.removeprefix("domain-"))
        figure = lambda row: cells.get((row.agency_id, domain))  # noqa: E731
    return [replace(group, rows=_arranged(group.rows, figure, order.downwards)) for group in groups]


def _arranged(rows: Sequence[Row], figure: Callable[[Row], Any], downwards: bool) -> list[Row]:
    having = sorted((row for row in rows if figure(row) is not None), key=figure, reverse=downwards)
    return having + [row for row in rows if figure(row) is None]
