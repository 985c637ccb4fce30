"""The cells of a board's rows as markup: a province has thousands of them, so they are written without a template."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from tracker.core.languages import _
from tracker.monitoring import words
from tracker.monitoring.board.rows import Row

_NONE = '<td class="t-num"><span class="t-zero">0</span></td>'
_NO_TARGET = '<td class="t-cell"><span class="t-cell__in">–</span></td>'


def drawn(cells: Iterable[Any], list_urls: Mapping[int, Markup], bands: words.Bands) -> dict[int, Markup]:
    """The cells of each body, in the order of the domains, from rows of `queries.cells`; a dash where no target is.

    Each leads to the targets of that body and domain. `list_urls` are escaped addresses with arguments, by body.
    """
    place = {domain: number for number, domain in enumerate(words.DOMAINS)}
    found: dict[int, list[str]] = defaultdict(lambda: [_NO_TARGET] * len(place))
    for agency_id, domain, score, _targets in cells:
        if domain in place and agency_id in list_urls:
            href = f"{list_urls[agency_id]}&amp;status=all&amp;domain={domain}"
            tint, text = (f" t-cell__in--{bands[score]}", words.whole(score)) if score is not None else ("", "–")
            cell = f'<td class="t-cell"><a class="t-cell__in{tint}" href="{href}">{text}</a></td>'
            found[agency_id][place[domain]] = cell
    # Band, domain and score are our own words and numbers; the addresses are escaped.
    return {agency_id: Markup("".join(row)) for agency_id, row in found.items()}  # noqa: S704


def by_status(points: Mapping[int | None, str]) -> Callable[[Row, Markup], Markup]:
    """What draws the figures of each body of a page: its targets, how many of them stand in each status, its score,
    how many are judged, and how much was in time. Counts lead to those targets, by an escaped address with arguments.

    The labels are brought into the reader's language here, once: a province has thousands of such cells.
    """
    labels = [(status, escape(label)) for status, label in words.STATUSES.items()]
    targets, judged, in_time = (escape(label) for label in (_("Targets"), _("Judged"), _("In time")))

    def link(href: str, number: int) -> str:
        return f'<a class="t-quiet" href="{href}">{number}</a>'

    def figures(row: Row, list_url: Markup) -> Markup:
        href = f"{list_url}&amp;status="
        counts = "".join(
            f'<td class="t-num" data-label="{label}">{link(href + status, row.counts[status])}</td>'
            if row.counts[status]
            else _NONE
            for status, label in labels
        )
        # Our own words and numbers; the addresses are escaped.
        return Markup(  # noqa: S704
            f'<td class="t-num" data-label="{targets}">{link(f"{href}all", row.targets)}</td>{counts}'
            f'<td class="t-num t-strong t-board__score">{points[row.score]}</td>'
            f'<td class="t-num t-nowrap" data-label="{judged}">'
            f"{link(f'{href}judged', row.judged) if row.judged else 0}/{row.of}</td>"
            f'<td class="t-num" data-label="{in_time}">{points[row.punctuality]}</td>'
        )

    return figures
