"""What is written on a document, in the official form's words: what the templates in templates/documents/ lay out.

Official documents are in Vietnamese: whoever asks does so in `in_language(None)`. Figures, units and days are written
as everywhere.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.commitments.terms.terms import WHOLE
from tracker.core.languages import _, format_day, text_by_language
from tracker.signing.documents import assessment_form
from tracker.signing.documents.canonical import Document
from tracker.signing.documents.target_form import TERMS, Target, goal_of, groups, named, promised, term_text
from tracker.signing.words import AMENDMENT, ASSESSMENT, COMMITMENT, KINDS

NARROW = "\u00a0"  # where no line is broken
_COMMITTEE = "Ủy ban nhân dân"  # whose name is broken before the place that it is of


def laid_out(document: Document) -> dict[str, Any]:
    """What the template of the document's kind shows, without what the file adds: its pages, codes and hash."""
    issuer = text_by_language(document["body"]["name"])
    return {
        "number": document["number"],
        "title": str(KINDS[document["kind"]]),
        "abstract": _abstract(document),
        "parent": document["body"]["parent"],
        "issuer": issuer,
        "place-and-day": place_and_day(document),
        "slogan": _slogan(document),
        "basis": document["programme"]["basis"],
        "signatories": [signatory_told(document, one) for one in _left_to_right(document)],
        "recipients": _recipients(document),
        **_OF_KIND[document["kind"]](document, issuer, text_by_language(document["ppc"]["name"])),
    }


def _commitment(document: Document, issuer: str, ppc: str) -> dict[str, Any]:
    return {
        "opening": _(
            "The head of %(body)s commits to %(ppc)s to the following targets in %(year)s:",
            body=issuer,
            ppc=ppc,
            year=document["programme"]["year"],
        ),
        "groups": groups(document, promised),
        "duties": [
            _(
                "The head of %(body)s directs the work in person, reports on time and answers to %(ppc)s for what "
                "comes of this commitment.",
                body=issuer,
                ppc=ppc,
            )
        ],
    }


def _amendment(document: Document, issuer: str, ppc: str) -> dict[str, Any]:
    first = {(change["target"], change["term"]): change.get("first", change["from"]) for change in document["changes"]}

    def amended(target: Target) -> dict[str, Any]:
        code = target["code"]
        goal, due = first.get((code, "goal")), first.get((code, "due_on"))
        return {
            **promised(target),
            "first-goal": goal and goal_of({**target, "goal": goal}),
            "first-due": due and format_day(date.fromisoformat(due)),
        }

    values = {"number": document["amends"], "body": issuer, "ppc": ppc}
    if "effective_from" in document:
        values["day"] = format_day(date.fromisoformat(document["effective_from"]))
        opening = _("%(body)s and %(ppc)s agree to change commitment %(number)s as follows, from %(day)s on:", **values)
    else:
        opening = _("%(body)s and %(ppc)s agree to change commitment %(number)s as follows:", **values)
    return {
        "opening": opening,
        "changes": changes_told(document),
        "groups": groups(document, amended),
        "duties": [_("All else in commitment %(number)s stays as it is.", number=document["amends"])],
    }


def _assessment(document: Document, issuer: str, ppc: str) -> dict[str, Any]:
    assessment = document["assessment"]
    return {
        "parent": "",
        "issuer": ppc_by_itself(ppc),  # it is the People's Committee's own document
        "opening": _(
            "By what is known on %(day)s, this is what came of commitment %(number)s of %(body)s by %(on)s:",
            day=format_day(date.fromisoformat(assessment.get("known_on", assessment["on"]))),
            number=document["amends"],
            body=issuer,
            on=format_day(date.fromisoformat(assessment["on"])),
        ),
        **assessment_form.told(document),
    }


def ppc_by_itself(name: str) -> str:
    """The name of a People's Committee, to be broken before the place that it is of, if at all."""
    kind, committee, province = name.partition(_COMMITTEE)
    return name if kind or not province else f"{committee} {NARROW.join(province.split())}"


_OF_KIND = {COMMITMENT: _commitment, AMENDMENT: _amendment, ASSESSMENT: _assessment}


def _abstract(document: Document) -> str:
    programme = text_by_language(document["programme"]["title"])
    if document["kind"] == COMMITMENT:
        return _("On carrying out %(programme)s", programme=programme)
    values = {"number": document["amends"], "programme": programme}
    if document["kind"] == AMENDMENT:
        return _("Changes to commitment %(number)s on carrying out %(programme)s", **values)
    return _("What came of commitment %(number)s on carrying out %(programme)s", **values)


def _slogan(document: Document) -> str | None:
    slogan = document["programme"]["slogan"]
    return text_by_language(slogan) if slogan else None


def place_and_day(document: Document) -> str:
    """As the form has it: a day below 10 and the first two months carry a zero."""
    day = date.fromisoformat(document["date"])
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{document['place']}, ngày {day.day:02d} tháng {month} năm {day.year}"


def _left_to_right(document: Document) -> list[Mapping[str, Any]]:
    """The PPC's side stands left, the body's right: where a single one signs, it signs on the right."""
    return sorted(document["signatories"], key=lambda one: one["side"] != "ppc")


def signatory_told(document: Document, signatory: Mapping[str, Any]) -> dict[str, Any]:
    """The lines over a signature. Of a document of two bodies a title names its body."""
    authority, title = signatory.get("authority"), signatory["title"]
    kind, committee, province = text_by_language(document[signatory["side"]]["name"]).partition(_COMMITTEE)
    side = [committee, province.strip()] if not kind and province else [kind + committee + province]
    holder = signatory.get("for", "Chủ tịch")
    if authority == "TM.":
        lines = [f"TM. {side[0]}", *side[1:], title]
    elif authority == "KT.":
        lines = [f"TM. {side[0]}", *side[1:], f"KT. {holder}", title]
    elif authority is not None:
        lines = [f"{authority} {holder}", *side, title]
    else:
        lines = [title, *side]
    return {"lines": lines, "name": signatory.get("name", ""), "side": signatory["side"]}


def _recipients(document: Document) -> list[str]:
    named = document.get("recipients") or [
        text_by_language(document["ppc"]["name"]),
        text_by_language(document["body"]["name"]),
    ]
    return [*(f"{name};" for name in named), "Lưu: VT."]


def changes_told(document: Document) -> list[dict[str, Any]]:
    """What an amendment changes, term by term, in the reader's language."""
    targets = {target["code"]: target for target in document["targets"]}
    return [_change(targets.get(change["target"]), change) for change in document["changes"]]


def _change(target: Target | None, change: Mapping[str, Any]) -> dict[str, Any]:
    term = change["term"]
    if term == WHOLE or target is None:
        whole = change["to"] or change["from"]
        due = format_day(date.fromisoformat(whole["due_on"]))
        promise = _("%(goal)s, by %(day)s", goal=goal_of(whole), day=due)
        added = change["to"] is not None
        return {
            **named(whole),
            "term": _("The target as a whole"),
            "first": None,
            "before": _("Not promised") if added else promise,
            "after": promise if added else _("It ends"),
        }
    told = {place: term_text(target, term, change[place]) for place in ("first", "from", "to") if place in change}
    return {
        **named(target),
        "term": str(TERMS[term]),
        "first": told.get("first"),
        "before": told["from"],
        "after": told["to"],
    }
