"""What the public page of verification says of a document, in plain words."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l
from tracker.signing.verifying.standing import Standing

# How it looks, what it is called, and what that means.
STANDINGS: Mapping[Standing, tuple[str, Text, Text]] = {
    Standing.CANCELLED: (
        "error",
        _l("Not in force: cancelled"),
        _l("The number of this document was cancelled: it is not in force, whatever was signed on it."),
    ),
    Standing.UNSIGNED: (
        "warning",
        _l("Not signed yet"),
        _l("This document was made here. Nobody has signed it yet."),
    ),
    Standing.HALF_SIGNED: (
        "warning",
        _l("Signed by the body alone"),
        _l("The People's Committee has not signed it yet: it is not in force."),
    ),
    Standing.SIGNED: (
        "information",
        _l("Signed by both sides"),
        _l("It was not put in force yet."),
    ),
    Standing.AHEAD: (
        "information",
        _l("Not in force yet"),
        _l("Both sides signed it, and it counts from that day on. Until then it does not."),
    ),
    Standing.IN_FORCE: (
        "success",
        _l("In force"),
        _l("What stands in this document counts today, as it stands there."),
    ),
    Standing.AMENDED: (
        "warning",
        _l("In force, amended"),
        _l("This document counts, with the changes of later ones that are told below."),
    ),
    Standing.SUPERSEDED: (
        "warning",
        _l("Superseded by a later amendment"),
        _l("A later amendment of the same commitment counts: it is told below."),
    ),
    Standing.ENDED: (
        "information",
        _l("It has ended"),
        _l("The commitment is over. It counted until the end of its programme, or until it was closed."),
    ),
    Standing.ISSUED: (
        "success",
        _l("Issued"),
        _l("This assessment was issued when the commitment was closed."),
    ),
    Standing.LETTER: (
        "success",
        _l("Issued"),
        _l("This letter was numbered and signed. What it tells are the figures of its day."),
    ),
}
WHOLE = (
    "success",
    _l("This file is genuine"),
    _l("It is byte for byte the file that is held here: %(what)s."),
)
BEGINNING = (
    "warning",
    _l("The document is genuine, what was added to it is not known here"),
    _l(
        "The file begins with the document as it was made here. Something was added to it afterwards that is not held "
        "here. Send the file to have the signatures in it checked."
    ),
)
CHECKED = (
    "success",
    _l("The document is genuine, and every signature in the file holds"),
    _l("The file is another copy than the ones that are held here. Nothing but signatures was added to the document."),
)
NOT_OURS = (
    "error",
    _l("This is no document of this product"),
    _l(
        "Nothing of what this file says was made here, or it was changed, printed or saved anew. Compare the code on "
        "the paper instead."
    ),
)
FILES: Mapping[str, Text] = {
    "frozen": _l("the document without any signature in the file"),
    "body": _l("the document with the signature of the body"),
    "ppc": _l("the document with the signature of the People's Committee"),
    "seal": _l("the document with its seal"),
}
