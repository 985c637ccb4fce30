"""What a run of a job left as its remark, in the reader's language."""

from collections.abc import Mapping

from tracker.core.job_run import Remark, RemarkCode
from tracker.core.languages import Text, _l, format_number

WORDS: Mapping[RemarkCode, Text] = {
    RemarkCode.STEPS_FOLLOWED: _l("%(followed)s statuses changed by the day"),
    RemarkCode.RECORDS_LINKED: _l("%(linked)s records linked"),
    RemarkCode.HEAD_PUBLISHED: _l("sealed with %(seq)s records"),
    RemarkCode.RUNS_REMOVED: _l("%(removed)s old runs removed"),
    RemarkCode.PART_PROVED: _l("part %(part)s of %(parts)s: %(targets)s targets proved"),
    RemarkCode.PART_DIFFERS: _l("part %(part)s of %(parts)s: %(differ)s differences in %(targets)s targets: %(first)s"),
    RemarkCode.BACKED_UP: _l("database and %(files)s files backed up, %(megabytes)s MB; %(kept)s backups kept"),
    RemarkCode.BACKED_UP_WITH_GAPS: _l("backed up without %(missing)s files that are missing or damaged: %(first)s"),
    RemarkCode.DEMO_NOT_BACKED_UP: _l("sample data are not backed up"),
    RemarkCode.MAILS_QUEUED: _l("%(queued)s mails written"),
    RemarkCode.MAILS_SENT: _l("%(sent)s mails sent, %(waiting)s not yet, %(refused)s refused for good"),
    RemarkCode.MAIL_SERVER_AWAY: _l(
        "no mail server (%(error)s), time %(times)s in a row: tried again in %(minutes)s minutes; "
        "%(sent)s mails sent before, %(waiting)s not yet, %(refused)s refused for good"
    ),
    RemarkCode.RECALCULATIONS_ANSWERED: _l("%(answered)s recalculations done"),
    RemarkCode.FAILED: _l("%(error)s: see the log"),
}


def told(remark: Remark | str | None) -> str:
    """The remark; as it stands where it was written as a sentence."""
    if not isinstance(remark, Remark):
        return remark or ""
    figures = {name: format_number(one) if isinstance(one, int) else one for name, one in remark.figures.items()}
    return str(WORDS[remark.code]) % figures
