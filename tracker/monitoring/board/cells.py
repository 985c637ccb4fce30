"""The rows of a board as markup: a province has hundreds of thousands of cells a day, so they are written without a
template.

What stands in them is our own words and numbers, escaped names, and the addresses of `Addresses`, which are escaped.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import get_template_attribute, url_for
from markupsafe import Markup, escape

from tracker.core.languages import NOTHING, _
from tracker.monitoring import words
from tracker.monitoring.board.rows import Row
from tracker.monitoring.viewpoint import Viewpoint

Drawing = Callable[[Iterable[Row]], Markup]  # of the rows of a peer group

_PLACE = "0,0"  # where the figure of a change stands
_ZERO = '<span class="t-zero">0</span>'
_NONE = '<td class="t-num"><span class="t-zero">0</span></td>'
_NO_TARGET = '<td class="t-cell"><span class="t-cell__in">–</span></td>'


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the cells of a board lead, escaped but for the code of the body, which `quote` makes safe: a body's page,
    and the list of its targets, to which a cell adds what it shows."""

    page: tuple[str, str]
    list_url: str
    movers_url: str = ""

    @classmethod
    def of(cls, seen: Viewpoint, since: date) -> "Addresses":
        """From what a page is seen from, and the day it is compared with."""
        before, after = seen.around("monitoring.agency", "code")
        targets = seen.url(url_for("monitoring.targets"))
        movers = seen.url(url_for("monitoring.movers"), since=since.isoformat())
        page = (str(escape(before)), str(escape(after)))
        return cls(page, f"{escape(targets)}&amp;agency=", f"{escape(movers)}&amp;agency=")

    def head(self, row: Row, code: str) -> str:
        """The first cells of a row: rank and name, which leads to the body."""
        before, after = self.page
        return (
            f'<tr><td class="t-board__rank">{row.rank or NOTHING}</td>'
            f'<th scope="row"><a href="{before}{code}{after}">{escape(row.name)}</a></th>'
        )


def by_domain(
    cells: Iterable[Any],
    addresses: Addresses,
    points: Mapping[int | None, str],
    bands: words.Bands,
    changes: Mapping[int, int | None],
    curves: Mapping[int, Markup],
) -> Drawing:
    """What draws rows with a cell for each domain, from rows of `queries.cells`; a dash where no target is. `changes`:
    of scores since another day, by body; each leads to what moved it. `curves`: drawings, by body."""
    place = {domain: number for number, domain in enumerate(words.DOMAINS)}
    by_body: dict[int, list[Any]] = defaultdict(list)
    for cell in cells:
        by_body[cell.agency_id].append(cell)
    labels = (_("Judged"), _("In time"), _("Late"), _("Change"))
    judged, in_time, late, changed = (escape(label) for label in labels)
    moved = {sign: _moved(*of) for sign, of in {1: ("up", "good"), -1: ("down", "bad")}.items()}

    def change(agency_id: int, code: str) -> str:
        found = changes.get(agency_id)
        if not found:
            return "" if found is None else _ZERO
        before, after = moved[1 if found > 0 else -1]
        href = f"{addresses.movers_url}{code}"
        return f'<a class="t-quiet t-plain" href="{href}">{before}{points[abs(found)]}{after}</a>'

    def drawn(row: Row) -> str:
        code = quote(row.code, safe="")
        to_list = f"{addresses.list_url}{code}"
        found = [_NO_TARGET] * len(place)
        for _body, domain, score, _targets in by_body[row.agency_id]:
            if domain in place:
                tint, text = (
                    (f" t-cell__in--{bands[score]}", words.whole(score)) if score is not None else ("", NOTHING)
                )
                href = f"{to_list}&amp;status=all&amp;domain={domain}"
                found[place[domain]] = f'<td class="t-cell"><a class="t-cell__in{tint}" href="{href}">{text}</a></td>'
        of_judged = f'<a class="t-quiet" href="{to_list}&amp;status=judged">{row.judged}</a>' if row.judged else "0"
        of_late = f'<a class="t-quiet" href="{to_list}">{row.late}</a>' if row.late else ""
        return (
            f'{addresses.head(row, code)}<td class="t-board__curve">{curves.get(row.agency_id, "")}</td>'
            f'{"".join(found)}<td class="t-num t-board__score">'
            f'<a class="t-quiet t-strong" href="{to_list}&amp;status=all">{points[row.score]}</a></td>'
            f'<td class="t-num" data-label="{changed}">{change(row.agency_id, code)}</td>'
            f'<td class="t-num t-nowrap" data-label="{judged}">{of_judged}/{row.of}</td>'
            f'<td class="t-num" data-label="{in_time}">{points[row.punctuality]}</td>'
            f'<td class="t-num" data-label="{late}">{of_late}</td></tr>'
        )

    return _rows(drawn)


def by_status(addresses: Addresses, points: Mapping[int | None, str]) -> Drawing:
    """What draws rows with the number of a body's targets, how many of them stand in each status, its score, how many
    are judged, and how much was in time. Numbers lead to those targets.

    What is the same in each row is written here, once: a province has thousands of such cells.
    """
    before = {status: _linked(label) for status, label in words.STATUSES.items()}
    targets, of_judged = _linked(_("Targets")), '<a class="t-quiet" href="'
    judged, in_time = (escape(label) for label in (_("Judged"), _("In time")))
    of_score = '<td class="t-num t-strong t-board__score">'
    of_shares = f'</td><td class="t-num t-nowrap" data-label="{judged}">'
    of_time = f'</td><td class="t-num" data-label="{in_time}">'

    def drawn(row: Row) -> str:
        code, counts = quote(row.code, safe=""), row.counts
        href = f"{addresses.list_url}{code}&amp;status="
        standing = [
            f'{cell}{href}{status}">{counts[status]}</a></td>' if counts[status] else _NONE
            for status, cell in before.items()
        ]
        share = f'{of_judged}{href}judged">{row.judged}</a>' if row.judged else "0"
        return (
            f'{addresses.head(row, code)}{targets}{href}all">{row.targets}</a></td>{"".join(standing)}'
            f"{of_score}{points[row.score]}{of_shares}{share}/{row.of}{of_time}{points[row.punctuality]}</td></tr>"
        )

    return _rows(drawn)


def _moved(direction: str, tone: str) -> tuple[str, str]:
    """A change as the component draws it, before its figure and after."""
    drawn = str(get_template_attribute("components/status.html", "delta")(_PLACE, direction, tone))
    before, after = drawn.split(_PLACE)
    return before, after


def _linked(label: Any) -> str:
    """A cell with a number that leads somewhere, up to its address."""
    return f'<td class="t-num" data-label="{escape(label)}"><a class="t-quiet" href="'


def _rows(drawn: Callable[[Row], str]) -> Drawing:
    return lambda rows: Markup("\n".join(map(drawn, rows)))  # noqa: S704
