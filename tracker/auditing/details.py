"""What a record tells beside who and what: each value in words, and where something was changed, before and after."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.accounts.words import LINKS, MEANS
from tracker.agencies.kinds import group_name, kind_name
from tracker.approvals import service as approvals
from tracker.audit.chain import grouped
from tracker.audit.events import Event
from tracker.audit.sealing import BUNDLE, FACTS
from tracker.audit.service import AFTER, BEFORE
from tracker.auditing.labels import FIELDS, LABELS
from tracker.auditing.names import Names
from tracker.auditing.subjects import agency_name, office_name, person_name
from tracker.commitments.life.life_words import SIGNED_HOW, STATES
from tracker.commitments.rulings import KINDS as RULINGS
from tracker.commitments.terms import words
from tracker.core.languages import LANGUAGES, NOTHING, Text, _, format_day, text_beside, text_by_language
from tracker.mail import words as mail_words
from tracker.monitoring.recalculations.views import KINDS as RECALCULATIONS
from tracker.monitoring.settings.policy_views import changes as policy_changes
from tracker.programmes.policy import policy_from
from tracker.programmes.reporting import Days
from tracker.programmes.words import period_with_days
from tracker.progress.corrections.service import GROUNDS
from tracker.progress.merging.words import part_name
from tracker.reminders.words import ladder_text
from tracker.signing.words import KEY_REASONS, SIGNED_FILES
from tracker.signing.words import KINDS as DOCUMENTS
from tracker.signs import words as sign_words
from tracker.urging import words as letter_words

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ARROW = " → "


@dataclass(frozen=True, slots=True)
class Line:
    """One value with what it is called; `before` where it was changed from something."""

    label: str
    value: str
    before: str | None = None

    def __str__(self) -> str:
        told = self.value if self.before is None else f"{self.before}{_ARROW}{self.value}"
        return f"{self.label}: {told}"


def lines_of(row: Any, names: Names) -> list[Line]:
    """What a record tells, in words."""
    untold = DIGESTS if row.subject_kind == "facts" else DIGESTS | _BY_OTHERS
    untold |= _BY_THE_SUBJECT.get(row.subject_kind, frozenset())
    detail = {key: value for key, value in (row.detail or {}).items() if key not in untold}
    before, after = detail.pop(BEFORE, {}), detail.pop(AFTER, {})
    found = [*_policy(row, detail), *_figures(row, names)]
    for key in {**before, **after}:
        if before.get(key) != after.get(key):
            sides = [side.get(key) for side in (after, before)]
            now, then = (_beside(row, key, one, other, names) for one, other in (sides, sides[::-1]))
            found.append(Line(label_of(row, key), now, then))
    for key, value in detail.items():
        if key not in after and value is not None:
            found.append(Line(label_of(row, key), _value(row, key, value, names)))
    return found


def label_of(row: Any, key: str) -> str:
    """What a value is called; its key where this version does not know it."""
    return str(LABELS.get((row.subject_kind, key)) or LABELS.get(key, key))


def has_words(kind: str, key: str) -> bool:
    """Whether a value of a thing of that kind is told in words, by itself or with others."""
    return (kind, key) in LABELS or key in LABELS or key in DIGESTS | _BY_OTHERS | _TOGETHER


def _beside(row: Any, key: str, value: Any, other: Any, names: Names) -> str:
    if _by_language(value) and _by_language(other):
        return text_beside(value, other)
    return _value(row, key, value, names)


def _by_language(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and set(value) <= set(LANGUAGES)


def _value(row: Any, key: str, value: Any, names: Names) -> str:
    if value is None:
        return NOTHING
    write = _WRITERS.get((row.subject_kind, key)) or _WRITERS.get(key)
    if write is not None:
        return write(value, names)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return text_by_language(value) if _by_language(value) else NOTHING
    if isinstance(value, list):
        return ", ".join(_value(row, key, one, names) for one in value)
    text = str(value)
    return format_day(date.fromisoformat(text)) if _DAY.fullmatch(text) else text


def _figures(row: Any, names: Names) -> Iterator[Line]:
    """What a report said, and what it said before; what was decided on it, and why."""
    told, report = _TOLD_OF.get(row.event), names.report.get(row.subject_id or 0)
    seq = (row.detail or {}).get("seq")
    if told is None or report is None or report.target_id not in names.target or seq is None:
        return
    target = names.target[report.target_id]
    sent, before = names.sent.get((report.id, seq)), names.sent.get((report.id, seq - 1))
    if sent is None:
        return
    figure = words.figure(target, sent)
    # A revision is decided on anew after a decision was taken back: each record tells its own, which has its instant.
    decisions = names.decided.get((report.id, seq), [])
    decided = next((one for one in decisions if one.outcome == told and one.decided_at == row.at), None)
    if decided is not None and (decided.value, decided.numerator, decided.denominator) != (None, None, None):
        yield Line(_("Figure"), words.figure(target, decided), figure)
    else:
        was = words.figure(target, before) if before is not None and row.event == Event.REPORT_SENT else None
        yield Line(_("Figure"), figure, was)
    reason = decided.reason if decided is not None else None
    if row.event == Event.REPORT_DECISION_WITHDRAWN:
        reason = next((one.back_reason for one in decisions if one.back_at == row.at), None)
    if reason:
        yield Line(_("Reason"), reason)


# The outcome that each event of a report tells; none where it tells only what was sent.
_TOLD_OF: Mapping[str, str] = {
    Event.REPORT_SENT: "",
    Event.REPORT_ACCEPTED: "accepted",
    Event.REPORT_RETURNED: "returned",
    Event.REPORT_REOPENED: "reopened",
    Event.REPORT_RECALLED: "recalled",
    Event.REPORT_DECISION_WITHDRAWN: "",
}


def _policy(row: Any, detail: dict[str, Any]) -> Iterator[Line]:
    """What a version of a policy changes; one of an older record, which holds none before it, in what it differs from
    the rule's own values."""
    values, was = detail.pop("values", None), detail.pop("was", None)
    if values is None:
        return
    after, before = policy_from(values), policy_from(was)
    if was is not None and row.event == Event.POLICY_WITHDRAWN:
        after, before = before, after
    for label, one, other in policy_changes(before, after):
        yield Line(label, other, one if was is not None else None)


def _label(labels: Mapping[Any, Text]) -> Callable[[Any, Names], str]:
    return lambda value, _names: str(labels.get(value, value))


def _approval(code: Any, _names: Names) -> str:
    try:
        return str(approvals.matter_of(code).label)
    except KeyError:
        return kind_name(code)


def _holding(value: Any, names: Names) -> str:
    found = names.holding.get(value)
    if found is None:
        return _("an office that was removed")
    office, body = office_name(found.office), agency_name(names, found.agency_id)
    return f"{person_name(names, found.person_id)}, {office}, {body}"


def _account(value: Any, names: Names) -> str:
    found = names.account.get(value)
    return person_name(names, found.person_id if found else None)


def _erasure(value: Any, names: Names) -> str:
    found = names.erasure.get(value)
    return found.reason if found else NOTHING


def _agencies(value: Any, names: Names) -> str:
    ids = value if isinstance(value, list) else [value]
    return ", ".join(agency_name(names, one) for one in ids)


def _periods(value: Any, _names: Names) -> str:
    """The periods of a reporting calendar with their days; of an older record how many there were."""
    if not isinstance(value, list):
        return str(value)
    return "; ".join(
        _("%(period)s, due %(day)s", period=period_with_days(one), day=format_day(one.due_on))
        for one in map(Days.read, value)
    )


def _number(value: Any, names: Names) -> str:
    return str(len(value)) if isinstance(value, list | dict) else str(value)


# What is told elsewhere: digests, by `tracker audit verify` alone.
DIGESTS = frozenset({FACTS, BUNDLE})
# By the subject of reports and drafts, by the figures, by who did it.
_BY_OTHERS = frozenset({"target", "place", "decision", "inquiry", "other_value", "for_person_id"})
_BY_THE_SUBJECT: Mapping[str, frozenset[str]] = {
    "holding": frozenset({"office", "person_id"}),
    "mail": frozenset({"person_id"}),
    "second_say": frozenset({"person_id"}),
    "stand_in": frozenset({"office", "person_id"}),
}
_TOGETHER = frozenset({BEFORE, AFTER, "values", "was"})

_WRITERS: Mapping[Any, Callable[[Any, Names], str]] = {
    "account_id": _account,
    "agencies": _agencies,
    "agency_kind": lambda value, _names: kind_name(value),
    "appraised_by_id": _agencies,
    "erasure": _erasure,
    "fields": lambda value, _names: ", ".join(str(FIELDS.get(one, one)) for one in value),
    "ground": _label(GROUNDS),
    "holding_id": _holding,
    "holdings": _number,
    "kind": lambda value, _names: kind_name(value),
    "language": _label(LANGUAGES),
    "link": _label(LINKS),
    "matter": _label(RULINGS),
    "means": _label(MEANS),
    "office": lambda value, _names: office_name(value),
    "offices": _number,
    "peer_group": lambda value, _names: group_name(value),
    "person_id": lambda value, names: person_name(names, value),
    "programmes": lambda value, names: ", ".join(names.programme_titles.get(one, str(one)) for one in value),
    "sha256": lambda value, _names: grouped(value),
    "signed_how": _label(SIGNED_HOW),
    "state": _label(STATES),
    "basis_sha256": lambda value, _names: grouped(value),
    "calendar_id": lambda value, names: names.calendar[value].name if value in names.calendar else str(value),
    "periods": _periods,
    "responsible_id": _agencies,
    "successors": _agencies,
    "theirs": lambda value, _names: ", ".join(map(part_name, value)),
    "yours": lambda value, _names: ", ".join(map(part_name, value)),
    "way": _label(SIGNED_HOW),
    "ladder": lambda value, _names: ladder_text(value),
    "letter_kind": _label(letter_words.KINDS),
    "letter_state": _label(letter_words.STATES),
    "sign_kind": _label(sign_words.KINDS),
    "sign_state": _label(sign_words.STATES),
    "apologies_for": lambda value, _names: ", ".join(value) or NOTHING,
    "ways": lambda value, _names: ", ".join(str(SIGNED_HOW.get(one, one)) for one in value),
    "works": lambda value, _names: _("a working day") if value else _("a day off"),
    ("account", "kind"): _label(MEANS),
    ("document", "kind"): _label(DOCUMENTS),
    ("mail", "kind"): lambda value, _names: mail_words.kind(value),
    ("programme", "kind"): _label(RECALCULATIONS),
    ("seal_key", "kind"): _label(KEY_REASONS),
    ("second_say", "kind"): _approval,
    ("signed_file", "kind"): _label(SIGNED_FILES),
}
