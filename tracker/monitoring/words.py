"""What statuses, domains, peer groups and jobs are called on these pages, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import get_template_attribute
from markupsafe import Markup

from tracker.agencies.kinds import group_name as group_name
from tracker.commitments.terms.words import DueDay, due
from tracker.compliance.steps.spans import points, settled
from tracker.compliance.telling.explain import STATUS_NAMES
from tracker.core.languages import NOTHING, Text, _, _l, format_figure, text_by_language
from tracker.programmes.words import DOMAINS as DOMAINS
from tracker.programmes.words import FREQUENCIES as FREQUENCIES
from tracker.programmes.words import SHAPES as SHAPES
from tracker.programmes.words import domain_name as domain_name
from tracker.rule import WorkingCalendar, band
from tracker.rule.facts import Policy, Status

SHORT_DOMAINS: Mapping[int, Text] = {
    1: _l("Direction"),
    2: _l("Institutions"),
    3: _l("Procedures"),
    4: _l("Apparatus"),
    5: _l("Service"),
    6: _l("Finance"),
    7: _l("Digital"),
    8: _l("Impact"),
}
_STATUS_ORDER = (
    Status.MET_ON_TIME,
    Status.MET_LATE,
    Status.ON_TRACK,
    Status.AT_RISK,
    Status.BEHIND,
    Status.OVERDUE,
    Status.UNREPORTED,
    Status.MISSED,
    Status.PENDING,
    Status.SUSPENDED,
    Status.NOT_STARTED,
    Status.VOID,
)
STATUSES: Mapping[str, Text] = {status.value: STATUS_NAMES[status] for status in _STATUS_ORDER}
JOBS: Mapping[str, Text] = {
    "assess": _l("Statuses are updated"),
    "expire": _l("Commitments not signed in time expire"),
    "freeze": _l("Documents of many commitments are made"),
    "sort_scans": _l("Files of scans are sorted by the codes on their pages"),
    "sign_remotely": _l("The provider of remote signatures is asked"),
    "seal": _l("Documents that both sides signed are sealed"),
    "look": _l("What raises a question in reports is looked for"),
    "lists": _l("Lists of revoked certificates are fetched"),
    "remind": _l("Reminders are prepared"),
    "urge": _l("Letters of urging are drafted"),
    "deliver": _l("Mails are sent"),
    "notify": _l("Browsers and phones are told that something waits"),
    "bounces": _l("Mails that came back are taken in"),
    "chain": _l("The audit record is linked"),
    "publish": _l("The audit record is sealed"),
    "answer": _l("Recalculations are done"),
    "prove": _l("Stored statuses are proved"),
    "backup": _l("A backup is made"),
    "tidy": _l("What is out of date is tidied away"),
}
RESULTS: Mapping[str, tuple[str, str, Text]] = {
    "running": ("info", "ring", _l("Running")),
    "done": ("good", "check", _l("Done")),
    "failed": ("bad", "cross", _l("Failed")),
}
_ORDER = ("department", "departments", "district", "districts", "commune", "communes", "ward", "wards")


def group_place(group: str) -> tuple[int, str]:
    """Key by which peer groups stand in order: departments, districts, communes, then the rest."""
    return (_ORDER.index(group) if group in _ORDER else len(_ORDER), group)


def appraisers(
    bodies: Mapping[int, Mapping[str, str]], agency_id: int | None = None, appraised_by: int | None = None
) -> str:
    """Whose appraisers decide on the reports of a body (none: of all): `bodies` are those that have any."""
    some = [key for key in bodies if key == appraised_by or (appraised_by is None and key != agency_id)]
    return ", ".join(text_by_language(bodies[key]) for key in some) or _("nobody is an appraiser then")


def short_domain(domain: int) -> str:
    """A name of a domain that fits over a narrow column."""
    return str(SHORT_DOMAINS.get(domain, domain))


class Bands(dict[int | None, str | None]):
    """The band of each stored score under one policy, looked up once."""

    def __init__(self, policy: Policy) -> None:
        super().__init__({None: None})
        self.policy = policy

    def __missing__(self, hundredths: int) -> str | None:
        found = band(points(hundredths), self.policy)
        self[hundredths] = found
        return found


class Points(dict[int | None, str]):
    """Stored scores (hundredths) as a page writes them, 84,50; each is written once. A score has no thousands."""

    def __init__(self, language: str) -> None:
        super().__init__({None: NOTHING})
        self._sign = "." if language == "en" else ","

    def __missing__(self, hundredths: int) -> str:
        text = f"{hundredths // 100}{self._sign}{hundredths % 100:02}"
        self[hundredths] = text
        return text


class Marks(dict[str, Markup]):
    """The mark of each status as a page draws it, by its code: a list repeats a few, and each is drawn once."""

    def __missing__(self, status: str) -> Markup:
        drawn: Markup = get_template_attribute("components/status.html", "mark")(status)
        self[status] = drawn
        return drawn


def whole(hundredths: int) -> int:
    """A stored score as whole points, half-up, for a narrow cell."""
    return (hundredths + 50) // 100


def percent(share: Decimal | int) -> str:
    """A share in percent, without zeros at the end."""
    return f"{format_figure(share)}\u00a0%"


def deadline_of(row: Any, calendar: WorkingCalendar, on: date) -> DueDay:
    """The deadline of a stored step, a row with its status and first deadline, as a day sees it."""
    found = due(calendar, on, settled(row.deadline_on, calendar), row.status)
    return found.beside_first(row.first_due_on, row.deadline_on)
