"""The code on each page of a document: where it is verified, which page of how many, and of which content. Pure."""

import hashlib
import re
from dataclasses import dataclass
from typing import ClassVar, Self

_END = b"%%EOF\n"  # how a file ends that is made here; it stands nowhere else in it
_CODE = re.compile(
    r"(?P<base>https?://.+)/verify/(?P<prefix>[0-9a-f]{32})/(?P<page>[1-9]\d{0,3})-(?P<pages>[1-9]\d{0,3})"
)


def digest(content: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def in_fours(sha256: str) -> str:
    """A hash in words of four signs, as people compare it."""
    return " ".join(sha256[start : start + 4] for start in range(0, len(sha256), 4))


def frozen_part(content: bytes) -> bytes:
    """The beginning of a file of ours: all that was there before anything was added; nothing of another file."""
    end = content.find(_END)
    return content[: end + len(_END)] if end >= 0 else b""


@dataclass(frozen=True, slots=True)
class PageCode:
    """What the QR code of one page says. It is an address, so that any phone leads to the verification."""

    PREFIX: ClassVar[int] = 32  # signs of the content's SHA-256: 128 bits, which nobody hits upon

    base_url: str
    prefix: str
    page: int
    pages: int

    @property
    def address(self) -> str:
        """As it stands in the code."""
        return f"{self.page_of_document}/{self.page}-{self.pages}"

    @property
    def page_of_document(self) -> str:
        """Where the whole document is verified."""
        return f"{self.base_url}/verify/{self.prefix}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The code that a text is, whatever the installation was called then; none where it is another."""
        found = _CODE.fullmatch(text.strip())
        if found is None or int(found["page"]) > int(found["pages"]):
            return None
        return cls(found["base"], found["prefix"], int(found["page"]), int(found["pages"]))
