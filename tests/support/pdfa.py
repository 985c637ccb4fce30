"""The rules of PDF/A-3b that a file itself shows: an independent validator is in no registry that we use."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf

_FILTERED_OUT = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/Hide", "/Movie", "/Sound"}


def faults(content: bytes) -> Iterator[str]:
    """What of a file is against ISO 19005-3, conformance level B; numbers are those of its clauses."""
    if not re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", content):
        yield "6.1.2 header"
    if not content.rstrip().endswith(b"%%EOF"):
        yield "6.1.3 end"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        yield from _of_the_whole(pdf)
        yield from _of_fonts(pdf)
        for one in pdf.objects:
            if isinstance(one, pikepdf.Stream):
                yield from _of_a_stream(one)
            if isinstance(one, pikepdf.Dictionary):
                if one.get("/S") in _FILTERED_OUT:
                    yield "6.5.1 action"
                if one.get("/Type") == "/Annot":
                    yield from _of_an_annotation(one)


def _of_the_whole(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "6.1.3 encrypted"
    if len(pdf.trailer.get("/ID", ())) != 2:
        yield "6.1.3 no ID"
    with pdf.open_metadata() as told:
        if (told["pdfaid:part"], told["pdfaid:conformance"]) != ("3", "B"):
            yield "6.6.4 identification"
    yield from _of_the_catalogue(pdf)


def _of_the_catalogue(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = pdf.Root.OutputIntents
    if len(intents) != 1 or intents[0].S != "/GTS_PDFA1" or intents[0].DestOutputProfile.N != 3:
        yield "6.2.3 output intent"
    elif intents[0].DestOutputProfile.read_bytes()[36:40] != b"acsp":
        yield "6.2.3 profile"
    if {"/AA", "/OpenAction", "/OCProperties", "/Requirements"} & set(pdf.Root.keys()):
        yield "6.5.2 the catalogue acts"
    form = pdf.Root.AcroForm
    if "/XFA" in form or "/NeedAppearances" in form:
        yield "6.4 form"
    if "/Version" in pdf.Root:
        yield "6.1.2 another version"
    (file,) = pdf.Root.AF
    if file.AFRelationship != "/Source" or file.UF != file.F or file.EF.F.Subtype != "/application/json":
        yield "6.8 attached file"
    if not pdf.Root.MarkInfo.Marked or not str(pdf.Root.Lang).startswith("vi"):
        yield "structure and language"


def _of_fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    fonts = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
    faces = [font for font in fonts if font.get("/Subtype") != "/Type0"]
    if not faces:
        yield "6.2.11 no fonts"
    for font in faces:
        if "+Tinos" not in str(font.BaseFont) or not {"/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys()):
            yield "6.2.11.4 font not embedded"
    if not all("/ToUnicode" in font for font in fonts if font.get("/Subtype") == "/Type0"):
        yield "6.2.11.7 no letters told"


def _of_a_stream(one: pikepdf.Stream) -> Iterator[str]:
    if "/LZWDecode" in str(one.get("/Filter")):
        yield "6.1.7 LZW"
    if "/F" in one:
        yield "6.1.7 outside of the file"
    if one.get("/Subtype") == "/PS" or one.get("/Interpolate", False):
        yield "6.2 picture or program"


def _of_an_annotation(one: pikepdf.Dictionary) -> Iterator[str]:
    if one.Subtype != "/Widget":
        yield "6.3.1 an annotation that we do not make"
    flags = int(one.get("/F", 0))
    if not flags & 4 or flags & 0b100011:  # printed; not hidden, invisible, unseen
        yield "6.3.2 flags"
    left, bottom, right, top = (float(side) for side in one.Rect)
    if (left != right or bottom != top) and set(one.get("/AP", {}).keys()) != {"/N"}:
        yield "6.3.3 appearance"
    if "/A" in one or "/AA" in one:
        yield "6.4.1 a field acts"
