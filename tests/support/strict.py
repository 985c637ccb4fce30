"""Every page that a test gets is read strictly: HTML5 without a fault, one title, no id twice, no style in it.

The strict parser takes a tenth of a second for a long page, so of pages that differ in their words alone, or in how
often a row comes again, one is parsed.
"""

from __future__ import annotations

import re

import html5lib

VALUES = re.compile(r'="[^"]*"')
SIGNS = re.compile(r"<[!/]?[A-Za-z][^>]*>|&[^;\s<]*;?|<")
AGAIN = re.compile(r"(<(tr|li|option|div)\b.*?</\2>)\1+")
IDS = re.compile(r'\sid="([^"]+)"')

_parsed: set[str] = set()


def faults(page: str) -> list[str]:
    """What is wrong with a page, or with a part of one that a script sets in."""
    whole = page.lstrip()[:9].lower() == "<!doctype"
    found = _unparsable(page, whole=whole)
    if whole and page.count("<h1") != 1:
        found.append(f"{page.count('<h1')} titles")
    ids = IDS.findall(page)
    found += [f"the id {name} stands twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    if " style=" in page:
        found.append("a style attribute")
    return found


def _unparsable(page: str, *, whole: bool) -> list[str]:
    shape = AGAIN.sub(r"\1", "".join(SIGNS.findall(VALUES.sub("=", page))))
    if shape in _parsed:
        return []
    parser = html5lib.HTMLParser()
    parser.parse(page) if whole else parser.parseFragment(page)
    if not parser.errors:
        _parsed.add(shape)
    return [f"{code} {told} at {place}" for place, code, told in parser.errors]
