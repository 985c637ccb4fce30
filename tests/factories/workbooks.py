"""XLSX files by hand, part by part: as programs write them that no library of ours is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
HEADINGS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'
)


def workbook(
    *rows: str,
    before: str = "",
    behind: str = "",
    strings: str | None = None,
    styles: str = "",
    sheets: Sequence[tuple[str, str]] = (("Sheet1", "visible"),),
    properties: str = "",
    other: str = f"<sheetData>{HEADINGS}</sheetData>",
) -> bytes:
    """A workbook: `rows` stand in its first visible sheet below `HEADINGS`, `other` in the rest of `sheets` (name and
    state); `before` and `behind` the rows, `properties` in the workbook."""
    own = next((place for place, (_name, state) in enumerate(sheets) if state == "visible"), 0)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{place + 1}" state="{state}" r:id="rId{place}"/>'
        for place, (name, state) in enumerate(sheets)
    )
    related = [("worksheet", f"rId{place}", f"worksheets/sheet{place}.xml") for place in range(len(sheets))]
    spaces = f'xmlns="{MAIN}" xmlns:r="{OFFICE}"'
    parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{TYPE}"/></Types>',
        "_rels/.rels": _relations([("officeDocument", "rId1", "xl/workbook.xml")]),
        "xl/workbook.xml": f"<workbook {spaces}>{properties}<sheets>{listed}</sheets></workbook>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    for place in range(len(sheets)):
        inner = f"{before}<sheetData>{HEADINGS}{''.join(rows)}</sheetData>{behind}" if place == own else other
        parts[f"xl/worksheets/sheet{place}.xml"] = f'<worksheet xmlns="{MAIN}">{inner}</worksheet>'
    related.append(("styles", "rIdStyles", "styles.xml"))
    if strings is not None:
        related.append(("sharedStrings", "rIdStrings", "/xl/sharedStrings.xml"))
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    parts["xl/_rels/workbook.xml.rels"] = _relations(related)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def row(number: int, *cells: str, more: str = "") -> str:
    """A row of cells, each as `cell` writes it."""
    return f'<row r="{number}" {more}>{"".join(cells)}</row>'


def cell(place: str, value: str = "", kind: str = "inlineStr", style: int = 0, formula: str = "") -> str:
    """A cell by its name. Text stands inline."""
    inner = f"<is><t>{value}</t></is>" if kind == "inlineStr" else f"<v>{value}</v>"
    return f'<c r="{place}" t="{kind}" s="{style}">{f"<f>{formula}</f>" if formula else ""}{inner}</c>'


def _relations(related: Sequence[tuple[str, str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for kind, identity, target in related
    )
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'
