"""What a run of a job left as its remark, in the reader's language. Jobs write plain English: nobody reads there."""

import re

from tracker.core.languages import Text, _l, format_number

KNOWN: tuple[tuple[re.Pattern[str], Text], ...] = (
    (re.compile(r"sent (?P<sent>\d+), not sent (?P<failed>\d+)"), _l("%(sent)s mails sent, %(failed)s not sent")),
    (re.compile(r"queued (?P<queued>\d+) mails"), _l("%(queued)s mails written")),
    (re.compile(r"followed (?P<followed>\d+) steps"), _l("%(followed)s statuses changed by the day")),
    (re.compile(r"linked (?P<linked>\d+) records"), _l("%(linked)s records linked")),
    (re.compile(r"published link (?P<seq>\d+)"), _l("sealed with %(seq)s records")),
    (
        re.compile(r"part (?P<part>[\d, ]+) of (?P<parts>\d+): (?P<targets>\d+) targets proved"),
        _l("part %(part)s of %(parts)s: %(targets)s targets proved"),
    ),
    (
        re.compile(
            r"part (?P<part>[\d, ]+) of (?P<parts>\d+): "
            r"(?P<differ>\d+) differences in (?P<targets>\d+) targets: (?P<first>.+)"
        ),
        _l("part %(part)s of %(parts)s: %(differ)s differences in %(targets)s targets: %(first)s"),
    ),
    (
        re.compile(r"backed up (?P<files>\d+) files, (?P<megabytes>\d+) MB; (?P<kept>\d+) backups kept"),
        _l("database and %(files)s files backed up, %(megabytes)s MB; %(kept)s backups kept"),
    ),
    (re.compile(r"a demo is not backed up"), _l("sample data are not backed up")),
    (
        re.compile(r"backed up without (?P<missing>\d+) files that are missing: (?P<first>.+)"),
        _l("backed up without %(missing)s files that are missing or damaged: %(first)s"),
    ),
    (re.compile(r"answered (?P<answered>\d+) recalculations"), _l("%(answered)s recalculations done")),
    (re.compile(r"removed (?P<removed>\d+) runs"), _l("%(removed)s old runs removed")),
    (re.compile(r"(?P<error>\w+): see the log"), _l("%(error)s: see the log")),
)


def told(remark: str | None) -> str:
    """The remark; as the job wrote it where it is none of the known ones."""
    for pattern, text in KNOWN:
        if remark and (found := pattern.fullmatch(remark)):
            values = {
                name: format_number(value) if value.isdigit() else value for name, value in found.groupdict().items()
            }
            return str(text) % values
    return remark or ""
