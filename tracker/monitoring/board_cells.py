"""The cells of a board's row as markup: a province has thousands of them, so they are written without a template."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from tracker.monitoring.board import Cell

_NO_TARGET = '<td class="t-cell"><span class="t-cell__in">–</span></td>'
_NO_SCORE = '<td class="t-cell"><a class="t-cell__in" href="{}{}">–</a></td>'
_SCORE = '<td class="t-cell"><a class="t-cell__in t-cell__in--{}" href="{}{}">{}</a></td>'


def drawn(cells: Iterable[Cell | None], list_url: str) -> Markup:
    """A row's cells; each leads to the targets of that body and domain. `list_url` ends in other arguments."""
    href = escape(f"{list_url}&status=all&domain=")
    found = []
    for cell in cells:
        if cell is None:
            found.append(_NO_TARGET)
        elif cell.text is None:
            found.append(_NO_SCORE.format(href, cell.domain))
        else:
            found.append(_SCORE.format(cell.band, href, cell.domain, cell.text))
    # Band, domain and score are our own words and numbers; the address is escaped.
    return Markup("".join(found))  # noqa: S704
