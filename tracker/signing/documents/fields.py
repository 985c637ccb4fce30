"""Fields for electronic signatures in a document, made before the first one: afterwards nothing is stamped or added.

Typst lays a link out where a side's signature is shown; the field of that side takes its place. The seal's field is not
seen. Each is empty until somebody signs in it, so the file stays PDF/A.
"""

import io
from collections.abc import Mapping
from typing import Any

import pikepdf

from tracker.signing.sides import BODY, PPC, SEAL

LABELS: Mapping[str, str] = {
    BODY: "Chữ ký số của cơ quan cam kết",
    PPC: "Chữ ký số của Ủy ban nhân dân tỉnh",
    SEAL: "Dấu điện tử của hệ thống",
}
_MARK = "field:"
_PRINTED = 4  # PDF/A wants it of every annotation
_SIGNED_BY_APPENDING = 3  # whoever signs adds to the file, and changes nothing in it


def with_fields(pdf: bytes) -> bytes:
    """The file with a field for each side that signs, and one for the seal; the same bytes each time."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fields = [
            _of_side(opened, page, link)
            for page in opened.pages
            for link in page.get("/Annots", ())
            if _side(link) is not None
        ]
        fields.append(_of_seal(opened))
        for field in fields:
            opened.acroform.add_field(pikepdf.AcroFormField(field))  # type: ignore[call-arg]
        opened.Root.AcroForm.SigFlags = _SIGNED_BY_APPENDING
        opened.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def has_fields(pdf: bytes) -> bool:
    """Whether a file of ours was made with fields to sign in: older ones were not."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return "/AcroForm" in opened.Root


def _side(link: Any) -> str | None:
    address = str(link.get("/A", {}).get("/URI", ""))
    return address.removeprefix(_MARK) if address.startswith(_MARK) else None


def _of_side(opened: pikepdf.Pdf, page: Any, link: Any) -> Any:
    """The link as a field."""
    side = _side(link)
    assert side is not None  # noqa: S101 - chosen by it
    left, bottom, right, top = (float(one) for one in link.Rect)
    shown = opened.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    shown.BBox = pikepdf.Array([0, 0, round(right - left, 3), round(top - bottom, 3)])
    _name(link, side, page)
    link.AP = pikepdf.Dictionary(N=shown)
    del link["/A"], link["/Border"]
    for element in opened.objects:  # a reader that tells the page aloud says what it is
        if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/Link" and _is_of(element, link):
            element.S = pikepdf.Name.Form
            element.K = element.K[0]  # by itself, as verifiers look for it
    return link


def _is_of(element: Any, link: Any) -> bool:
    kids = element.get("/K", ())
    if not isinstance(kids, pikepdf.Array) or len(kids) != 1 or not isinstance(kids[0], pikepdf.Dictionary):
        return False
    return bool(kids[0].get("/Type") == "/OBJR" and kids[0].Obj.objgen == link.objgen)


def _of_seal(opened: pikepdf.Pdf) -> Any:
    page = opened.pages[-1]
    field = opened.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=pikepdf.Array([0, 0, 0, 0])))
    _name(field, SEAL, page)
    if "/Annots" not in page:
        page.Annots = pikepdf.Array()
    page.Annots.append(field)
    return field


def _name(field: Any, name: str, page: Any) -> None:
    field.Subtype = pikepdf.Name.Widget
    field.FT = pikepdf.Name.Sig
    field.T = pikepdf.String(name)
    field.TU = field.Contents = pikepdf.String(LABELS[name])
    field.F = _PRINTED
    field.P = page.obj
