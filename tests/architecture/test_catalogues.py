"""Every string has its Vietnamese, those of pages for everybody their Russian; the check finds each kind of fault."""

from __future__ import annotations

from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tools.catalogues import ROOT, Used, check, faults, used_strings
from tools.public_pages import Lines, public_lines

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


def test_a_language_with_three_plural_forms_has_all_of_them() -> None:
    header = HEADER.replace("nplurals=1; plural=0", "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2)")
    forms = ["день", "дня", "дней"]
    for count, right in ((3, True), (2, False)):
        entry = DAYS.partition("msgstr")[0] + "\n".join(f'msgstr[{n}] "%(num)d {forms[n]}"' for n in range(count))
        read = read_po(BytesIO((header + entry).encode()), locale="ru")
        assert (list(faults([Used(("%(num)d day", "%(num)d days"), "a.py:1")], [("room", read)], "ru")) == []) is right


def test_a_message_of_a_page_for_everybody_needs_its_russian() -> None:
    """Where the page says it itself, in what its template stands on, and in the words of other rooms that it shows."""
    public = public_lines(ROOT)
    found = {
        use.texts[0]
        for use in used_strings(ROOT)
        if any(lines.hold(use.where.rpartition(":")[0], int(use.where.rpartition(":")[2])) for lines in public)
    }
    assert {"Verify a document", "Before the amendment", "Receipt of a report", "In force", "Back", "service"} <= found
    assert not {"drafted it", "Sign in", "Mail"} & found
    assert list(faults([Used(("Save",), "a.py:1")], [], "ru")) == ["a.py:1: no Russian for 'Save'"]
    assert Lines("a.py", ((2, 3),)).hold("a.py", 3)
    assert not Lines("a.py", ((2, 3),)).hold("a.py", 4)
