"""A briefing as its printed form lays it out: its words in the official form, its cells as they are read."""

from dataclasses import asdict
from typing import Any

from tracker.briefings.content import Briefing, Table
from tracker.core.languages import _, format_day, format_instant, format_number, within
from tracker.signing.documents.form import place_and_day, ppc_by_itself

NO_NUMBER = "        /BC-UBND"  # drawn by hand where the briefing goes on as a report


def issuer(briefing: Briefing) -> str:
    """Whose report it is."""
    return f"Ủy ban nhân dân tỉnh {briefing.province}"


def title() -> str:
    """What it is."""
    return "Báo cáo"


def abstract(briefing: Briefing) -> str:
    """On what it reports."""
    return _(
        "How commitments on administrative reform are kept, up to %(day)s (%(programme)s)",
        day=format_day(briefing.on),
        programme=briefing.programme_title,
    )


def cut_off(briefing: Briefing) -> str:
    """Up to when its figures are known, which stands on every page."""
    return _("Figures up to %(as_at)s", as_at=format_instant(briefing.as_at))


def compared(briefing: Briefing) -> str:
    """What changes are held against."""
    return _("In brackets: the change since %(day)s.", day=format_day(briefing.since))


def sample(briefing: Briefing) -> str:
    """What every page of a demo says; nothing where the figures are real."""
    return _("Sample figures, for illustration only") if briefing.sample else ""


def parts() -> dict[str, str]:
    """The names of its parts, in their order."""
    return {
        "summary": _("I. In brief"),
        "decisions": _("II. What needs a decision"),
        "province": _("III. The province"),
        "bodies": _("IV. Bodies in trouble"),
    }


def laid_out(briefing: Briefing) -> dict[str, Any]:
    """What the template shows."""
    day = {"date": briefing.on.isoformat(), "place": briefing.province}
    return {
        "title": title(),
        "issuer": ppc_by_itself(issuer(briefing)),
        "number": NO_NUMBER,
        "place-and-day": place_and_day(day),
        "abstract": abstract(briefing),
        "cut-off": cut_off(briefing),
        "compared": compared(briefing),
        "sample": sample(briefing) or None,
        "parts": parts(),
        "figures": [asdict(one) for one in briefing.figures],
        "shares": shares(briefing),
        "chart": briefing.chart,
        "chart-title": _("Score of the province"),
        "decisions": [_table(one) for one in briefing.decisions],
        "tables": [_table(one) for one in briefing.tables],
        "bodies": [
            {
                "name": one.name,
                "facts": [list(fact) for fact in one.facts],
                "chart": one.chart,
                "tables": [_table(table) for table in one.tables],
            }
            for one in briefing.bodies
        ],
        "bodies-note": briefing.bodies_note,
    }


def shares(briefing: Briefing) -> list[dict[str, Any]]:
    """The parts of all targets as the drawing takes them."""
    return [
        {"label": within(one.label), "count": one.count, "told": format_number(one.count), "tone": one.tone}
        for one in briefing.shares
    ]


def _table(table: Table) -> dict[str, Any]:
    columns = [{"label": one.label, "kind": one.kind.value, "width": one.width} for one in table.columns]
    return {
        "title": table.title,
        "columns": columns,
        "rows": table.texts(),
        "empty": table.empty,
        "note": table.note,
    }
