"""bounces: every five minutes, mails that came back are taken in from the maildir that the operator names. Read,
commit, then moved from `new` to `cur`: one that was read before a crash is read again, which changes nothing."""

from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from jobs.work import Occasion
from tracker.core import clock
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.mail import bounces, returned
from tracker.mail.bounces import Came

MOST = 500  # of a run; the next one goes on


def run(occasion: Occasion) -> Units[Remark | None]:
    """Take in what lies there, the oldest name first."""
    folder = occasion.settings.bounce_folder
    if folder is None:
        return None
    came: list[Came] = []
    for path in sorted(path for path in (folder / "new").iterdir() if path.is_file())[:MOST]:
        found: Came | None = yield partial(_take_in, path=path)
        if found is not None:
            path.replace(folder / "cur" / f"{path.name}:2,S")
            came.append(found)
    if not came:
        return None
    broken, failed = came.count(Came.BROKEN), came.count(Came.FAILED)
    figures = {"broken": broken, "failed": failed, "other": len(came) - broken - failed}
    return Remark(RemarkCode.BOUNCES_READ, figures)


def _take_in(session: Session, path: Path) -> Came | None:
    """What one said; none where somebody else has taken it away meanwhile."""
    try:
        with path.open("rb") as file:
            content = file.read(returned.LARGEST + 1)
    except FileNotFoundError:
        return None
    return bounces.take_in(session, clock.moment(), content)
