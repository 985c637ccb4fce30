"""The fields of a document that are signed: one of each side, and the seal's."""

from typing import Final

BODY, PPC, SEAL = "body", "ppc", "seal"
SIDES: Final = (BODY, PPC)
