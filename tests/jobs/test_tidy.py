"""What goes by night, when it tells nobody anything any more."""

from __future__ import annotations

import os

from flask import Flask

from jobs import runner
from jobs.timetable import entry
from tracker.core import clock
from tracker.core.extensions import settings_of


def test_what_a_crash_left_of_a_file_goes_by_night(app: Flask, context: None) -> None:
    """Whoever was killed while a file came in could clear up nothing; a file that comes in just now is left alone."""
    folder = settings_of(app).files_folder
    folder.mkdir(parents=True, exist_ok=True)
    old, new = folder / ".upload-old", folder / ".upload-new"
    for path in (old, new):
        path.write_bytes(b"%PDF-1.4")
    os.utime(old, times=(0, 0))
    tidy = entry("tidy")
    assert tidy is not None
    assert runner.run(app, tidy, clock.now()) == "done"
    assert [path.exists() for path in (old, new)] == [False, True]
