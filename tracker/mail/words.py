"""What became of a mail, in the reader's language: "not yet" is another thing than "not"."""

import re
from collections.abc import Mapping
from typing import Any

from tracker.core.languages import Text, _, _l, format_instant

CAME_BACK = "came back"  # and the status by RFC 3463: what stands as the error of a mail that was taken and returned
_CODE = re.compile(r"\b[45]\d\d\b")
_MEANINGS: Mapping[str, Text] = {
    "550": _l("there is no such mailbox"),
    "551": _l("the mailbox is elsewhere"),
    "552": _l("the mailbox is full"),
    "553": _l("the address is not valid"),
    "554": _l("the mail server takes no mail from here"),
}
_RETURNED: Mapping[str, Text] = {
    "5.1.1": _l("there is no such mailbox"),
    "5.1.2": _l("there is no such mail server"),
    "5.1.10": _l("there is no such mailbox"),
    "5.2.1": _l("the mailbox is closed"),
    "5.2.2": _l("the mailbox is full"),
    "5.2.3": _l("the mail is too large for the mailbox"),
    "5.4.4": _l("there is no way to the mail server"),
    "5.7.1": _l("a rule of the mail server refuses it"),
}
KINDS: Mapping[str, Text] = {
    "account_link": _l("Link to set a password"),
    "account_notice": _l("Notice of a change to the account"),
    "administrators": _l("Notice to administrators"),
    "commitment_turn": _l("Reminder of a commitment"),
    "correction_decided": _l("Decision on a correction"),
    "correction_waits": _l("Notice of a correction to decide on"),
    "figure_reopened": _l("Notice of an accepted figure opened again"),
    "digest": _l("Reminder of reports"),
    "sign": _l("Question about reports, or its answer"),
    "letter": _l("Notice of a letter of urging or an apology"),
    "office_notice": _l("Notice of a change of office"),
    "stop_notice": _l("Notice of an administrator's account"),
    "target_decision": _l("Decision on a target"),
    "programme_waits": _l("Notice of a programme to approve"),
    "report_question": _l("Notice of a question about a report"),
    "request_waits": _l("Notice of a request to decide on"),
    "second_say": _l("Request for a second administrator"),
    "weekly": _l("What changed in a week"),
}


def kind(code: str) -> str:
    """What a mail is about; the code itself where an earlier version wrote another one."""
    return str(KINDS.get(code, code))


def answer(error: str | None) -> str:
    """What the mail server said, as far as it is known."""
    found = _CODE.search(error or "")
    if found is None:
        return _("no answer of the mail server (%(error)s)", error=error or "–")
    if (meaning := _MEANINGS.get(found[0])) is not None:
        return f"{found[0]}, {meaning}"
    return _("the mail server answered %(code)s", code=found[0])


def returned(status: str) -> str:
    """Why a mail came back, by its status of RFC 3463."""
    meaning = _RETURNED.get(status)
    return f"{status}, {meaning}" if meaning is not None else status


def fate(mail: Any) -> str:
    """Of a mail that was tried and has not left: refused for good, given up, or not yet sent and when it is tried
    again."""
    if (mail.last_error or "").startswith(CAME_BACK):
        return _("Came back: %(why)s", why=returned(mail.last_error.removeprefix(CAME_BACK).strip()))
    said = answer(mail.last_error)
    if mail.state != "failed":
        return _(
            "Not sent yet: %(answer)s; tried again from %(when)s", answer=said, when=format_instant(mail.not_before)
        )
    found = _CODE.search(mail.last_error or "")
    if found is not None and found[0].startswith("5"):
        return _("Refused for good: %(answer)s", answer=said)
    return _("Given up after %(tries)s tries: %(answer)s", tries=mail.attempts, answer=said)
