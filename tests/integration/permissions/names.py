"""Which names stand in the addresses of the small province: for every placeholder of every address, what the reader's
own body has there, what another body has, and what nobody has. A new kind of address takes a line here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from werkzeug.routing import Rule

OWN, OTHER, NONE = "own", "other", "none"
BODIES = (OWN, OTHER, NONE)
PLACEHOLDER = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
NO_SUCH = "no-such-name"

# A whole address, or one up to and with its placeholder → the kind of thing that is named there.
BY_ADDRESS: Mapping[str, str] = {
    "/account/browsers/<token>": "browser",
    "/account/second-factor/passkeys/<token>": "passkey",
    "/account/sessions/<token>": "session",
    "/accounts/<token>": "person",
    "/accounts/<token>/withdraw": "invited person",
    "/accounts/requests/<token>": "request",
    "/appraisals/reasons/<token>": "usual reason",
    "/audit/<number>": "record",
    "/choose-password/<token>": "link",
    "/commitments/<token>": "commitment on its way",
    "/corrections/<token>": "correction",
    "/evidence/<token>": "evidence",
    "/figures/<target_token>/<period_code>/evidence/<token>": "evidence of the draft",
    "/holdings/<token>": "holding",
    "/holdings/stand-ins/<token>": "stand-in",
    "/inquiries/<token>": "recalculation",
    "/letters/<token>": "letter",
    "/signs/<token>": "sign",
    "/papers/<token>": "paper file",
    "/papers/scans/<token>": "paper",
    "/people/<token>": "person",
    "/permissions/reports/<token>": "report",
    "/permissions/targets/<token>": "target",
    "/requests/<token>": "target request",
    "/signing-keys/<token>": "signing key",
    "/targets/<token>/request/files/<file>": "evidence of the request",
    "/plans/<token>": "plan",
    "/programmes/<code>": "programme",
    "/programmes/<code>/documents/<token>": "run of documents",
    "/papers/readings/<token>": "reading",
    "/documents/<address>/remote/<token>": "remote signing",
    "/verify/reports/<code>": "receipt",
    "/targets/<token>": "target",
    "/templates/<token>": "template",
}
BY_NAME: Mapping[str, str] = {
    "address": "document",
    "code": "agency",
    "number": "page",
    "place": "place of a page",
    "agency_code": "agency",
    "target_token": "target with a draft",
    "period_code": "period",
    "frequency": "frequency",
    "report_token": "report",
    "receipt": "receipt",
    "filename": "file of ours",
    "draft_token": "drafted target",
    "proposal_token": "proposal",
    "name": "press",
    "file": "file of a letter",
    "press": "press on a letter",
}


@dataclass(frozen=True)
class Names:
    """What stands where, for one body; `of_person` by who asks (a passkey is somebody's own, not a body's)."""

    of_body: Mapping[str, str]
    of_person: Mapping[tuple[str, str], str]

    def of(self, kind: str, role: str) -> str:
        """The name of a thing of that kind."""
        return self.of_person.get((kind, role)) or self.of_body[kind]


def placeholders(rule: Rule) -> list[str]:
    """The names in an address, in order."""
    return PLACEHOLDER.findall(rule.rule)


def kinds(rule: Rule) -> list[str]:
    """What each placeholder of an address names, in order."""
    return [_kind(rule.rule, match) for match in PLACEHOLDER.finditer(rule.rule)]


def fill(rule: Rule, values: list[str]) -> str:
    """An address with its placeholders filled, in order."""
    left = iter(values)
    return PLACEHOLDER.sub(lambda _match: next(left), rule.rule)


def addresses(rule: Rule, role: str, sides: Mapping[str, Names]) -> Iterator[tuple[str, str]]:
    """(which body, the address) for each of BODIES; one line without a body where the address names nothing."""
    what = kinds(rule)
    if not what:
        yield "–", rule.rule
        return
    for body in BODIES:
        yield body, fill(rule, [NO_SUCH if body == NONE else sides[body].of(kind, role) for kind in what])


def _kind(rule: str, match: re.Match[str]) -> str:
    found = BY_ADDRESS.get(rule) or BY_ADDRESS.get(rule[: match.end()]) or BY_NAME.get(match.group(1))
    assert found, f"{__name__} does not know what {match.group()} in {rule} names: add a line"
    return found
