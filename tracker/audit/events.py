"""What can stand in the record as having happened: the code that is stored, and its words for those who read it."""

import re
from enum import StrEnum
from typing import Self

from tracker.core.languages import Text, _l

# A thing, a point, and what happened to it, with a verb in the past: `report.sent`, `draft.handed_to_head`,
# `account.password_changed`.
_WORD = r"[a-z][a-z0-9]*"
_PAST = r"(?:[a-z]+ed|begun|chosen|frozen|given|held|kept|made|put|redone|sent|set|shown|taken|told|withdrawn|written)"
GRAMMAR = re.compile(rf"{_WORD}(?:_{_WORD})*\.(?:{_WORD}_)*{_PAST}(?:_{_WORD})*")


class Event(StrEnum):
    """Every event. Codes are stored for ever, so none is changed or given another meaning."""

    label: Text

    def __new__(cls, code: str, label: Text) -> Self:
        if not GRAMMAR.fullmatch(code):
            raise ValueError(f"{code!r} is no name of an event, such as report.sent")
        event = str.__new__(cls, code)
        event._value_, event.label = code, label
        return event

    ACCOUNT_CODE_REFUSED = "account.code_refused", _l("Code of a second factor refused")
    ACCOUNT_CODE_USED = "account.code_used", _l("Recovery code used")
    ACCOUNT_CODES_MADE = "account.codes_made", _l("Recovery codes made")
    ACCOUNT_DISABLED = "account.disabled", _l("Account disabled")
    ACCOUNT_ENABLED = "account.enabled", _l("Account enabled")
    ACCOUNT_FACTOR_ADDED = "account.factor_added", _l("Second factor added")
    ACCOUNT_FACTOR_REMOVED = "account.factor_removed", _l("Second factor removed")
    ACCOUNT_FACTORS_REMOVED = "account.factors_removed", _l("All second factors removed")
    ACCOUNT_INVITATION_WITHDRAWN = "account.invitation_withdrawn", _l("Invitation withdrawn")
    ACCOUNT_INVITED = "account.invited", _l("Invited")
    ACCOUNT_PASSWORD_CHANGED = "account.password_changed", _l("Password changed")
    ACCOUNT_PASSWORD_CHOSEN = "account.password_chosen", _l("Password set by a link")
    ACCOUNT_REFUSED = "account.refused", _l("Sign-in refused")
    ACCOUNT_REGISTERED = "account.registered", _l("Account made")
    ACCOUNT_RESET_ASKED = "account.reset_asked", _l("New password asked for")
    ACCOUNT_SESSIONS_ENDED = "account.sessions_ended", _l("Devices signed out")
    ACCOUNT_SIGNED_IN = "account.signed_in", _l("Signed in")
    ACCOUNT_SIGNED_OUT = "account.signed_out", _l("Signed out")
    AGENCY_APPRAISAL_ASSIGNED = "agency.appraisal_assigned", _l("Appraising body assigned")
    AGENCY_CHANGED = "agency.changed", _l("Body changed")
    AGENCY_CLASSIFIED = "agency.classified", _l("Kind or peer group of a body changed")
    AGENCY_ENDED = "agency.ended", _l("Body ended")
    AGENCY_REGISTERED = "agency.registered", _l("Body entered")
    AGENCY_REOPENED = "agency.reopened", _l("End of a body undone")
    AGENCY_SUCCEEDED = "agency.succeeded", _l("Body succeeded by others")
    CALENDAR_DAY_CLEARED = "calendar.day_cleared", _l("Day of the calendar taken back")
    CALENDAR_HOLIDAYS_ADDED = "calendar.holidays_added", _l("Public holidays entered into a calendar")
    CALENDAR_MADE = "calendar.made", _l("Working calendar made")
    CALENDAR_DAY_SET = "calendar.day_set", _l("Day of the calendar changed")
    DOSSIER_AGREED = "dossier.agreed", _l("Commitment agreed to")
    DOSSIER_ASSESSED = "dossier.assessed", _l("Commitment assessed")
    DOSSIER_CHANGED = "dossier.changed", _l("Terms of a draft changed")
    DOSSIER_CLOSED = "dossier.closed", _l("Commitment closed")
    DOSSIER_COMMENTED = "dossier.commented", _l("Comment on terms")
    DOSSIER_COUNTERSIGNED = "dossier.countersigned", _l("Commitment countersigned")
    DOSSIER_DECLINED = "dossier.declined", _l("Commitment declined")
    DOSSIER_DRAFTED = "dossier.drafted", _l("Commitment drafted")
    DOSSIER_EXPIRED = "dossier.expired", _l("Draft of a commitment expired")
    DOSSIER_FROZEN = "dossier.frozen", _l("Document of a commitment made")
    DOSSIER_LAPSED = "dossier.lapsed", _l("Time for a statement to the assessment over")
    DOSSIER_OFFERED = "dossier.offered", _l("Commitment offered")
    DOSSIER_PROPOSAL_ACCEPTED = "dossier.proposal_accepted", _l("Proposed terms accepted")
    DOSSIER_PROPOSAL_MADE = "dossier.proposal_made", _l("Other terms proposed")
    DOSSIER_PROPOSAL_REFUSED = "dossier.proposal_refused", _l("Proposed terms refused")
    DOSSIER_PROPOSAL_TAKEN_BACK = "dossier.proposal_taken_back", _l("Proposed terms taken back")
    DOSSIER_PUT_IN_FORCE = "dossier.put_in_force", _l("Commitment in force")
    DOSSIER_REOPENED = "dossier.reopened", _l("Commitment opened again")
    DOSSIER_SIGNED = "dossier.signed", _l("Commitment signed by the head")
    DOSSIER_DAYS_SET = "dossier.days_set", _l("Days to sign a commitment set")
    DOSSIER_STATED = "dossier.stated", _l("Statement to the assessment")
    DOSSIER_TAKEN_IN = "dossier.taken_in", _l("Commitment signed elsewhere taken in")
    DOSSIER_WITHDRAWN = "dossier.withdrawn", _l("Draft of a commitment withdrawn")
    DOCUMENTS_ASKED = "documents.asked", _l("Documents of many commitments asked for")
    DOCUMENT_MADE = "document.made", _l("Document made")
    DOCUMENT_SEALED = "signed_file.sealed", _l("Document sealed")
    DOCUMENT_SIGNED_OUTSIDE = "signed_file.taken", _l("Document signed outside taken in")
    DRAFT_HANDED_BACK = "draft.handed_back", _l("Draft handed back by the head")
    DRAFT_HANDED_TO_HEAD = "draft.handed_to_head", _l("Draft handed to the head")
    DRAFT_SAVED = "draft.saved", _l("Draft kept")
    DRAFT_TAKEN_BACK = "draft.taken_back", _l("Draft taken back by the officer")
    EVIDENCE_ATTACHED = "evidence.attached", _l("Evidence attached")
    EVIDENCE_DETACHED = "evidence.detached", _l("Evidence taken off")
    EVIDENCE_PUT_BACK = "evidence.put_back", _l("Evidence put back")
    FACTS_SEALED = "facts.sealed", _l("Digests of facts taken that stood in no record")
    FILE_ERASED = "file.erased", _l("File erased")
    HOLDING_CLOSED = "holding.closed", _l("Office ended")
    HOLDING_CORRECTED = "holding.corrected", _l("Days of an office corrected")
    HOLDING_OPENED = "holding.opened", _l("Office entered")
    HOLDING_REMOVED = "holding.removed", _l("Office given by mistake removed")
    HOLDING_RESTORED = "holding.restored", _l("Office restored with its body")
    RECALCULATION_ASKED = "inquiry.asked", _l("Recalculation asked for")
    KEY_TAKEN = "key.taken", _l("Secrets encrypted with a new key")
    MAIL_QUEUED_AGAIN = "mail.queued_again", _l("Failed mail sent again")
    NUMBER_CANCELLED = "document_number.cancelled", _l("Number of a document cancelled")
    NUMBER_TAKEN = "document_number.taken", _l("Number taken from the register")
    PACKAGE_LOADED = "package.loaded", _l("Package loaded")
    PAPER_ATTESTED = "paper.attested", _l("Scan of a signed paper attested")
    PAPER_REFUSED = "paper.refused", _l("Scan of a signed paper refused")
    PAPER_SENT = "paper_file.sent", _l("File of scans sent")
    PAPER_SORTED = "paper.sorted", _l("Scan taken out of a file")
    PERSON_CHANGED = "person.changed", _l("Name or language of a person changed")
    PERSON_ERASED = "person.erased", _l("Person erased")
    PERSON_LANGUAGE_CHOSEN = "person.language_chosen", _l("Language chosen")
    PERSON_MAIL_WISHED = "person.mail_wished", _l("Wish for mails changed")
    PERSON_REGISTERED = "person.registered", _l("Person entered")
    POLICY_CHANGED = "policy.changed", _l("Policy changed before signing")
    POLICY_PLANNED = "policy.planned", _l("Policy version planned")
    POLICY_WITHDRAWN = "policy.withdrawn", _l("Policy version withdrawn")
    PROGRAMME_BEGUN = "programme.begun", _l("Programme begun")
    PROGRAMME_CHANGED = "programme.changed", _l("Programme in preparation changed")
    PROGRAMME_DISCARDED = "programme.discarded", _l("Preparation of a programme given up")
    PROGRAMME_HANDED_OVER = "programme.handed_over", _l("Programme handed over for approval")
    PROGRAMME_OPENED = "programme.opened", _l("Programme approved and opened")
    PROGRAMME_PERIOD_MOVED = "programme.period_moved", _l("Reporting period of a programme moved")
    SEAL_KEY_TAKEN = "seal_key.taken", _l("Key of the seal entered")
    PROGRAMME_SIGNING_CHOSEN = "programme.signing_chosen", _l("Ways of signing of a programme chosen")
    PROGRAMME_TAKEN_BACK = "programme.taken_back", _l("Programme taken back or returned before approval")
    REPORT_ACCEPTED = "report.accepted", _l("Report accepted")
    REPORT_DECISION_WITHDRAWN = "report.decision_withdrawn", _l("Decision on a report taken back")
    REPORT_RECALLED = "report.recalled", _l("Report recalled")
    REPORT_RETURNED = "report.returned", _l("Report returned")
    REPORT_SENT = "report.sent", _l("Report sent")
    APPROVAL_ASKED = "second_say.asked", _l("Second administrator asked for")
    APPROVAL_CONFIRMED = "second_say.confirmed", _l("Confirmed by a second administrator")
    APPROVAL_REFUSED = "second_say.refused", _l("Refused by a second administrator")
    APPROVAL_WITHDRAWN = "second_say.withdrawn", _l("Withdrawn before a second administrator decided")
    SIGNATURE_KEPT = "signature.kept", _l("Signature kept with its proof")
    SIGNING_KEY_ATTESTED = "signing_key.attested", _l("Attested whose signing key it is")
    SIGNING_KEY_ENDED = "signing_key.ended", _l("Signing key ended")
    SIGNING_KEY_MADE = "signing_key.made", _l("Signing key made")
    STAND_IN_ENDED = "stand_in.ended", _l("Authority of a stand-in ended")
    STAND_IN_GIVEN = "stand_in.given", _l("Authority given to a stand-in")
    STAND_IN_REMOVED = "stand_in.removed", _l("Authority of a stand-in taken back at once")
    TEMPLATE_PUT_BACK = "template.put_back", _l("Template of targets in use again")
    TEMPLATE_RETIRED = "template.retired", _l("Template of targets retired")
    TEMPLATE_WRITTEN = "template.written", _l("Version of a template of targets written")
    TARGET_ENDED = "target.ended", _l("Target ended")
    TARGET_SUSPENDED = "target.suspended", _l("Target suspended")
    TARGET_REQUEST_ASKED = "target_request.asked", _l("Request about a target sent")
    TARGET_REQUEST_GRANTED = "target_request.granted", _l("Request about a target granted")
    TARGET_REQUEST_REFUSED = "target_request.refused", _l("Request about a target refused")
    TARGET_REQUEST_SAVED = "target_request.saved", _l("Draft of a request about a target kept")
    TARGET_REQUEST_THROWN = "target_request.removed", _l("Draft of a request about a target thrown away")
    TARGET_REQUEST_WITHDRAWN = "target_request.withdrawn", _l("Request about a target withdrawn")


_WORDS = {event.value: event.label for event in Event}


def label(code: str) -> str:
    """The words of a stored event; its code where this version does not know it."""
    return str(_WORDS.get(code, code))
