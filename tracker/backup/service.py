"""Making a backup: the database first, then the files, under a temporary name that is changed when all of it is whole.

Long work as a generator that yields every moment, so that whoever carries it out can show that it lives, and stop it.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tracker.audit import heads
from tracker.backup import dumps, manifest, retention, sealing, streams
from tracker.backup.faults import BackupError
from tracker.backup.manifest import Manifest, Part
from tracker.backup.queries import State, state
from tracker.core.clock import Moment
from tracker.core.files.store import all_stored, path_of
from tracker.privacy import ledger
from tracker.settings import Settings

SEALED = ".sealed"
_MAKING = ".making-"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is whole on the disk. `linked`: how many of its files it shares with the one before."""

    folder: Path
    manifest: Manifest
    linked: int

    def __str__(self) -> str:
        megabytes = -(-self.manifest.size // 1_000_000)
        sealed = f"sealed with the key {self.manifest.key}" if self.manifest.key else "not sealed"
        return (
            f"The database and {self.manifest.files} files ({self.linked} as in the backup before), {megabytes} MB, "
            f"{sealed}. Keep apart from it: {', '.join(manifest.LEFT_OUT)}."
        )


Result = TypeVar("Result")
Writing = Generator[None, None, Part]


@dataclass(frozen=True, slots=True)
class _Target:
    """The folder that a backup is written into, and the key that seals it, if there is one."""

    folder: Path
    key: str | None

    def write(self, path: str, content: Iterator[bytes]) -> Writing:
        """Write one part."""
        chunks = sealing.seal(content, self.key, path) if self.key else content
        size, sha256 = yield from streams.write(self.folder / stored(path, self.key), chunks)
        return Part(path, size, sha256)


def stored(path: str, key: str | None) -> str:
    """The name under which a part lies in a backup; `key`: of the backup (or its fingerprint), none where there is
    none."""
    return path + SEALED if key else path


def key_of(settings: Settings) -> str | None:
    """The key that seals backups, if one is set."""
    return settings.backup_key.get_secret_value() if settings.backup_key else None


def steps(settings: Settings, folder: Path, now: Moment) -> Generator[None, None, Made]:
    """Make a backup in a folder, under a name of the moment. Yields every moment; returns what was made.

    Raises BackupError, OSError; then nothing of it is left.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        name = retention.name_of(now.at)
        if (folder / name).exists():
            raise BackupError(f"there is a backup {name} already")
        making = folder / (_MAKING + name)
        making.mkdir(mode=0o700)
        try:
            made = yield from _fill(settings, _Target(making, key_of(settings)), now, _latest(folder, settings))
            making.rename(folder / name)
            streams.settle(folder)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return Made(folder / name, *made)


def carry_out(steps: Generator[None, None, Result]) -> Result:
    """Take all steps at once, and give what they return."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def thin_out(folder: Path, daily: int, weekly: int) -> list[str]:
    """Remove the backups that need not stay; returns their names. Raises OSError."""
    gone = list(retention.superfluous(names(folder), daily, weekly))
    for name in gone:
        # First the name: what is left of a removal that is cut short is no backup any more, and goes with the next.
        left = (folder / name).rename(folder / (_MAKING + name))
        shutil.rmtree(left, ignore_errors=True)
    return gone


def read_manifest(backup: Path, key: str | None) -> Manifest:
    """The manifest of a backup. Raises BackupError."""
    try:
        return manifest.read((backup / manifest.NAME).read_bytes(), key)
    except FileNotFoundError:
        raise BackupError(f"{backup} holds no {manifest.NAME}: it is no backup, or not a whole one") from None


def _fill(
    settings: Settings, target: _Target, now: Moment, before: "_Before"
) -> Generator[None, None, tuple[Manifest, int]]:
    parts: list[Part] = []
    # The heads before the database: one that is published meanwhile would name records that the backup does not hold.
    parts += yield from _beside(settings, target, heads.NAME)
    found = yield from _database(settings, target, parts)
    files, linked = yield from _files(settings, target, before)
    parts += files
    # The erasures last: whoever's file went while files were copied is among them.
    parts += yield from _beside(settings, target, ledger.NAME)
    erased = {told.subject for told in ledger.read(settings.instance / ledger.NAME)}
    held = {Path(part.path).name for part in files}
    made = Manifest(
        taken_at=now.at.isoformat(),
        day=now.on.isoformat(),
        database=dumps.kind(settings),
        revision=found.revision,
        audit_seq=found.audit_seq,
        audit_hash=found.audit_hash,
        key=sealing.fingerprint(target.key) if target.key else None,
        secret_key=sealing.fingerprint(settings.secret_key.get_secret_value()),
        parts=tuple(parts),
        missing=tuple(sorted(found.files - held - erased)),
    )
    yield from streams.write(target.folder / manifest.NAME, iter([manifest.write(made, target.key)]))
    streams.settle(target.folder)
    return made, linked


def _database(settings: Settings, target: _Target, parts: list[Part]) -> Generator[None, None, State]:
    # The copy of SQLite's file stands beside the database for a while, never unsealed where backups go.
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        tempfile.TemporaryDirectory(dir=settings.instance, prefix=".backup-") as scratch,
        dumps.snapshot(settings, Path(scratch)) as taken,
    ):
        parts.append((yield from target.write(manifest.DATABASE[dumps.kind(settings)], taken.content)))
        return state(taken.session)


def _beside(settings: Settings, target: _Target, name: str) -> Generator[None, None, list[Part]]:
    """A file of the instance folder, where there is one."""
    path = settings.instance / name
    if not path.exists():
        return []
    return [(yield from target.write(name, streams.chunks_of(path)))]


@dataclass(frozen=True, slots=True)
class _Before:
    """The backup before, whose files are taken over where they are still whole: its folder, and its parts by path."""

    folder: Path
    parts: Mapping[str, Part]


def _files(settings: Settings, target: _Target, before: _Before) -> Generator[None, None, tuple[list[Part], int]]:
    """Every file of the store, also one that nothing names yet. What is damaged is left out."""
    parts, linked = [], 0
    for source in all_stored(settings.files_folder):
        path = str(path_of(Path("files"), source.name))
        part = yield from _link(target, before, path)
        linked += part is not None
        part = part or (yield from _copy_file(target, path, source))
        if part is not None:
            parts.append(part)
        yield
    return parts, linked


def _link(target: _Target, before: _Before, path: str) -> Generator[None, None, Part | None]:
    """Take a file over from the backup before, without another copy of its bytes; read, to see that it is whole."""
    part = before.parts.get(path)
    if part is None:
        return None
    name = stored(path, target.key)
    try:
        found = yield from streams.measure(before.folder / name)
        if found != (part.size, part.sha256):
            return None
        (target.folder / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.link(before.folder / name, target.folder / name)
    except OSError:
        return None
    return part


def _copy_file(target: _Target, path: str, source: Path) -> Generator[None, None, Part | None]:
    try:
        _, sha256 = yield from streams.measure(source)
    except OSError:  # erased meanwhile, or its part of the disk cannot be read: all others are still worth a backup
        return None
    if sha256 != source.name:
        return None
    try:
        return (yield from target.write(path, streams.chunks_of(source)))
    except FileNotFoundError:  # erased meanwhile
        return None


def _latest(folder: Path, settings: Settings) -> _Before:
    """The last backup in the folder that is sealed as the next one will be."""
    key = key_of(settings)
    for name in retention.in_order(names(folder)):
        try:
            found = read_manifest(folder / name, key)
        except BackupError:
            continue
        if (found.key is None) == (key is None):
            return _Before(folder / name, {part.path: part for part in found.parts})
    return _Before(folder, {})


def names(folder: Path) -> list[str]:
    """The names of the backups in a folder."""
    return [path.name for path in folder.iterdir() if (path / manifest.NAME).is_file()]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup at a time in a folder, so that whatever was begun there before is a dead one's, and goes."""
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("another backup is being made in this folder") from None
        for left in folder.glob(_MAKING + "*"):
            shutil.rmtree(left)
        yield
