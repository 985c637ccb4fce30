"""How pages call a document, and its files."""

from typing import Any

from tracker.core.languages import _, format_day, text_by_language
from tracker.signing.codes import in_fours
from tracker.signing.models import MadeDocument
from tracker.signing.words import KINDS


def called(made: MadeDocument) -> str:
    """Commitment number 01/CK-SNV."""
    return _("%(kind)s number %(number)s", kind=KINDS[made.kind], number=made.number.text)


def file_name(made: MadeDocument) -> str:
    """As its files are called: 01-CK-SNV-2026."""
    return f"{made.number.text}-{made.number.year}".replace("/", "-")


def facts_of(made: MadeDocument) -> list[tuple[Any, Any]]:
    """A document as a list of facts."""
    return [
        (_("Kind of document"), KINDS[made.kind]),
        (_("Number"), made.number.text),
        (_("Day"), format_day(made.dated_on)),
        (_("Body"), text_by_language(made.agency.name)),
        (_("Version of the document"), made.version),
        (_("Number of pages"), made.pages),
        (_("Fingerprint of the content (SHA-256)"), in_fours(made.content_sha256)),
        (_("Fingerprint of the file (SHA-256)"), in_fours(made.pdf_sha256)),
    ]
