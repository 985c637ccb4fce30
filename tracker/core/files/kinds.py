"""The kinds of files that are taken, and the words in which one is refused. Reads no files."""

from tracker.core.languages import _l

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv"
TEXT = "text/plain"

# Each type that is taken, with the endings that its names may have, the usual one first.
ENDINGS = {
    PDF: ("pdf",),
    PNG: ("png",),
    JPEG: ("jpg", "jpeg"),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    ODT: ("odt",),
    ODS: ("ods",),
    CSV: ("csv",),
    TEXT: ("txt",),
}
ACCEPT = ",".join("." + ending for endings in ENDINGS.values() for ending in endings)
KINDS_TAKEN = _l("PDF, PNG, JPEG, Word (.docx), Excel (.xlsx), OpenDocument (.odt, .ods), CSV or plain text")


class ContentError(ValueError):
    """The file is none of the types that are taken. `message` is a lazy text."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = message


class UnknownKind(ContentError):
    """It is none that any door takes."""


def damaged() -> ContentError:
    """It is broken, or two files in one."""
    return ContentError(_l("The file is damaged, or not what it seems to be. Save it anew and try again"))


def with_macros() -> ContentError:
    """It holds programs."""
    return ContentError(_l("The file holds macros. Save it without macros, as .docx or .xlsx"))


def acting() -> ContentError:
    """It does something by itself, or holds what could."""
    return ContentError(
        _l("The PDF holds a program, another file or an action that starts by itself. Print it as a new PDF")
    )


def with_password() -> ContentError:
    """Nobody could look into it."""
    return ContentError(_l("The file is protected by a password. Save it without one"))


def no_sheet() -> ContentError:
    """It holds no table."""
    return ContentError(_l("Send an Excel file (.xlsx) or CSV"))


def no_sheet_but_json() -> ContentError:
    """It is a package, or something like it."""
    return ContentError(_l("This is JSON, such as a package, and no sheet. Send an Excel file (.xlsx) or CSV"))


def old_office() -> ContentError:
    """It is of Word or Excel before 2007."""
    return ContentError(_l("A file of old Word or Excel (.doc, .xls) is not taken. Save it as .docx or .xlsx"))


def too_large_inside() -> ContentError:
    """Unpacked it would fill memory or disk."""
    return ContentError(_l("The file is too large when it is unpacked. Save its parts as files of their own"))


def unknown(kind: str) -> ContentError:
    """It is of another kind; `kind` as far as it is known."""
    short = kind[:12] if kind.isalnum() else ""
    if short:
        return UnknownKind(
            _l("A file of this kind (%(kind)s) is not taken. Choose %(kinds)s", kind=short, kinds=KINDS_TAKEN)
        )
    return UnknownKind(_l("A file of this kind is not taken. Choose %(kinds)s", kinds=KINDS_TAKEN))
