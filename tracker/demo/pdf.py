"""A small PDF for the demo: one page with a few lines, in the letters of official documents; the same bytes each
time."""

import json
from collections.abc import Sequence

import typst

from tracker.signing.documents.rendering import FONTS, fonts

_PAGE = """
#set page(paper: "a4", margin: 25mm)
#set text(font: "Tinos", size: 13pt, lang: "vi")
#for line in json(bytes(sys.inputs.lines)) { par(line) }
"""


def small_pdf(lines: Sequence[str]) -> bytes:
    """One page of A4 with these lines."""
    compiler = typst.Compiler(_PAGE.encode(), font_paths=fonts(FONTS), sys_inputs={"lines": json.dumps(list(lines))})
    made = compiler.compile(format="pdf", timestamp=0)
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made
