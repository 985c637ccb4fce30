"""What the reader can do today about the reports of a target, from its page: report its completion, ask for a
correction of what was accepted, open it again by a named decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from tracker.core.actions import Action
from tracker.core.languages import _
from tracker.permissions.reader import Reader
from tracker.programmes.words import period_name
from tracker.progress.queries import OPEN_STATES, Sending
from tracker.progress.states import ReportState
from tracker.rule.facts import ReportKind, Shape

Links = list[tuple[str, str]]  # what a report is called, and the address


@dataclass(frozen=True)
class Acts:
    """`completion`: where the completion is reported; `corrections`, `reopenings`: accepted reports with an address."""

    completion: str | None
    corrections: Links
    reopenings: Links


def of(reader: Reader, head: Any, sendings: Sequence[Sending]) -> Acts:
    """What this reader can do about a target whose reports these are, the latest sending first."""
    target = head.target
    if target.closed_on is not None:
        return Acts(None, [], [])
    last: dict[int, Any] = {}
    for sending in sendings:
        last.setdefault(sending.revision.report_id, sending.revision)
    accepted = [one for one in last.values() if one.report_state == ReportState.ACCEPTED]
    asks = reader.may(Action.ASK_CORRECTION, target.agency_id)
    reopens = reader.may(Action.REOPEN_FIGURE, target.agency_id, head.appraised_by_id)
    return Acts(
        completion=_completion(reader, target, last),
        corrections=[(_name(one), _figure(target, one) + "/correction") for one in accepted if asks],
        reopenings=[(_name(one), url_for("home.reopen", report_token=one.report_token)) for one in accepted if reopens],
    )


def _completion(reader: Reader, target: Any, last: dict[int, Any]) -> str | None:
    if (
        target.shape == Shape.KEEP
        or target.ended_on is not None
        or not reader.may(Action.ENTER_FIGURE, target.agency_id)
    ):
        return None
    sent = next((one for one in last.values() if one.kind == ReportKind.COMPLETION), None)
    if sent is not None and sent.report_state not in OPEN_STATES:
        return None
    return url_for("home.figure", target_token=target.token, period_code=ReportKind.COMPLETION.value)


def _figure(target: Any, revision: Any) -> str:
    code = revision.period or ReportKind.COMPLETION.value
    return url_for("home.figure", target_token=target.token, period_code=code)


def _name(revision: Any) -> str:
    return period_name(revision.period) if revision.period else _("Completion")
