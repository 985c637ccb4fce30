"""What a record is about: its name today, and the page that shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from tracker.agencies.offices import LABELS, Office
from tracker.auditing.names import Names
from tracker.core.languages import Text, _, _l, text_by_language
from tracker.permissions.guard import may_open
from tracker.programmes.words import period_name
from tracker.rule.facts import ReportKind
from tracker.signs.finders import Kind as SignKind
from tracker.signs.words import KINDS as SIGNS
from tracker.urging.states import Kind as Letter
from tracker.urging.words import KINDS as LETTERS


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is called, and the address of its page; none where there is none, or not for this reader."""

    text: str
    href: str | None = None


def subject_of(row: Any, names: Names) -> Subject:
    """What a record is about. What is gone is told as far as the record itself tells it."""
    tell = _TELLERS.get(row.subject_kind)
    return tell(row, names) if tell else Subject(kind_label(row.subject_kind))


def kind_label(code: str) -> str:
    """A kind of thing in words; its code where this version does not know it."""
    return str(KINDS.get(code, code))


KINDS: Mapping[str, Text] = {
    "account": _l("Account"),
    "agency": _l("Body"),
    "calendar": _l("Working calendar"),
    "cell_comment": _l("Comment inside a body"),
    "correction": _l("Correction of an accepted figure"),
    "dossier": _l("Commitment"),
    "document": _l("Document"),
    "document_number": _l("Number of a document"),
    "draft": _l("Draft"),
    "evidence": _l("Evidence"),
    "facts": _l("Facts of the whole product"),
    "file": _l("Erased file"),
    "holding": _l("Office"),
    "key": _l("Secret key of the product"),
    "letter": _l("Letter of urging or apology"),
    "sign": _l("Question about reports"),
    "mail": _l("Mail"),
    "package": _l("Package of data"),
    "paper": _l("Scan of a signed paper"),
    "paper_file": _l("File of scans"),
    "person": _l("A person"),
    "programme": _l("Programme"),
    "programme_plan": _l("Programme in preparation"),
    "report": _l("Report"),
    "return_reason": _l("Usual reason for a return"),
    "seal_key": _l("Key of the seal"),
    "second_say": _l("Request to a second administrator"),
    "signed_file": _l("File of a signed document"),
    "signature": _l("Signature"),
    "signing_key": _l("Signing key"),
    "stand_in": _l("Authority of a stand-in"),
    "template": _l("Template of targets"),
    "target": _l("Target"),
    "target_request": _l("Request about a target"),
}


def person_name(names: Names, person_id: int | None) -> str:
    """What a person is called today; an erased one is called so."""
    found = names.person.get(person_id or 0)
    return found.name if found else _("a person who no longer stands here")


def agency_name(names: Names, agency_id: int | None) -> str:
    """What a body is called today."""
    found = names.agency.get(agency_id or 0)
    return text_by_language(found.name) if found else _("a body that no longer stands here")


def target_name(names: Names, target_id: int | None) -> str:
    """Code and title of a target."""
    found = names.target.get(target_id or 0)
    return f"{found.code} {text_by_language(found.title)}" if found else _("a target that no longer stands here")


def place_name(code: str | None) -> str:
    """The period for which something is reported, or that it is the completion."""
    return _("the completion") if code in {None, str(ReportKind.COMPLETION)} else period_name(code or "")


def _address(endpoint: str, **values: Any) -> str | None:
    return url_for(endpoint, **values) if may_open(endpoint) else None


def _page_of_person(names: Names, person_id: int | None) -> str | None:
    found = names.person.get(person_id or 0)
    return _address("administration.person", token=found.token) if found else None


def _page_of_target(names: Names, target_id: int | None) -> str | None:
    found = names.target.get(target_id or 0)
    return _address("monitoring.target", token=found.token) if found else None


def _person(row: Any, names: Names) -> Subject:
    return Subject(person_name(names, row.subject_id), _page_of_person(names, row.subject_id))


def _account(row: Any, names: Names) -> Subject:
    account = names.account.get(row.subject_id or 0)
    if account is None:
        return Subject(_("Account that is not known") if row.subject_id is None else _("Account that was removed"))
    found = names.person.get(account.person_id)
    href = _address("administration.account", token=found.token) if found else None
    return Subject(person_name(names, account.person_id), href or _page_of_person(names, account.person_id))


def _agency(row: Any, names: Names) -> Subject:
    found = names.agency.get(row.subject_id or 0)
    href = _address("administration.agency", code=found.code) if found else None
    return Subject(agency_name(names, row.subject_id), href)


def _holding(row: Any, names: Names) -> Subject:
    detail = row.detail or {}
    text = _("%(office)s: %(person)s", office=office_name(detail.get("office")), person=_held_by(detail, names))
    return Subject(text, _page_of_person(names, detail.get("person_id")))


def office_name(code: Any) -> str:
    """An office in words; its code where this version does not know it."""
    return str(LABELS[Office(code)]) if code in set(Office) else str(code or _("Office"))


def _held_by(detail: Mapping[str, Any], names: Names) -> str:
    name, holder = person_name(names, detail.get("person_id")), detail.get("for_person_id")
    return _("%(name)s for %(holder)s", name=name, holder=person_name(names, holder)) if holder else name


def _draft(row: Any, names: Names) -> Subject:
    return _figure(_("Figure"), row, names, place_name((row.detail or {}).get("place")))


def _comment(row: Any, names: Names) -> Subject:
    return _figure(_("Comment inside a body"), row, names, place_name((row.detail or {}).get("place")))


def _correction(row: Any, names: Names) -> Subject:
    return _figure(_("Correction"), row, names, place_name((row.detail or {}).get("place")))


def _report(row: Any, names: Names) -> Subject:
    report = names.report.get(row.subject_id or 0)
    place = report.period if report else (row.detail or {}).get("place")
    return _figure(_("Report"), row, names, place_name(place), report.target_id if report else None)


def _evidence(row: Any, names: Names) -> Subject:
    file = names.evidence.get(row.subject_id or 0)
    name = file.name if file and file.erased_on is None else _("erased file") if file else _("file taken off")
    return _figure(_("File “%(name)s”", name=name), row, names, place_name((row.detail or {}).get("place")))


def _figure(what: str, row: Any, names: Names, place: str, target_id: int | None = None) -> Subject:
    target_id = target_id or (row.detail or {}).get("target")
    text = _("%(what)s, %(place)s: %(target)s", what=what, place=place, target=target_name(names, target_id))
    return Subject(text, _page_of_target(names, target_id))


def _numbered(row: Any, _names: Names) -> Subject:
    number = (row.detail or {}).get("number")
    return Subject(f"{kind_label(row.subject_kind)} {number}" if number else kind_label(row.subject_kind))


def _target(row: Any, names: Names) -> Subject:
    return Subject(target_name(names, row.subject_id), _page_of_target(names, row.subject_id))


def _request(row: Any, names: Names) -> Subject:
    target_id, found = (row.detail or {}).get("target"), names.target_request.get(row.subject_id or 0)
    href = _address("home.request_page", token=found.token) if found and found.asked_at else None
    text = _("Request: %(target)s", target=target_name(names, target_id))
    return Subject(text, href or _page_of_target(names, target_id))


def _programme(row: Any, names: Names) -> Subject:
    found = names.programme.get(row.subject_id or 0)
    if found is None:
        return Subject(kind_label("programme"))
    return Subject(text_by_language(found.title), _address("monitoring.policy", programme=found.code))


def _plan(row: Any, names: Names) -> Subject:
    found = names.programme_plan.get(row.subject_id or 0)
    if found is None:
        title = (row.detail or {}).get("title")
        return Subject(text_by_language(title) if title else kind_label("programme_plan"))
    return Subject(text_by_language(found.title), _address("planning.plan", token=found.token))


def _template(row: Any, names: Names) -> Subject:
    found = names.template.get(row.subject_id or 0)
    if found is None:
        return Subject(kind_label("template"))
    return Subject(_("Template of targets %(code)s", code=found.code), _address("planning.template", token=found.token))


def _calendar(row: Any, names: Names) -> Subject:
    found = names.calendar.get(row.subject_id or 0)
    if found is None:
        return Subject(kind_label("calendar"))
    year = str((row.detail or {}).get("day", ""))[:4] or None
    return Subject(
        _("Working calendar “%(name)s”", name=found.name),
        _address("monitoring.calendar", calendar=found.name, year=year),
    )


def _approval(row: Any, names: Names) -> Subject:
    found = names.second_say.get(row.subject_id or 0)
    person_id = (row.detail or {}).get("person_id")
    about = person_name(names, person_id) if person_id or not row.agency_name else text_by_language(row.agency_name)
    href = _address("approvals.one_request", token=found.token) if found else None
    return Subject(_("Request about %(whom)s", whom=about), href)


def _mail(row: Any, names: Names) -> Subject:
    person_id = (row.detail or {}).get("person_id")
    text = _("Mail to %(person)s", person=person_name(names, person_id))
    return Subject(text, _address("administration.failed_mails") or _page_of_person(names, person_id))


def _dossier(row: Any, _names: Names) -> Subject:
    body = text_by_language(row.agency_name) if row.agency_name else _("a body that no longer stands here")
    return Subject(_("Commitment of %(body)s", body=body))


def _letter(row: Any, names: Names) -> Subject:
    code, found = (row.detail or {}).get("letter_kind"), names.letter.get(row.subject_id or 0)
    kind = str(LETTERS[Letter(code)]) if code in set(Letter) else kind_label("letter")
    body = text_by_language(row.agency_name) if row.agency_name else _("a body that no longer stands here")
    href = _address("monitoring.letter", token=found.token) if found else None
    return Subject(_("%(kind)s, %(body)s", kind=kind, body=body), href)


def _sign(row: Any, names: Names) -> Subject:
    code, found = (row.detail or {}).get("sign_kind"), names.sign.get(row.subject_id or 0)
    kind = str(SIGNS[SignKind(code)]) if code in set(SignKind) else kind_label("sign")
    body = text_by_language(row.agency_name) if row.agency_name else _("a body that no longer stands here")
    return Subject(
        _("%(kind)s, %(body)s", kind=kind, body=body), _address("monitoring.sign", token=found.token) if found else None
    )


def _reason(row: Any, _names: Names) -> Subject:
    return Subject(kind_label(row.subject_kind), _address("home.return_reasons"))


def _key(row: Any, names: Names) -> Subject:
    whose = (row.detail or {}).get("person_id")
    return Subject(_("Signing key of %(person)s", person=person_name(names, whose)), _page_of_person(names, whose))


_TELLERS: Mapping[str, Callable[[Any, Names], Subject]] = {
    "account": _account,
    "agency": _agency,
    "calendar": _calendar,
    "cell_comment": _comment,
    "correction": _correction,
    "dossier": _dossier,
    "document": _numbered,
    "document_number": _numbered,
    "draft": _draft,
    "evidence": _evidence,
    "holding": _holding,
    "letter": _letter,
    "mail": _mail,
    "person": _person,
    "programme": _programme,
    "programme_plan": _plan,
    "report": _report,
    "return_reason": _reason,
    "sign": _sign,
    "second_say": _approval,
    "signature": _numbered,
    "signing_key": _key,
    "stand_in": _holding,
    "template": _template,
    "target": _target,
    "target_request": _request,
}
