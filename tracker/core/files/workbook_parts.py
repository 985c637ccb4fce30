"""The parts of an XLSX file, each read as a stream of elements within bounds: strings, formats, which sheets there are.

Knows nothing of cells; these are read in `worksheets`.
"""

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat  # document types, through which a parser is led astray, are refused below

from tracker.core.files.kinds import ContentError, damaged, too_large_inside
from tracker.core.languages import _l

MOST_OF_A_PART = 32 * 1024 * 1024  # bytes, unpacked
MOST_OF_THE_STRINGS = 8 * 1024 * 1024  # characters
CHUNK = 64 * 1024

Attributes = Mapping[str, str]
_SHEET, _DOCUMENT, _STRINGS, _STYLES = "/worksheet", "/officeDocument", "/sharedStrings", "/styles"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel writes what XML does not allow
_ASIDE = re.compile(r'"[^"]*"|\\.|[*_].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)  # of a format: what is no sign
_DATE_SIGNS = re.compile(r"[dmyhs]", re.IGNORECASE)
_PERCENT_FORMATS = frozenset({9, 10})
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_PLAIN_FORMATS = {0: "General", 1: "0", 3: "#,##0", 49: "@"}
_AS_IT_IS = frozenset({"general", "@", "0", "#", "#,##0", "standard"})

_YES, _NO = frozenset({"1", "true"}), frozenset({"0", "false"})

PLAIN, DAY, PERCENT, OTHER = "plain", "day", "percent", "other"  # how a number is shown
_BUILT_IN = {DAY: _DATE_FORMATS, PLAIN: frozenset(_PLAIN_FORMATS), PERCENT: _PERCENT_FORMATS}


class Elements:
    """What hears the elements of a part by their names, without namespaces."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def text(self, text: str) -> None:
        """Text stands in the element that has begun last."""

    def end(self, name: str) -> None:
        """An element ends."""


def hear(archive: zipfile.ZipFile, part: str, elements: Elements) -> None:
    """Read a part to its end. Raises ContentError where it is too large or no XML of an office program."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.StartElementHandler = lambda name, attributes: elements.start(_local(name), attributes)
    parser.CharacterDataHandler = elements.text
    parser.EndElementHandler = lambda name: elements.end(_local(name))
    left = MOST_OF_A_PART
    try:
        with archive.open(part) as file:
            while chunk := file.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise too_large_inside()
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except (expat.ExpatError, KeyError):
        raise damaged() from None


def _no_document_type(*_told: object) -> None:
    raise damaged()


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@dataclass
class _Relations(Elements):
    """Which parts belong to one part: target by id, and by the end of their kind."""

    folder: str
    by_id: dict[str, str] = field(default_factory=dict)
    by_kind: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind, target = attributes.get("Type", ""), attributes.get("Target", "")
            path = posixpath.normpath(posixpath.join("/", self.folder, target)).lstrip("/")
            self.by_id[attributes.get("Id", "")] = path
            self.kinds[attributes.get("Id", "")] = "/" + kind.rpartition("/")[2]
            self.by_kind.setdefault("/" + kind.rpartition("/")[2], path)


@dataclass
class Listed:
    """A sheet by its name, the id of its part, and whether one sees it."""

    name: str
    id: str
    visible: bool


@dataclass
class _Book(Elements):
    sheets: list[Listed] = field(default_factory=list)
    since_1904: bool = False
    reckoned: bool = True

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            visible = attributes.get("state", "visible") == "visible"
            part = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets.append(Listed(attributes.get("name", ""), part, visible))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in _YES
        elif name == "calcPr":
            no_value = attributes.get("fullCalcOnLoad") in _YES or attributes.get("calcOnSave") in _NO
            self.reckoned = not no_value


@dataclass
class _Strings(Elements):
    found: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    left: int = MOST_OF_THE_STRINGS
    within: bool = False
    aside: bool = False  # how it is spoken, which is not shown

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self.parts = []
        elif name == "rPh":
            self.aside = True
        self.within = name == "t"

    def text(self, text: str) -> None:
        if self.within and not self.aside:
            self.left -= len(text)
            if self.left < 0:
                raise too_large_inside()
            self.parts.append(text)

    def end(self, name: str) -> None:
        self.within = False
        if name == "rPh":
            self.aside = False
        elif name == "si":
            self.found.append(unescaped("".join(self.parts)))


@dataclass
class _Styles(Elements):
    codes: dict[int, str] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)  # places in `found`
    unseen: set[int] = field(default_factory=set)
    within: bool = False
    font: int = -1
    of_font: bool = False
    struck_fonts: set[str] = field(default_factory=set)
    white_fonts: set[str] = field(default_factory=set)

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "font":
            self.font, self.of_font = self.font + 1, True
        elif name == "color" and self.of_font and _is_white(attributes):
            self.white_fonts.add(str(self.font))
        elif name == "strike" and attributes.get("val") not in _NO:
            self.struck_fonts.add(str(self.font))
        elif name == "numFmt":
            self.codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.within = True
        elif name == "xf" and self.within:
            if attributes.get("fontId") in self.struck_fonts:
                self.struck.add(len(self.found))
            on_paper = attributes.get("fillId", "0") == "0"  # without a ground of its own
            hidden = set(self.codes.get(int(attributes.get("numFmtId", "0")), "-")) == {";"}
            if hidden or (on_paper and attributes.get("fontId") in self.white_fonts):
                self.unseen.add(len(self.found))
            self.found.append(self._shown(int(attributes.get("numFmtId", "0"))))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.within = False
        elif name == "font":
            self.of_font = False

    def _shown(self, number: int) -> str:
        code = self.codes.get(number)
        if code is None:
            return next((shown for shown, numbers in _BUILT_IN.items() if number in numbers), OTHER)
        if code.lower() in _AS_IT_IS:
            return PLAIN
        signs = _ASIDE.sub("", code)
        return DAY if _DATE_SIGNS.search(signs) else PERCENT if "%" in signs else OTHER


@dataclass(frozen=True)
class Workbook:
    """What is known of a file before any cell of it is read: a sheet that one sees, usually the first, and what cells
    refer to."""

    name: str
    part: str
    others: tuple[str, ...]  # names of the other sheets that one sees
    strings: list[str]
    shown: list[str]  # how numbers are shown, by style
    struck: set[int]  # styles in which text is struck through
    unseen: set[int]  # styles in which nothing is seen: hidden by the format, or white on paper
    since_1904: bool
    reckoned: bool  # whether a program has reckoned its formulas
    hidden: tuple[str, ...] = ()  # names of the sheets that one does not see


def opened(archive: zipfile.ZipFile, place: int = 0) -> Workbook:
    """Find the first visible sheet, or another one. Raises ContentError where no sheet is visible, IndexError where
    there are not so many."""
    root = _related(archive, "")
    where = root.by_kind.get(_DOCUMENT, "xl/workbook.xml")
    book, parts = _Book(), _related(archive, where)
    hear(archive, where, book)
    visible = [one for one in book.sheets if one.visible and parts.kinds.get(one.id) == _SHEET]
    if not visible:
        raise ContentError(_l("No sheet of the file is visible. Show the one that is meant, and save it"))
    strings, styles = _Strings(), _Styles()
    for kind, elements in ((_STRINGS, strings), (_STYLES, styles)):
        if kind in parts.by_kind:
            hear(archive, parts.by_kind[kind], elements)
    wanted = visible[place]
    return Workbook(
        name=wanted.name,
        part=parts.by_id[wanted.id],
        others=tuple(one.name for one in visible if one is not wanted),
        strings=strings.found,
        shown=styles.found,
        struck=styles.struck,
        unseen=styles.unseen,
        since_1904=book.since_1904,
        reckoned=book.reckoned,
        hidden=tuple(one.name for one in book.sheets if not one.visible),
    )


def _is_white(colour: Attributes) -> bool:
    """White by itself, or as the ground of the theme."""
    return colour.get("rgb", "").upper().endswith("FFFFFF") or (colour.get("theme") == "0" and "tint" not in colour)


def _related(archive: zipfile.ZipFile, part: str) -> _Relations:
    folder, _, name = part.rpartition("/")
    found = _Relations(folder)
    hear(archive, posixpath.join(folder, "_rels", f"{name}.rels"), found)
    return found


def unescaped(text: str) -> str:
    """The text with what Excel writes as _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
