"""What the events of the record are called for those who read it. Services say which code is written where."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l

LABELS: Mapping[str, Text] = {
    "account.password_changed": _l("Password changed"),
    "account.refused": _l("Sign-in refused"),
    "account.registered": _l("Account made"),
    "account.signed_in": _l("Signed in"),
    "account.signed_out": _l("Signed out"),
    "agency.appraisal_assigned": _l("Appraising body assigned"),
    "agency.registered": _l("Body entered"),
    "agency.regrouped": _l("Body moved to another peer group"),
    "agency.renamed": _l("Body renamed"),
    "calendar.day_cleared": _l("Day of the calendar taken back"),
    "calendar.day_set": _l("Day of the calendar changed"),
    "draft.handed_back": _l("Draft handed back by the head"),
    "draft.handed_to_head": _l("Draft handed to the head"),
    "draft.saved": _l("Draft kept"),
    "evidence.attached": _l("Evidence attached"),
    "evidence.detached": _l("Evidence taken off"),
    "holding.closed": _l("Office ended"),
    "holding.opened": _l("Office entered"),
    "inquiry.asked": _l("Recalculation asked for"),
    "package.loaded": _l("Package loaded"),
    "person.language_chosen": _l("Language chosen"),
    "person.mail_wished": _l("Wish for mails changed"),
    "person.registered": _l("Person entered"),
    "policy.changed": _l("Policy changed before signing"),
    "policy.planned": _l("Policy version planned"),
    "policy.withdrawn": _l("Policy version withdrawn"),
    "report.accepted": _l("Report accepted"),
    "report.recalled": _l("Report recalled"),
    "report.reopened": _l("Report reopened"),
    "report.returned": _l("Report returned"),
    "report.sent": _l("Report sent"),
}


def label(event: str) -> str:
    """An event by its name; by its code where it has none."""
    return str(LABELS.get(event, event))
