"""A file of evidence as pages: which kinds have any, and where their images are kept."""

from typing import Any

from flask import current_app

from tracker.core.extensions import settings_of
from tracker.core.files.kinds import PDF
from tracker.core.files.pages import images, office
from tracker.core.files.pages.images import Viewed
from tracker.core.files.store import path_of
from tracker.signing.originals import page_images


def viewed(file: Any) -> Viewed:
    """A file as its pages are asked for."""
    settings = settings_of(current_app)
    folder = page_images(settings.instance, file.sha256) / "shown"  # beside those of a document of the same bytes
    stored = path_of(settings.files_folder, file.sha256)
    return Viewed(stored, file.media_type, folder, office.program(settings.office))


def may_have_pages(media_type: str) -> bool:
    """Whether files of this kind are shown as pages on this server."""
    program = office.program(settings_of(current_app).office)
    return media_type in (PDF, *images.PICTURES) or (program is not None and media_type in office.OFFICE)
