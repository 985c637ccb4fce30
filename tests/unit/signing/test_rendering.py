"""Documents as files: they say what the content says, the same bytes each time, by the rules of PDF/A-3."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from flask import Flask

from tests.factories import documents
from tests.support import pdfa
from tracker.core import languages
from tracker.core.errors import DomainError
from tracker.signing.codes import PageCode, digest
from tracker.signing.documents import rendering
from tracker.signing.documents.form import laid_out
from tracker.signing.documents.rendering import Rendered, fonts, render
from tracker.signing.sides import SEAL

MADE = {
    "commitment": documents.commitment(12),
    "amendment": documents.amendment(),
    "assessment": documents.assessment(8),
}
# What of a form is no text of the page: it is drawn, or told in the footer in another way.
DRAWN = {"codes", "side"}


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("documents")
    languages.init_app(app)
    return app


@pytest.fixture(autouse=True)
def _english(app: Flask) -> Iterator[None]:
    """Whoever asks reads English: documents are in Vietnamese all the same."""
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.fixture(scope="module")
def rendered(app: Flask) -> dict[str, Rendered]:
    with app.app_context():
        return {kind: render(document, documents.BASE_URL) for kind, document in MADE.items()}


def plain(text: str) -> str:
    """Without room and case: lines are broken, and headings stand in capitals."""
    return "".join(text.split()).casefold()


def texts_of(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [page.get_textpage().get_text_bounded() for page in opened]


def all_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from () if key in DRAWN else all_texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from all_texts(one)


@pytest.mark.parametrize("kind", MADE)
def test_the_file_says_all_that_the_form_holds(kind: str, rendered: dict[str, Rendered]) -> None:
    shown = plain("".join(texts_of(rendered[kind].pdf)))
    with languages.in_language(None):
        wanted = list(all_texts(laid_out(MADE[kind])))
    assert len(wanted) > 60
    assert [text for text in wanted if plain(text) not in shown] == []


@pytest.mark.parametrize("kind", MADE)
def test_the_file_says_all_that_the_content_holds(kind: str, rendered: dict[str, Rendered]) -> None:
    """Held against the content itself: its texts as they are, its figures and days as Vietnamese writes them."""
    document, shown = MADE[kind], plain("".join(texts_of(rendered[kind].pdf)))
    wanted = [document["number"], document["place"], document["body"]["name"]["vi"]]
    wanted.append(document["ppc"]["name"]["vi"] if kind == "assessment" else document["body"]["parent"])
    wanted += [document["programme"]["title"]["vi"], *document["programme"]["basis"]]
    for target in document["targets"]:
        wanted += [target["code"], target["title"]["vi"]]
        wanted += [vietnamese(target[key]) for key in ("goal", "low", "high", "weight") if key in target]
        wanted.append("/".join(reversed(target["due_on"].split("-"))))
        if kind != "assessment":
            wanted += [target.get("evidence", "")]
            wanted += [vietnamese(point["value"]) for point in target.get("milestones", ())]
    for change in document.get("changes", ()):
        whole = (change["from"] or change["to"]) if change["term"] == "target" else {}
        wanted += [whole.get("code", ""), whole.get("title", {"vi": ""})["vi"], day(whole.get("due_on", ""))]
    assessment = document.get("assessment", {"results": ()})
    for result in assessment["results"]:
        wanted += said_of(result)
    wanted += assessment.get("statement", "").split("\n")
    wanted += [day(assessment[name]) for name in ("on", "known_on", "stated_on") if name in assessment]
    assert [text for text in wanted if plain(text) not in shown] == []


def said_of(result: dict[str, Any]) -> Iterator[str]:
    """Every value of one result, down to those of its periods, as Vietnamese writes it."""
    for key in ("reported", "accepted", "score", "punctuality"):
        yield vietnamese(result[key]) if result.get(key) else ""
    yield vietnamese(result.get("difference", "0").removeprefix("-"))
    for key in ("reported_of", "accepted_of"):
        yield "{numerator} trên {denominator}".format(**result[key]) if key in result else ""
    for key in ("conclusion", "reason"):
        yield result.get(key, {"vi": ""})["vi"]
    yield day(result.get("as_at", ""))
    for name, one in result.get("first", {}).items():
        yield day(one) if name == "due_on" else vietnamese(one)
    yield "{in_time}/{counted}".format(**result["reports"]) if "reports" in result else ""
    for one in result.get("decided", ()):
        yield from [one] if isinstance(one, str) else [day(one["on"]), one["what"]["vi"], one["reason"]]
    for one in result.get("figures", ()):
        yield from said_of({name: told for name, told in one.items() if name != "as_at"})


def day(text: str) -> str:
    return "/".join(reversed(text.split("-")))


def vietnamese(figure: str) -> str:
    whole, _point, decimals = figure.partition(".")
    return f"{int(whole):,}".replace(",", ".") + (f",{decimals}" if decimals else "")


@pytest.mark.parametrize("kind", MADE)
def test_letters_are_composed_and_none_is_missing(kind: str, rendered: dict[str, Rendered]) -> None:
    text = "".join(texts_of(rendered[kind].pdf))
    assert unicodedata.is_normalized("NFC", text)
    assert {"ệ", "đ", "ơ", "Đ"} <= set(text)
    assert not {"\ufffd", "\ufffe", "\x00"} & set(text)


def test_the_page_is_the_official_one(rendered: dict[str, Rendered]) -> None:
    first, second = texts_of(rendered["commitment"].pdf)[:2]
    for line in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "UBND TỈNH NGHỆ AN", "SỞ NỘI VỤ"):
        assert line in first
    assert "Nghệ An, ngày 04 tháng 02 năm 2026" in first
    assert second.startswith("2")
    assert not first.startswith("1")
    last = texts_of(rendered["commitment"].pdf)[-1]
    assert re.search(r"TM\. ỦY BAN NHÂN DÂN\s+TỈNH NGHỆ AN\s+CHỦ TỊCH", last)
    assert re.search(r"GIÁM ĐỐC\s+SỞ NỘI VỤ", last)
    assert "Nơi nhận:" in last
    assert last.rstrip().index("Lưu: VT.") > last.index("Nơi nhận:")


def test_signatures_never_stand_alone_on_a_page(rendered: dict[str, Rendered]) -> None:
    last = texts_of(rendered["amendment"].pdf)[-1]
    assert "Các nội dung khác của Bản cam kết" in last.replace("\r\n", " ")


@pytest.mark.parametrize(
    ("authority", "lines"),
    [
        ({"title": "Chủ tịch"}, ["Chủ tịch", "Ủy ban nhân dân", "tỉnh Nghệ An"]),
        ({"title": "Chủ tịch", "authority": "TM."}, ["TM. Ủy ban nhân dân", "tỉnh Nghệ An", "Chủ tịch"]),
        (
            {"title": "Phó Chủ tịch", "authority": "KT."},
            ["TM. Ủy ban nhân dân", "tỉnh Nghệ An", "KT. Chủ tịch", "Phó Chủ tịch"],
        ),
        (
            {"title": "Giám đốc Sở Nội vụ", "authority": "TUQ."},
            ["TUQ. Chủ tịch", "Ủy ban nhân dân", "tỉnh Nghệ An", "Giám đốc Sở Nội vụ"],
        ),
        (
            {"title": "Chánh Văn phòng", "authority": "TL.", "for": "Chủ tịch"},
            ["TL. Chủ tịch", "Ủy ban nhân dân", "tỉnh Nghệ An", "Chánh Văn phòng"],
        ),
    ],
)
def test_the_ppc_signs_by_its_authority_and_the_body_by_none(authority: dict[str, str], lines: list[str]) -> None:
    sides = [{"side": "body", "title": "Giám đốc"}, {"side": "ppc", **authority}]
    with languages.in_language(None):
        shown = laid_out(documents.commitment(1, signatories=sides))["signatories"]
    assert [one["lines"] for one in shown] == [lines, ["Giám đốc", "Sở Nội vụ"]]


def test_a_sign_that_the_font_lacks_is_named_and_no_font_at_all_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="✓"):
        render(documents.commitment(1, place="Nghệ An ✓"), documents.BASE_URL)
    with pytest.raises(FileNotFoundError, match="fonts"):
        fonts(tmp_path)


def test_it_is_the_same_bytes_each_time(rendered: dict[str, Rendered]) -> None:
    """However many pages were guessed; a sample is another file of the same content."""
    again = render(MADE["amendment"], documents.BASE_URL, pages=9)
    assert again == rendered["amendment"]
    sample = render(MADE["amendment"], documents.BASE_URL, sample=True)
    assert sample.sha256 == again.sha256
    assert sample.pdf != again.pdf
    for text in texts_of(sample.pdf):
        assert "MẪU" in text
        assert "Văn bản mẫu, không có giá trị pháp lý" in text
    assert not any("MẪU" in text for text in texts_of(again.pdf))


@pytest.mark.parametrize("kind", MADE)
def test_the_content_lies_in_the_file(kind: str, rendered: dict[str, Rendered]) -> None:
    made = rendered[kind]
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        (attached,) = pdf.attachments.values()
        assert attached.get_file().read_bytes() == made.content
        assert (attached.filename, attached.get_file().mime_type) == ("noi-dung.json", "application/json")
    assert digest(made.content) == made.sha256


@pytest.mark.parametrize("kind", MADE)
def test_each_page_says_which_it_is_in_a_code_that_is_read(kind: str, rendered: dict[str, Rendered]) -> None:
    made = rendered[kind]
    with pypdfium2.PdfDocument(made.pdf) as pdf:
        images = [page.render(scale=150 / 72).to_pil() for page in pdf]
    found = [PageCode.read(code.text) for image in images for code in zxingcpp.read_barcodes(image)]
    wanted = [PageCode(documents.BASE_URL, made.sha256[:32], page, made.pages) for page in range(1, made.pages + 1)]
    assert found == wanted
    assert made.pages > 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.vn",
        "https://example.vn/verify/" + "a" * 31 + "/1-2",
        "https://example.vn/verify/" + "A" * 32 + "/1-2",
        "https://example.vn/verify/" + "a" * 32 + "/3-2",
        "https://example.vn/verify/" + "a" * 32 + "/0-2",
        "ftp://example.vn/verify/" + "a" * 32 + "/1-2",
    ],
)
def test_another_code_is_none_of_ours(text: str) -> None:
    assert PageCode.read(text) is None


@pytest.mark.parametrize("kind", MADE)
def test_it_keeps_to_the_rules_of_pdf_a_3_that_a_file_shows(kind: str, rendered: dict[str, Rendered]) -> None:
    assert list(pdfa.faults(rendered[kind].pdf)) == []


@pytest.mark.parametrize("kind", MADE)
def test_each_side_has_an_empty_field_where_its_signature_stands_and_the_seal_one_that_is_not_seen(
    kind: str, rendered: dict[str, Rendered]
) -> None:
    sides = [one["side"] for one in MADE[kind]["signatories"]]
    with pikepdf.open(io.BytesIO(rendered[kind].pdf)) as pdf:
        assert pdf.Root.AcroForm.SigFlags == 3
        found = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        assert sorted(found) == sorted([*sides, SEAL])
        assert not any("/V" in field for field in found.values())
        assert list(found[SEAL].Rect) == [0, 0, 0, 0]
        elements = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Form"]
        assert len(elements) == len(sides), "told aloud as what it is"
        for side in sides:
            left, bottom, right, top = (float(one) for one in found[side].Rect)
            assert right - left > 200
            assert 60 < top - bottom < 80
            with pypdfium2.PdfDocument(rendered[kind].pdf) as opened:
                place = next(n for n, page in enumerate(pdf.pages) if page.objgen == found[side].P.objgen)
                inside = opened[place].get_textpage().get_text_bounded(left, bottom, right, top)
                above = opened[place].get_textpage().get_text_bounded(left, top, right, top + 60)
            assert inside.strip() == "", "nothing is hidden by what is drawn there"
            assert "CHỦ TỊCH" in above or "GIÁM ĐỐC" in above or "SỞ NỘI VỤ" in above


def test_the_pages_of_the_one_before_are_the_guess(
    rendered: dict[str, Rendered], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same kind with as many targets: it is laid out once, and is the same file as after a wrong guess."""
    layouts: list[int] = []
    compiled = rendering._compiled

    def counted(*given: Any) -> bytes:
        layouts.append(1)
        return compiled(*given)

    monkeypatch.setattr(rendering, "_compiled", counted)
    monkeypatch.setattr(rendering, "_pages_of", {})
    for most in (2, 3):
        assert render(MADE["commitment"], documents.BASE_URL) == rendered["commitment"]
        assert len(layouts) == most, "the first of them twice"


def test_two_threads_make_the_same_files_as_one(app: Flask, rendered: dict[str, Rendered]) -> None:
    def made(kind: str) -> Rendered:
        with app.app_context():
            return render(MADE[kind], documents.BASE_URL)

    kinds = [*MADE, *MADE]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(made, kinds)) == [rendered[kind] for kind in kinds]
