"""How pages call a document, and its files."""

from tracker.core.languages import _
from tracker.signing.models import MadeDocument
from tracker.signing.words import KINDS


def called(made: MadeDocument) -> str:
    """Commitment number 01/CK-SNV."""
    return _("%(kind)s number %(number)s", kind=KINDS[made.kind], number=made.number.text)


def file_name(made: MadeDocument) -> str:
    """As its files are called: 01-CK-SNV-2026."""
    return f"{made.number.text}-{made.number.year}".replace("/", "-")
