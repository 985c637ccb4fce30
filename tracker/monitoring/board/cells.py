"""The cells of a board's rows as markup: a province has thousands of them, so they are written without a template."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from tracker.monitoring import words

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


def counting() -> Callable[[Mapping[str, int], Markup], Markup]:
    """What draws, for each body of a page, how many of its targets stand in each status, in the order of the statuses;
    each leads to those targets. It is given the counts and an escaped address with arguments.

    The labels are brought into the reader's language here, once: a province has a thousand such cells.
    """
    labels = [(status, escape(label)) for status, label in words.STATUSES.items()]

    def counted(counts: Mapping[str, int], list_url: Markup) -> Markup:
        cells = (
            f'<td class="t-num" data-label="{label}"><a class="t-quiet" href="{list_url}&amp;status={status}">'
            f"{counts[status]}</a></td>"
            if counts[status]
            else _NONE
            for status, label in labels
        )
        return Markup("".join(cells))  # noqa: S704  # our own words and numbers

    return counted
