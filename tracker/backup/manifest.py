"""What a backup holds, as a file of its own: each part with its size and hash, signed where the backup is sealed."""

import hashlib
import hmac
import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from tracker.backup import sealing
from tracker.backup.faults import BackupError

NAME = "manifest.json"
FORMAT = 1
DATABASE = {"sqlite": "database.db", "postgresql": "database.dump"}
LEFT_OUT = ("TRACKER_SECRET_KEY", "TRACKER_BACKUP_KEY", "passwords of database and mail server")
# Whatever a manifest says, nothing is written anywhere else.
_PATHS = re.compile(
    r"database\.(db|dump)|erasures\.jsonl|audit-heads\.txt|files/([0-9a-f]{2})/([0-9a-f]{2})/\2\3[0-9a-f]{60}"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup: what it is (its path in an instance folder, or the database), and the size in bytes and
    SHA-256 of what lies in the backup (sealed, where the backup is)."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup: taken at an instant (text, in UTC), on a day in Vietnam, of which kind of database at which migration.

    `audit_seq`, `audit_hash`: where the chain of the record ended. `key`: fingerprint of the key that seals it, none
    where nothing is sealed; `secret_key`: of the product's own key, which is not in it. `missing`: SHA-256 of files
    that figures name and that were not there, or damaged.
    """

    taken_at: str
    day: str
    database: str
    revision: str
    audit_seq: int
    audit_hash: str | None
    key: str | None
    secret_key: str
    parts: tuple[Part, ...]
    missing: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts)

    @property
    def files(self) -> int:
        """How many stored files it holds."""
        return sum(part.path.startswith("files/") for part in self.parts)

    def part(self, path: str) -> Part | None:
        """The part with a path, if there is one."""
        return next((part for part in self.parts if part.path == path), None)


def write(manifest: Manifest, key: str | None) -> bytes:
    """The file: JSON, with a signature by the key, or where there is none a plain hash."""
    content = {"format": FORMAT, "not_in_it": LEFT_OUT, **asdict(manifest)}
    return _text({**content, "seal": _seal(_text(content), key)})


def read(content: bytes, key: str | None) -> Manifest:
    """A manifest from its file. Raises BackupError where it is changed or cut off, or needs another key."""
    try:
        found: dict[str, Any] = json.loads(content)
        seal, form = found.pop("seal"), found.pop("format")
        rest = {"format": form, **found}
        del found["not_in_it"]
        manifest = Manifest(
            **{
                **found,
                "parts": tuple(Part(**part) for part in found["parts"]),
                "missing": tuple(found["missing"]),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BackupError(f"{NAME} is cut off or changed") from None
    if form != FORMAT:
        raise BackupError(f"this backup has the form {form}; this version reads the form {FORMAT}")
    _same_key(manifest.key, key)
    if not hmac.compare_digest(str(seal), _seal(_text(rest), key if manifest.key else None)):
        raise BackupError(f"{NAME} is cut off or changed")
    if strange := [part.path for part in manifest.parts if not _PATHS.fullmatch(part.path)]:
        raise BackupError(f"{NAME} names {strange[0]}, which no backup holds")
    return manifest


def _same_key(wanted: str | None, key: str | None) -> None:
    if wanted is None:
        return
    if key is None:
        raise BackupError(f"this backup is sealed with the key {wanted}: set TRACKER_BACKUP_KEY")
    if sealing.fingerprint(key) != wanted:
        raise BackupError(f"this backup is sealed with the key {wanted}; TRACKER_BACKUP_KEY is another one")


def _seal(content: bytes, key: str | None) -> str:
    return sealing.signature(key, content) if key else hashlib.sha256(content).hexdigest()


def _text(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
