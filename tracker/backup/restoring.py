"""Putting a backup into an empty place, and proving what stands there then. Nothing is written before all of the backup
was read and found whole."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from tracker.audit import heads
from tracker.audit import queries as record
from tracker.audit import verify as chain
from tracker.backup import dumps, manifest, queries, retention, sealing, streams
from tracker.backup.faults import BackupError
from tracker.backup.manifest import Manifest, Part
from tracker.backup.service import carry_out, key_of, read_manifest, stored
from tracker.compliance.steps import verify
from tracker.core import clock
from tracker.core.db import database
from tracker.core.files.store import all_stored
from tracker.privacy import ledger
from tracker.privacy import whole as privacy
from tracker.settings import Settings

STAGING = ".restoring"
NAMED = 20  # faults of one kind that are named


@dataclass(frozen=True, slots=True)
class WholeBackup:
    """A backup that was read to its end and is whole."""

    folder: Path
    manifest: Manifest
    key: str | None

    def read(self, part: Part) -> Iterator[bytes]:
        """The content of a part."""
        chunks = streams.chunks_of(self.folder / stored(part.path, self.manifest.key))
        return sealing.unseal(chunks, self.key, part.path) if self.manifest.key and self.key else chunks


@dataclass(slots=True)
class RestoreResult:
    """What came of a restore, in lines for whoever runs it; `faults` counts those that tell of something not whole."""

    lines: list[str] = field(default_factory=list)
    faults: int = 0

    def fault(self, line: str) -> None:
        """Say what is not whole."""
        self.lines.append(f"NOT WHOLE: {line}")
        self.faults += 1


def examine(settings: Settings, backup: Path, known: Sequence[str]) -> WholeBackup:
    """See that the backup is of this product, the place empty, and the backup whole. Writes nothing.

    `known`: the migrations that this version has. Raises BackupError, which says why not.
    """
    key = key_of(settings)
    found = WholeBackup(backup, read_manifest(backup, key), key)
    wanted, given = dumps.kind(settings), found.manifest.database
    if wanted != given:
        raise BackupError(f"this is a backup of {given}, and TRACKER_DATABASE_URL names {wanted}")
    if found.manifest.revision not in known:
        raise BackupError(f"this backup is of a newer version (migration {found.manifest.revision}): install that one")
    if taken := _standing(settings):
        raise BackupError(f"the place is not empty, so nothing is restored into it: there is {', '.join(taken[:3])}")
    dumps.fits(settings)
    for part in found.manifest.parts:
        _measure(found, part)
    return found


def put(settings: Settings, found: WholeBackup) -> None:
    """Write files and database into the empty place. Raises BackupError, OSError; then it is empty still."""
    staging = settings.instance / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True, mode=0o700)
    try:
        for part in found.manifest.parts:
            size, sha256 = carry_out(streams.write(staging / part.path, found.read(part)))
            if part.path.startswith("files/") and sha256 != Path(part.path).name:
                raise BackupError(f"{part.path} is not the file that its name says ({size} bytes)")
        dump = staging / manifest.DATABASE[found.manifest.database]
        carry_out(dumps.check(settings, dump))
        names = [name for name in (settings.files_folder.name, heads.NAME, ledger.NAME) if (staging / name).exists()]
        try:
            for name in names:
                (staging / name).replace(settings.instance / name)
            # The database last: where this is cut short there is none, and nobody takes the place for a whole one.
            carry_out(dumps.put(settings, dump))
        except BaseException:
            for name in names:
                _remove(settings.instance / name)
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def settle(settings: Settings, found: WholeBackup, ledgers: Sequence[Path]) -> RestoreResult:
    """Erase again what was erased since, and prove what stands there: the record, the steps, the files.

    `ledgers`: files of erasures that were kept elsewhere; those of later backups beside this one are taken too.
    """
    result, made = RestoreResult(), found.manifest
    taken = datetime.fromisoformat(made.taken_at).astimezone(clock.VIETNAM)
    result.lines.append(f"Restored: the state of {taken:%Y-%m-%d %H:%M} (Vietnam), {made.files} files.")
    if made.secret_key not in map(sealing.fingerprint, settings.secret_keys):
        result.lines.append(
            "Note: TRACKER_SECRET_KEY is another one than then, so authenticator apps must be set up anew."
        )
    _erase(settings, found, ledgers, result)
    _prove_record(settings, made, result)
    _prove_steps(result)
    _prove_files(settings, made, result)
    return result


def _standing(settings: Settings) -> list[str]:
    """What stands in the place already."""
    own = (settings.files_folder, settings.instance / heads.NAME, settings.instance / ledger.NAME)
    there = [str(path) for path in own if path.is_file() or any(all_stored(path))]
    there += [str(path) for path in own[:1] if path.is_dir() and not there and any(path.iterdir())]
    return there + dumps.standing(settings)


def _remove(path: Path) -> None:
    """Take back what was put into the empty place."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _measure(found: WholeBackup, part: Part) -> None:
    path = found.folder / stored(part.path, found.manifest.key)
    try:
        if path.stat().st_size != part.size:
            raise BackupError(f"the backup is not whole: {part.path} is cut off or longer than it was")
        if carry_out(streams.measure(path))[1] != part.sha256:
            raise BackupError(f"the backup is not whole: {part.path} was changed")
    except FileNotFoundError:
        raise BackupError(f"the backup is not whole: {part.path} is gone") from None


def _erase(settings: Settings, found: WholeBackup, ledgers: Sequence[Path], result: RestoreResult) -> None:
    back = privacy.again(settings)
    for path in ledgers:
        back += privacy.again(settings, path)
    back += privacy.again(settings, found.folder.parent / ledger.NAME)
    copy = settings.instance / STAGING
    for folder in _beside(found):
        try:
            later = WholeBackup(folder, read_manifest(folder, found.key), found.key)
            part = later.manifest.part(ledger.NAME)
            if part is not None and later.manifest.taken_at > found.manifest.taken_at:
                _measure(later, part)
                carry_out(streams.write(copy, later.read(part)))
                back += privacy.again(settings, copy)
        except BackupError as fault:
            result.fault(f"erasures: those in {folder.name} cannot be read: {fault}")
        finally:
            copy.unlink(missing_ok=True)
    result.lines.append(
        "Erasures: what was erased after the backup is erased again."
        if back
        else "Erasures: nothing that was erased is back."
    )


def _beside(found: WholeBackup) -> list[Path]:
    """The other backups in the same folder, the latest first."""
    names = [path.name for path in found.folder.parent.iterdir() if path.is_dir()]
    others = [found.folder.parent / name for name in retention.in_order(names)]
    return [folder for folder in others if folder != found.folder]


def _prove_record(settings: Settings, made: Manifest, result: RestoreResult) -> None:
    session = database.session()
    session.rollback()
    database.read_one_state(session)
    walk = chain.verification(session, settings.instance, ())
    faults = [finding for finding in walk.findings() if finding.wrong]
    for finding in faults[:NAMED]:
        result.fault(f"record: {finding}")
    if made.audit_seq:
        links = record.links(session, made.audit_seq - 1, 1)
        if not links or links[0][0].hash != made.audit_hash:
            result.fault(f"record: link {made.audit_seq} is not the one that the backup was made with")
    result.lines.append(f"Record: {walk}." if faults else f"Record: {walk}: every one is what was linked.")


def _prove_steps(result: RestoreResult) -> None:
    session = database.session()
    session.rollback()
    database.read_one_state(session)
    found = 0
    for difference in verify.differences(session, clock.today()):
        found += 1
        if found <= NAMED:
            result.fault(str(difference))
    session.rollback()
    result.lines.append(f"Steps: {found} differences." if found else "Steps: every stored step is what the facts say.")


def _prove_files(settings: Settings, made: Manifest, result: RestoreResult) -> None:
    """Their content was held against their names when they were written."""
    session = database.session()
    there = {path.name for path in all_stored(settings.files_folder)}
    wanted = queries.named_files(session)
    session.rollback()
    lost = sorted(wanted - there)
    for sha256 in islice(lost, NAMED):
        since = "was missing when the backup was made" if sha256 in made.missing else "is not there"
        result.fault(f"the file {sha256}, which a figure names, {since}")
    whole = len(wanted) - len(lost)
    result.lines.append(f"Files: {whole} of {len(wanted)} that figures name are there and whole.")
