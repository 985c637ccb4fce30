"""What a run of a job left as its remark, in the reader's language."""

from collections.abc import Mapping

from tracker.core.job_run import Remark, RemarkCode
from tracker.core.languages import Text, _l, format_number
from tracker.signing.sealing.unsealed import SENTENCES as UNSEALED

WORDS: Mapping[RemarkCode, Text] = {
    RemarkCode.STEPS_FOLLOWED: _l("statuses changed by the day: %(followed)s"),
    RemarkCode.COMMITMENTS_EXPIRED: _l("commitments not signed in time: %(expired)s"),
    RemarkCode.DOCUMENTS_SEALED: _l("documents sealed: %(sealed)s"),
    RemarkCode.NOT_SEALED: _l("documents sealed: %(sealed)s; the others wait. %(why)s"),
    RemarkCode.REMOTE_SIGNATURES: _l("signatures by the provider: %(signed)s, come to nothing: %(refused)s"),
    RemarkCode.LISTS_FETCHED: _l("lists of revoked certificates fetched: %(fetched)s, not to be had: %(failed)s"),
    RemarkCode.DOCUMENTS_MADE: _l("documents made: %(made)s, refused: %(refused)s"),
    RemarkCode.SCANS_SORTED: _l("files of scans sorted: %(sorted)s, refused: %(refused)s"),
    RemarkCode.RECORDS_LINKED: _l("records linked: %(linked)s"),
    RemarkCode.HEAD_PUBLISHED: _l("records sealed: %(seq)s"),
    RemarkCode.RUNS_REMOVED: _l("old runs removed: %(removed)s"),
    RemarkCode.PART_PROVED: _l("part %(part)s of %(parts)s, targets proved: %(targets)s"),
    RemarkCode.PART_DIFFERS: _l(
        "part %(part)s of %(parts)s, targets: %(targets)s, differences: %(differ)s, the first: %(first)s"
    ),
    RemarkCode.BACKED_UP: _l("database backed up; files: %(files)s, %(megabytes)s MB in all, backups kept: %(kept)s"),
    RemarkCode.BACKED_UP_WITH_GAPS: _l("backed up; files missing or damaged: %(missing)s, the first: %(first)s"),
    RemarkCode.DEMO_NOT_BACKED_UP: _l("sample data are not backed up"),
    RemarkCode.SIGNS_NOTED: _l("signs noted: %(noted)s"),
    RemarkCode.LETTERS_DRAFTED: _l(
        "letters of urging drafted: %(drafted)s, apologies asked for: %(owed)s, letters closed: %(closed)s"
    ),
    RemarkCode.MAILS_QUEUED: _l("mails written: %(queued)s"),
    RemarkCode.MAILS_SENT: _l("mails sent: %(sent)s, not yet: %(waiting)s, refused for good: %(refused)s"),
    RemarkCode.MAIL_SERVER_AWAY: _l(
        "no mail server (%(error)s), times in a row: %(times)s, minutes until the next: %(minutes)s; "
        "mails sent before: %(sent)s, not yet: %(waiting)s, refused for good: %(refused)s"
    ),
    RemarkCode.WORDS_SENT: _l("browsers and phones told: %(sent)s, not yet: %(waiting)s, not taken: %(refused)s"),
    RemarkCode.BOUNCES_READ: _l(
        "mails that came back: %(failed)s, addresses found broken: %(broken)s, others passed over: %(other)s"
    ),
    RemarkCode.RECALCULATIONS_ANSWERED: _l("recalculations done: %(answered)s"),
    RemarkCode.FAILED: _l("%(error)s: see the log"),
}


def told(remark: Remark | str | None) -> str:
    """The remark; as it stands where it was written as a sentence."""
    if not isinstance(remark, Remark):
        return remark or ""
    figures = {name: format_number(one) if isinstance(one, int) else one for name, one in remark.figures.items()}
    if remark.code is RemarkCode.NOT_SEALED:
        figures["why"] = next((str(UNSEALED[one]) for one in UNSEALED if one == figures["why"]), figures["why"])
    return str(WORDS[remark.code]) % figures
