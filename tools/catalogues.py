"""The Vietnamese catalogues: `compile` makes the .mo files, `check` holds them against every string that is used.

Message ids are English, so English needs no catalogue. Each room has its own folder under tracker/translations.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

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
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?([#0\- +]*[\d.]*[a-zA-Z%])")

Texts = tuple[str, ...]


@dataclass(frozen=True)
class Used:
    """One string of the product: its message id (with the plural, where there is one) and where it stands."""

    texts: Texts
    where: str


def catalogue_paths(root: Path = ROOT) -> list[Path]:
    """Every room's Vietnamese catalogue, in the order of their names."""
    return sorted(root.glob("tracker/translations/*/vi/LC_MESSAGES/messages.po"))


def used_strings(root: Path = ROOT) -> Iterator[Used]:
    """Every string that code and templates mark for translation."""
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


def read(path: Path) -> Catalog:
    """One catalogue with its fuzzy and obsolete entries."""
    with path.open("rb") as file:
        return read_po(file, locale="vi", abort_invalid=True)


def entry_faults(where: str, message: Message) -> Iterator[str]:
    """What is wrong with one entry, looked at alone."""
    texts = texts_of(message)
    strings = strings_of(message)
    if message.fuzzy:
        yield f"{where}: fuzzy: {texts[0]!r}"
    if not all(strings):
        yield f"{where}: not translated: {texts[0]!r}"
    elif any(placeholders(string) != placeholders(texts[-1]) for string in strings):
        yield f"{where}: other placeholders than in {texts[-1]!r}"
    if len(texts) > 1 and len(strings) != 1:
        yield f"{where}: Vietnamese has one plural form: {texts[0]!r}"


def faults(used: Iterable[Used], catalogues: Iterable[tuple[str, Catalog]]) -> Iterator[str]:
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
            yield from entry_faults(where, message)
            texts = texts_of(message)
            known.add(texts)
            if texts not in first_use:
                yield f"{where}: used nowhere: {texts[0]!r}"
            earlier, strings = translated.setdefault(texts[0], (where, strings_of(message)))
            if strings != strings_of(message):
                yield f"{where}: translated otherwise at {earlier}: {texts[0]!r}"
    for texts, where in first_use.items():
        if texts not in known:
            yield f"{where}: no Vietnamese for {texts[0]!r}"


def check(root: Path = ROOT) -> list[str]:
    """The faults of the project's own catalogues; empty when all is well."""
    catalogues = [(str(path.relative_to(root)), read(path)) for path in catalogue_paths(root)]
    return list(faults(used_strings(root), catalogues))


def compile_all(root: Path = ROOT) -> None:
    """Write messages.mo beside every messages.po; whoever reads meanwhile finds the one before, whole."""
    for path in catalogue_paths(root):
        made = path.with_suffix(".new")
        with made.open("wb") as file:
            write_mo(file, read(path))
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
