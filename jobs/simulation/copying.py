"""A copy of an installation in which days may be played: whatever would reach anybody outside is cut off."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tracker.settings import Settings, SettingsError


def copied(settings: Settings, folder: Path) -> Settings:
    """The settings of a copy in this folder. Its mails become files there, and no server is spoken to. Files of figures
    stay where they are: no reminder reads them.

    Raises SettingsError where the database is no SQLite file, or something stands in the folder.
    """
    if not settings.on_sqlite:
        raise SettingsError("TRACKER_DATABASE_URL: days are played in a copy of a SQLite file only")
    folder = folder.expanduser().resolve()
    if folder == settings.instance or (folder.exists() and any(folder.iterdir())):
        raise SettingsError(f"--in: something stands in {folder}; the copy goes into an empty folder")
    source = Path(settings.database_url.removeprefix("sqlite:///"))
    if not source.is_file():
        raise SettingsError(f"TRACKER_DATABASE_URL: there is no database {source} to be copied")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = folder / "tracker.db"
    copy.touch(mode=0o600)
    reading, writing = sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True), sqlite3.connect(copy)
    with closing(reading), closing(writing):
        reading.backup(writing)
    changed = replace(
        settings,
        instance=folder,
        database_url=f"sqlite:///{copy}",
        demo=True,  # mails are written into the folder
        smtp_url=None,
        bounce_folder=None,
        backup_folder=None,
        ping_url="",
        csc_url="",
        clamd="",
        timestamp_url="",
        seal_key=None,
        seal_module="",
    )
    changed.demo_mark.touch()
    return changed
