"""The folder of what is trusted, in the instance folder: an administrator puts certificates of authorities there, and
addresses of their lists of revoked ones, which a job fetches. Names of files are theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = "trust"  # in the instance folder
LISTS = "lists"  # in it: lists as they were fetched, or put there by hand
ADDRESSES = "lists.txt"  # an address a line
CERTIFICATES = {".pem", ".crt", ".cer", ".der"}
_REMARK = "#"


@dataclass(frozen=True, slots=True)
class Trusted:
    """Files of authorities and of lists, and the fingerprints of our own keys."""

    certificates: Sequence[Path] = ()
    lists: Sequence[Path] = ()
    pins: Sequence[str] = ()


def folder(instance: Path) -> Path:
    """Where it stands."""
    return instance / FOLDER


def trusted(instance: Path, pins: Sequence[str] = ()) -> Trusted:
    """What stands there now."""
    certificates = [one for one in _files(folder(instance)) if one.suffix.lower() in CERTIFICATES]
    return Trusted(certificates, [one for one in _files(folder(instance) / LISTS) if one.suffix == ".crl"], pins)


def addresses(instance: Path) -> list[str]:
    """Where lists are to be fetched."""
    try:
        lines = (folder(instance) / ADDRESSES).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith(_REMARK)]


def _files(place: Path) -> list[Path]:
    try:
        return sorted(one for one in place.iterdir() if one.is_file())
    except FileNotFoundError:
        return []
