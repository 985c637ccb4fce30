"""Every page that a test gets is read strictly: HTML5 whose signs and tags have no fault, of which the parser makes the
tree that is written, without a fault of authoring (an id that stands twice, a role that is none, a heading without
words …), with one title and no style in it."""

from __future__ import annotations

import re
from itertools import zip_longest

import turbohtml
from turbohtml import TokenType
from turbohtml.conformance import check

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
PART = "<!doctype html><html lang='vi'><head><title>-</title></head><body>{}</body></html>"


# Addresses, hidden values and numbers in which nothing can be wrong: with others in their place a page is as right.
PLAIN = re.compile(r'( (?:href|action)="| type="hidden" name="\w+" value="|<code>)[\w/.?=:~%-]+')
_right: set[int] = set()


def new_faults(page: str) -> list[str]:
    """The same of a page of which no like was read in this process and found right."""
    like = hash(PLAIN.sub(r"\1-", page))
    if like in _right:
        return []
    found = faults(page)
    if not found:
        _right.add(like)
    return found


def faults(page: str) -> list[str]:
    """What is wrong with a page, or with a part of one that a script sets in."""
    whole = page.lstrip()[:9].lower() == "<!doctype"
    written = page if whole else PART.format(page)  # the parser keeps no faults of a fragment
    document = turbohtml.parse(written)
    found = [f"{error.code} at {error.line}:{error.col}" for error in document.errors]
    found += [f"{told.message} at {told.line}:{told.column}" for told in check(document).errors]
    found += _mended(written, document.serialize())
    if whole and len(document.select("h1")) != 1:
        found.append(f"{len(document.select('h1'))} titles")
    if document.select("[style]"):
        found.append("a style attribute")
    return found


def _mended(written: str, understood: str) -> list[str]:
    """The first place where the parser had to put, move or leave out a tag or a text; nothing, where it did not."""
    for ours, theirs in zip_longest(_tags(written), _tags(understood)):
        if ours is None or theirs is None or ours[0] != theirs[0]:
            return [f"written {ours}, understood {theirs}"]
    return []


def _tags(page: str) -> list[tuple[str, int, int]]:
    """Each tag, and each text that is more than spaces, with its line and column."""
    found = []
    for token in turbohtml.tokenize(page, capture_attributes=False):
        at = token.line, token.col
        if token.type is TokenType.START_TAG:
            found.append((f"<{token.tag}>", *at))
            if token.self_closing and token.tag not in VOID:
                found.append((f"</{token.tag}>", *at))
        elif token.type is TokenType.END_TAG:
            found.append((f"</{token.tag}>", *at))
        elif token.type is TokenType.TEXT and (token.data or "").strip() and not (found and found[-1][0] == "text"):
            found.append(("text", *at))
    return found
