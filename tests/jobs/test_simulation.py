"""Days ahead played in a copy: the story is told, nothing here changes, and outages break no promise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs.simulation import command, copying
from tests.jobs.test_reminders import HEAD, At, build
from tests.support.product import Scene
from tracker.core import clock
from tracker.core.extensions import settings_of
from tracker.mail.models import OutboxMail
from tracker.settings import SettingsError

FIRST, LAST = date(2021, 6, 15), date(2021, 6, 29)
# Of what is due on Monday 21 June: -3, 0, 1 and 5 working days after; on the 25th that its status turned.
TOLD = ["16/06", "21/06", "22/06", "25/06", "28/06"]


@pytest.mark.parametrize("seed", [None, 9])
def test_the_story_is_told_nothing_here_changes_and_outages_break_no_promise(
    app: Flask, session: Session, scene: Scene, at: At, tmp_path: Path, seed: int | None
) -> None:
    at("2021-06-01")
    scene(build)
    at(FIRST)
    session.close()
    here, told, folder = settings_of(app), list[str](), tmp_path / "copy"
    if not here.on_sqlite:
        with pytest.raises(SettingsError, match="SQLite"):
            copying.copied(here, folder)
        return
    faults = command.play(here, FIRST, LAST, seed, folder, told.append)
    story = "\n".join(told)
    assert faults == 0, story
    assert (clock.today(), session.scalar(sa.select(sa.func.count(OutboxMail.id)))) == (FIRST, 0)
    mails = [path.read_text() for path in (folder / "mail").glob("*.eml")]
    assert sum(f"To: {HEAD}" in mail for mail in mails) >= 3
    with pytest.raises(SettingsError, match="empty folder"):
        copying.copied(here, folder)
    days = {part.partition("\n")[0][-10:-5]: part for part in story.split("\n\n")}
    headed = [day for day, part in days.items() if "head of SXD" in part]
    if seed is None:
        assert headed == TOLD
    else:
        assert "no mail leaves" in story
        assert ", at try 2" in story
