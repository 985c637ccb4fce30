"""The command: copy, play, tell."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from jobs.simulation import copying, month, outages, story
from jobs.simulation.promises import Promises
from tracker.core.db import database
from tracker.headless import headless_app
from tracker.settings import Settings


def play(here: Settings, first: date, last: date, seed: int | None, folder: Path, say: Callable[[str], object]) -> int:
    """Play these days in a copy of this installation, and tell each as it ends; how many promises were broken."""
    copy = copying.copied(here, folder)
    app = headless_app(copy)
    plans = outages.drawn(outages.all_days(first, last), seed)
    with app.app_context():
        promises = Promises(database.session(), copy.mail_folder)
    faults = 0
    for day in month.play(app, first, last, plans):
        plan = plans[day]
        with app.app_context():
            session = database.session()
            broken = list(promises.broken(session, day, ran=plan.runs_from is not None and plan.runs_from < month.LAST))
            for line in story.of_day(session, day, plan.told, broken):
                say(line)
        faults += len(broken)
    with app.app_context():
        database.db.engine.dispose()
    days = (last - first).days + 1
    say(f"\n{days} days were played, {faults} promises broken. The mails: {copy.mail_folder}")
    return faults
