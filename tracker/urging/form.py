"""What is written on a letter, in the official form's words: what templates/documents/ lays out, and a file of Word.

Official documents are in Vietnamese: whoever asks does so in `in_language(None)`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tracker.agencies.offices import LABELS, Office
from tracker.compliance.telling.explain import status_name
from tracker.core.languages import _, _n, capital, format_day, format_figure, format_instant, text_by_language
from tracker.programmes.words import period_name
from tracker.signing.documents.form import place_and_day, ppc_by_itself, signatory_told
from tracker.signing.words import APOLOGY, KINDS
from tracker.urging.content import Content
from tracker.urging.words import what_is_late

MOST_DAYS_TOLD = 3  # of one office


def laid_out(content: Content) -> dict[str, Any]:
    """What the template of the letter's kind shows, without what the file adds: its pages, codes and hash."""
    shared = {
        "number": content["number"],
        "title": str(KINDS[content["kind"]]),
        "place-and-day": place_and_day(content),
        "signatory": signatory_told(content, content["signatory"]),
        "recipients": [*(f"{name};" for name in content["recipients"]), "Lưu: VT."],
    }
    return shared | (_apology(content) if content["kind"] == APOLOGY else _urging(content))


def _urging(content: Content) -> dict[str, Any]:
    body = text_by_language(content["body"]["name"])
    demand = _paragraphs(content["words"]["demand"])
    if "answer_by" in content:
        day = format_day(date.fromisoformat(content["answer_by"]))
        demand.append(_("%(body)s answers the People's Committee in writing by %(day)s./.", body=body, day=day))
    return {
        "parent": "",
        "issuer": ppc_by_itself(text_by_language(content["ppc"]["name"])),
        "subject": _("urging what is late in carrying out commitments on administrative reform"),
        "to": [body],
        "opening": _paragraphs(content["words"]["opening"]),
        "table-title": _("WHAT IS LATE AT %(body)s", body=body.upper()),
        "as-of": _("(figures as of %(when)s)", when=format_instant(datetime.fromisoformat(content["as_of"]))),
        "rows": [_row(number, one) for number, one in enumerate(content["figures"], 1)],
        "demand": demand,
    }


def _row(number: int, one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "place": str(number),
        "code": one["target"],
        "commitment": one["commitment"],
        "title": one["title"],
        "what": what_is_late(one["what"], one["period"]),
        "due": format_day(date.fromisoformat(one["due_on"])),
        "late": str(one["days_late"]),
        "status": status_name(one["status"]) if one["status"] else "",
        "told": [_told(told) for told in one["told"]] or [_("Nobody was told by the product.")],
    }


def _told(told: Mapping[str, Any]) -> str:
    """An office with the days on which its holder was told, the last ones."""
    days = [format_day(date.fromisoformat(day)) for day in told["days"]]
    office, more = str(LABELS[Office(told["office"])]), len(days) - MOST_DAYS_TOLD
    shown = ", ".join(days[-MOST_DAYS_TOLD:])
    if more > 0:
        shown = _n("%(days)s and %(num)s day before", "%(days)s and %(num)s days before", more, days=shown)
    return f"{office}: {shown}"


def _apology(content: Content) -> dict[str, Any]:
    body, figures = text_by_language(content["body"]["name"]), content["figures"]
    told = _(
        "In %(period)s, %(body)s settled %(whole)s files of administrative procedures, %(late)s of them late "
        "(%(title)s, commitment number %(commitment)s).",
        period=_period(figures["period"]),
        body=body,
        whole=format_figure(figures["whole"]),
        late=format_figure(figures["late"]),
        title=figures["title"],
        commitment=figures["commitment"],
    )
    return {
        "parent": content["body"]["parent"],
        "issuer": body,
        "subject": None,
        "title": "Thư xin lỗi",
        "abstract": _(
            "On files that %(body)s settled late in %(period)s", body=body, period=_period(figures["period"])
        ),
        "to": [_("Organisations and persons whose files were settled late")],
        "opening": [told, *_paragraphs(content["words"]["opening"])],
        "cause": _paragraphs(content["words"]["cause"]),
        "remedy": _paragraphs(content["words"]["remedy"]),
    }


def _period(code: str | None) -> str:
    return period_name(code) if code else _("the completion")


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; a line of dots where nobody has written it yet."""
    return [capital(one.strip()) for one in text.split("\n") if one.strip()] or ["…"]
