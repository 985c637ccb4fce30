"""Every string has its Vietnamese, and the check that says so finds each kind of fault."""

from __future__ import annotations

from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tools.catalogues import Used, check, faults

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'


def catalogue(text: str) -> tuple[str, Catalog]:
    return "room", read_po(BytesIO((HEADER + text).encode()), locale="vi")


def test_the_catalogues_are_complete() -> None:
    assert check() == []


SAVE = 'msgid "Save"\nmsgstr "Lưu"'
DAYS = 'msgid "%(num)d day"\nmsgid_plural "%(num)d days"\nmsgstr[0] "%(num)d ngày"'
BARE_DAY = 'msgid "one day"\nmsgid_plural "%(num)d days"\nmsgstr[0] "một ngày"'


@pytest.mark.parametrize(
    ("used", "entries", "fault"),
    [
        (("Save",), [SAVE], None),
        (("%(n)s days",), ['msgid "%(n)s days"\nmsgstr "%(n)s ngày"'], None),
        (("100%% of it",), ['msgid "100%% of it"\nmsgstr "100%%"'], None),
        (("%(num)d day", "%(num)d days"), [DAYS], None),
        (("one day", "%(num)d days"), [BARE_DAY], "placeholders"),
        (("%(n)s days",), ['msgid "%(n)s days"\nmsgstr "%(m)s ngày"'], "placeholders"),
        (("Save",), [], "no Vietnamese"),
        (("Save",), ['msgid "Save"\nmsgstr ""'], "not translated"),
        (("Save",), ["#, fuzzy\n" + SAVE], "fuzzy"),
        (("Save",), [SAVE + '\n\nmsgid "Gone"\nmsgstr "Mất"'], "used nowhere"),
        (("Save",), [SAVE + '\n\n#~ msgid "Gone"\n#~ msgstr "Mất"'], "obsolete"),
        (("Save",), [SAVE, 'msgid "Save"\nmsgstr "Ghi"'], "translated otherwise"),
    ],
)
def test_each_kind_of_fault_is_found(used: tuple[str, ...], entries: list[str], fault: str | None) -> None:
    found = list(faults([Used(used, "code.py:1")], [catalogue(text) for text in entries]))
    if fault is None:
        assert found == []
    else:
        assert len(found) == 1
        assert fault in found[0]
