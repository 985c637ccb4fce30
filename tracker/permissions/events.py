"""What the events of the record are called for those who read it. Services say which code is written where."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l

LABELS: Mapping[str, Text] = {
    "account.code_refused": _l("Code of a second factor refused"),
    "account.code_used": _l("Recovery code used"),
    "account.codes_made": _l("Recovery codes made"),
    "account.disabled": _l("Account disabled"),
    "account.enabled": _l("Account enabled"),
    "account.factor_added": _l("Second factor added"),
    "account.factor_removed": _l("Second factor removed"),
    "account.factors_removed": _l("All second factors removed"),
    "account.invitation_withdrawn": _l("Invitation withdrawn"),
    "account.invited": _l("Invited"),
    "account.password_changed": _l("Password changed"),
    "account.password_chosen": _l("Password set by a link"),
    "account.refused": _l("Sign-in refused"),
    "account.registered": _l("Account made"),
    "account.reset_asked": _l("New password asked for"),
    "account.sessions_ended": _l("Devices signed out"),
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
    "file.erased": _l("File erased"),
    "holding.closed": _l("Office ended"),
    "holding.opened": _l("Office entered"),
    "inquiry.asked": _l("Recalculation asked for"),
    "package.loaded": _l("Package loaded"),
    "person.erased": _l("Person erased"),
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
    "second_say.asked": _l("Second administrator asked for"),
    "second_say.confirmed": _l("Confirmed by a second administrator"),
    "second_say.refused": _l("Refused by a second administrator"),
    "second_say.withdrawn": _l("Withdrawn before a second administrator decided"),
}


def label(event: str) -> str:
    """An event by its name; by its code where it has none."""
    return str(LABELS.get(event, event))
