"""What a workbook of a sheet carries so that it is known again: whose it is, and for each row what was taken along.

Sealed with a key derived from the product's own. A name of that key stands beside the seal, so that a file of another
installation is told apart from one that was changed. Pure.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.accounts import keys
from tracker.core.files.kinds import ContentError
from tracker.core.languages import _l
from tracker.progress.merging.merge import Written

FORMAT = "sheet-workbook/1"
LASTS_DAYS = 400
LONGEST = 32_000  # signs of a cell
_SECONDS_A_DAY = 86_400
_HEAD, _ROW = "workbook of a sheet", "row of a workbook"
_NAMES = b"name of the key of workbooks"
_KIND = FORMAT.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Head:
    """Whose sheet it is, and in which language it was made: by its custom its texts are read."""

    agency: str
    period: str
    language: str


@dataclass(frozen=True, slots=True)
class Base:
    """What stood in one row when it was taken along: the text, and which version of the draft that was (0: none)."""

    target: str
    version: int
    written: Written


def head_seal(secrets: Sequence[str], head: Head) -> str:
    """For the first cell."""
    sealed = keys.seal(tuple(secrets), _HEAD, [head.agency, head.period, head.language])
    return f"{FORMAT}:{_name(secrets[0])}:{sealed}"


def is_ours(text: str) -> bool:
    """Whether the first cell is one of a workbook of ours, in whatever state."""
    return text.startswith(f"{_KIND}/")


def head_of(secrets: Sequence[str], text: str) -> Head:
    """What the first cell says. Raises ContentError with the reason where it is foreign, old or was changed."""
    made, _colon, rest = text.partition(":")
    name, _colon, sealed = rest.partition(":")
    if made != FORMAT:
        raise ContentError(
            _l("The workbook was made by another version of the product. Download it anew, and copy your figures there")
        )
    if name not in map(_name, secrets):
        raise ContentError(_l("The workbook comes from another installation of the product"))
    said = keys.unseal(tuple(secrets), _HEAD, sealed, LASTS_DAYS * _SECONDS_A_DAY)
    if said is None:
        # The seal tells changed and too old apart to nobody: both need a new workbook.
        raise ContentError(
            _l(
                "The hidden part of the workbook was changed, or it is older than %(days)s days. Download it anew, and "
                "copy your figures there",
                days=LASTS_DAYS,
            )
        )
    return Head(*said)


def row_seal(secrets: Sequence[str], head: Head, base: Base) -> str | None:
    """For the first cell of a row; none where so long a text stands there that no cell holds its seal."""
    said = [head.agency, head.period, base.target, base.version, dict(base.written.typed), base.written.language]
    sealed = keys.seal(tuple(secrets), _ROW, said)
    return sealed if len(sealed) <= LONGEST else None


def base_of(secrets: Sequence[str], head: Head, sealed: str) -> Base | None:
    """What the first cell of a row says; none where it was changed, or belongs to another sheet."""
    said: Any = keys.unseal(tuple(secrets), _ROW, sealed, LASTS_DAYS * _SECONDS_A_DAY)
    if said is None or said[:2] != [head.agency, head.period]:
        return None
    typed: Mapping[str, str] = said[4]
    return Base(said[2], said[3], Written(typed, said[5]))


def _name(secret: str) -> str:
    return hmac.new(secret.encode(), _NAMES, hashlib.sha256).hexdigest()[:12]
