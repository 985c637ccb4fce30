"""Refusals of templates, of programmes in preparation, of numbers of the register, and of what was asked and decided on
one target. One function a subject, pure, as in `checks`."""

from collections.abc import Container, Iterator
from decimal import Decimal
from typing import Any

from tracker.commitments.terms import template_limits
from tracker.core.languages import _l
from tracker.interchange.judging import period_checks
from tracker.interchange.judging.faults import Code, Fault, Remark
from tracker.interchange.judging.known import Known, Record, day, same_template
from tracker.programmes import preparing

FIGURES = ("baseline", "goal", "low", "high", "weight")
SAID = ("shape", "unit", "direction", "judged_by", *FIGURES)


def template(record: Record, pointer: str, known: Known) -> Iterator[Fault]:
    """Versions out of order, terms of which no target could be drafted, a stored template that says something else."""
    for index, version in enumerate(record["versions"]):
        place = f"{pointer}/versions/{index}"
        if version["version"] != index + 1:
            yield Fault(f"{place}/version", Code.VERSIONS_BROKEN, {"expected": index + 1})
        for field, sentence in template_limits.refusals(_values(version)):
            yield Fault(f"{place}/{field}", Code.TEMPLATE_TERMS, {"sentence": sentence})
    stored = known.templates.get(record["code"])
    if stored is not None and not same_template(stored, record):
        yield Fault(pointer, Code.TEMPLATE_DIFFERS, {"value": record["code"]})


def _values(version: Record) -> dict[str, Any]:
    """What a version says, as the form that writes one hands it over."""
    figures = {name: Decimal(version[name]) if name in version else None for name in FIGURES}
    return {
        **{name: version.get(name) for name in SAID},
        **figures,
        "ratio": version.get("ratio", False),
        "cumulative": version.get("cumulative", False),
        "milestones": version.get("milestones", []),
    }


def plan(record: Record, pointer: str, agencies: Container[str], new: Container[str], known: Known) -> Iterator[Fault]:
    """Days and bodies that cannot be; an approved one without its programme, or another beside a programme. `new`: the
    programmes of the file."""
    values = {
        "year": record["year"],
        "starts_on": day(record["starts_on"]),
        "ends_on": day(record["ends_on"]),
        "unsigned_until": day(record["unsigned_until"]) if "unsigned_until" in record else None,
    }
    for field, sentence in preparing.wrong_days(values):
        yield Fault(f"{pointer}/{field}", Code.PLAN_HEAD, {"sentence": sentence})
    yield from period_checks.periods(record["periods"], f"{pointer}/periods")
    named = {f"agencies/{index}": code for index, code in enumerate(record["agencies"])}
    named |= {"responsible": record["responsible"]} if "responsible" in record else {}
    for place, code in named.items():
        if code not in agencies:
            yield Fault(f"{pointer}/{place}", Code.UNKNOWN_AGENCY, {"value": code})
    code = record["code"]
    if "approved_at" in record and code not in new:
        yield Fault(f"{pointer}/code", Code.UNKNOWN_PROGRAMME, {"value": code})
    if code in known.plans or ("approved_at" not in record and (code in new or code in known.programmes)):
        yield Fault(f"{pointer}/code", Code.CODE_USED, {"value": code})


def based(record: Record, pointer: str, programmes: Container[str]) -> Iterator[Remark]:
    """The programme that it was begun from, which nobody here knows: loaded without."""
    if "based_on" in record and record["based_on"] not in programmes:
        yield Remark(f"{pointer}/based_on", _l("The programme that it was begun from is not here."))


def number(record: Record, pointer: str, drawn: set[tuple[Any, ...]], known: Known) -> Iterator[Fault]:
    """A number that was drawn already, in the file (`drawn`, to which it is added) or here; a half told cancelling."""
    for one, other in (("cancelled_at", "cancel_reason"), ("cancel_reason", "cancelled_at")):
        if one in record and other not in record:
            yield Fault(pointer, Code.KEY_MISSING, {"key": other})
    key = (record["symbol"], record["year"], record["number"])
    if key in drawn or key in known.drawn:
        text = f"{record['number']:02d}/{record['symbol']} ({record['year']})"
        yield Fault(f"{pointer}/number", Code.CODE_TWICE if key in drawn else Code.CODE_USED, {"value": text})
    drawn.add(key)


def asked(target: Record, pointer: str) -> Iterator[Fault]:
    """What was asked and decided on a target: one that waits at most, nothing decided on what was withdrawn, and only
    what the target has made by it."""
    waiting = False
    for index, request in enumerate(target.get("requests", ())):
        place = f"{pointer}/requests/{index}"
        if request.get("to", "~") < request.get("from", ""):
            yield Fault(f"{place}/to", Code.SUSPENSION_DAYS, {"start": request["from"]})
        if "withdrawn_at" in request and "answer" in request:
            yield Fault(f"{place}/answer", Code.REQUEST_OVER)
        if "withdrawn_at" not in request and "answer" not in request:
            if waiting:
                yield Fault(place, Code.SECOND_REQUEST)
            waiting = True
        yield from _made(target, request.get("answer", {}), f"{place}/answer")
    for index, ruling in enumerate(target.get("rulings", ())):
        place = f"{pointer}/rulings/{index}"
        yield from _made(target, ruling, place)
        if ruling["kind"] == "end" and "ended" not in target:
            yield Fault(f"{place}/kind", Code.UNKNOWN_FACT)


def _made(target: Record, decision: Record, pointer: str) -> Iterator[Fault]:
    for name, facts, key in (("extension", "extensions", "due_on"), ("suspension", "suspensions", "from")):
        stand = {one[key] for one in target.get(facts, ())} if decision.get("granted", True) else set()
        if name in decision and decision[name] not in stand:
            yield Fault(f"{pointer}/{name}", Code.UNKNOWN_FACT)
