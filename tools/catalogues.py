"""The catalogues: `compile` makes the .mo files, `check` holds them against every string that is used: the Vietnamese
ones against all, those of pages for everybody (`public_pages`) against what stands there.

Message ids are English, so English needs no catalogue. Each room has its own folder under tracker/translations.
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tools.public_pages import public_lines

ROOT = Path(__file__).parents[1]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "_n": (1, 2),
    "gettext": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "ngettext": (1, 2),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {pattern: {"trimmed": "true"} for pattern in ("**.html", "**.txt")}
NAMES = {"vi": "Vietnamese", "ru": "Russian"}
FORMS = {"vi": 1, "ru": 3}  # of the plural
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?([#0\- +]*[\d.]*[a-zA-Z%])")

Texts = tuple[str, ...]


@dataclass(frozen=True)
class Used:
    """One string of the product: its message id (with the plural, where there is one) and where it stands."""

    texts: Texts
    where: str


def catalogue_paths(root: Path = ROOT, language: str = "vi") -> list[Path]:
    """Every room's catalogue in a language, in the order of their names."""
    return sorted(root.glob(f"tracker/translations/*/{language}/LC_MESSAGES/messages.po"))


@functools.cache
def used_strings(root: Path = ROOT) -> tuple[Used, ...]:
    """Every string that code and templates mark for translation."""
    return tuple(_used(root))


def _used(root: Path) -> Iterator[Used]:
    for folder in ("tracker", "jobs", "templates"):
        if not (root / folder).is_dir():
            continue
        found = extract_from_dir(root / folder, METHODS, OPTIONS, KEYWORDS)
        for name, line, message, _comments, _context in found:
            texts = message if isinstance(message, tuple) else (message,)
            yield Used(tuple(text for text in texts if text), f"{folder}/{name}:{line}")


def texts_of(message: Message) -> Texts:
    """The message id of a catalogue's entry, in the shape of `Used.texts`."""
    return tuple(message.id) if isinstance(message.id, tuple | list) else (message.id,)


def strings_of(message: Message) -> Texts:
    """The translations of a catalogue's entry, one for each plural form; empty where one is missing."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(string or "" for string in strings)


def placeholders(text: str) -> set[str]:
    """The placeholders of a text, named or not; a doubled percent sign is none."""
    return {match.group(1) or match.group(0) for match in PLACEHOLDER.finditer(text) if match.group(2) != "%"}


def read(path: Path, language: str = "vi") -> Catalog:
    """One catalogue with its fuzzy and obsolete entries."""
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entry_faults(where: str, message: Message, language: str = "vi") -> Iterator[str]:
    """What is wrong with one entry, looked at alone."""
    texts = texts_of(message)
    strings = strings_of(message)
    if message.fuzzy:
        yield f"{where}: fuzzy: {texts[0]!r}"
    if not all(strings):
        yield f"{where}: not translated: {texts[0]!r}"
    elif any(placeholders(string) != placeholders(texts[-1]) for string in strings):
        yield f"{where}: other placeholders than in {texts[-1]!r}"
    if len(texts) > 1 and len(strings) != FORMS[language]:
        yield f"{where}: of the plural {NAMES[language]} has {FORMS[language]}: {texts[0]!r}"


def faults(used: Iterable[Used], catalogues: Iterable[tuple[str, Catalog]], language: str = "vi") -> Iterator[str]:
    """Every fault of the catalogues against the strings in use: missing, obsolete, fuzzy, empty, contradictory."""
    first_use: dict[Texts, str] = {}
    for use in used:
        first_use.setdefault(use.texts, use.where)
    translated: dict[str, tuple[str, Texts]] = {}
    known: set[Texts] = set()
    for name, catalogue in catalogues:
        for obsolete in catalogue.obsolete:
            yield f"{name}: obsolete entry left behind: {obsolete!r}"
        for message in catalogue:
            if not message.id:
                continue
            where = f"{name}:{message.lineno}"
            yield from entry_faults(where, message, language)
            texts = texts_of(message)
            known.add(texts)
            if texts not in first_use:
                yield f"{where}: used nowhere: {texts[0]!r}"
            earlier, strings = translated.setdefault(texts[0], (where, strings_of(message)))
            if strings != strings_of(message):
                yield f"{where}: translated otherwise at {earlier}: {texts[0]!r}"
    for texts, where in first_use.items():
        if texts not in known:
            yield f"{where}: no {NAMES[language]} for {texts[0]!r}"


def check(root: Path = ROOT) -> list[str]:
    """The faults of the project's own catalogues; empty when all is well."""
    used, public = used_strings(root), public_lines(root)
    everybody = [one for one in used if any(lines.hold(*_place(one.where)) for lines in public)]
    return [
        fault
        for language, strings in (("vi", used), ("ru", everybody))
        for fault in faults(strings, _catalogues(root, language), language)
    ]


def _catalogues(root: Path, language: str) -> list[tuple[str, Catalog]]:
    return [(str(path.relative_to(root)), read(path, language)) for path in catalogue_paths(root, language)]


def _place(where: str) -> tuple[str, int]:
    file, _colon, line = where.rpartition(":")
    return file, int(line)


def compile_all(root: Path = ROOT) -> None:
    """Write messages.mo beside every messages.po; whoever reads meanwhile finds the one before, whole."""
    for language in NAMES:
        for path in catalogue_paths(root, language):
            made = path.with_suffix(".new")
            with made.open("wb") as file:
                write_mo(file, read(path, language))
            made.replace(path.with_suffix(".mo"))


def main() -> int:
    """`python -m tools.catalogues compile | check`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["compile", "check"])
    if parser.parse_args().what == "compile":
        compile_all()
        return 0
    found = check()
    print("\n".join(found) or "catalogues: complete")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
