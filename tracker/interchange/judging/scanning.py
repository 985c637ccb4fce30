"""Reads a JSON object as a stream: the members of its lists one by one, and where it is wrong. Knows no package."""

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from tracker.core import letters
from tracker.interchange.judging.faults import Code, Fault, step

CHUNK = 1 << 20  # bytes read at a time
LONGEST_RECORD = 64 << 20  # characters: one record is held in memory, so it has a limit
NEAR_END = 64  # characters: an error this close to the end of what is read may only be for want of the rest
BLANK = " \t\n\r"


class Odd:
    """A number that no package holds: with a fraction, NaN, or too long. It is of no type that a schema allows."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


class Doubled(dict[str, Any]):
    """An object in which keys stand twice."""

    keys_twice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A member of the document begins: a list whose items follow one by one, or a single value."""

    key: str
    is_list: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One value: of the member `key`, at `index` where that is a list; `doubled` points to keys that stand twice."""

    key: str
    index: int | None
    value: Any
    doubled: tuple[str, ...] = ()

    @property
    def pointer(self) -> str:
        """The JSON pointer of the value."""
        return step("", self.key) if self.index is None else f"{step('', self.key)}/{self.index}"


class ScanError(Exception):
    """The text cannot be read any further; `fault` says where and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class Scanner:
    """One pass over an open file. Memory stays within a few times the longest record."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._text = ""
        self._at = 0
        self._ended = False
        self._undecodable = False
        self._lines = 0  # line feeds before self._text
        self._columns = 0  # characters between the last of them and self._text
        self._found_doubled = False
        self._scan = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=Odd, parse_int=_whole, parse_constant=Odd
        ).raw_decode

    def members(self) -> Iterator[Opened | Item]:
        """The members of the document in the order of the file.

        Raises ScanError where the text is no JSON object, or too deep or too long to be read.
        """
        self._fill()
        if self._text.startswith("\ufeff"):
            raise ScanError(Fault("", Code.BYTE_ORDER_MARK))
        if self._peek("") != "{":
            self._value("")  # which raises what is wrong with it, if it is no JSON at all
            raise ScanError(Fault("", Code.NOT_OBJECT))
        self._at += 1
        if self._peek("") == "}":
            self._at += 1
        else:
            yield from self._members()
        if self._peek("", at_end=True):
            raise ScanError(self._fault("", Code.TRAILING_TEXT))

    def _members(self) -> Iterator[Opened | Item]:
        seen: set[str] = set()
        while True:
            if self._peek("") != '"':
                raise ScanError(self._fault("", Code.NOT_JSON))
            key = self._value("")
            pointer = step("", key)
            if key in seen:
                raise ScanError(Fault(pointer, Code.DUPLICATE_KEY))
            seen.add(key)
            self._sign(":", pointer)
            is_list = self._peek(pointer) == "["
            yield Opened(key, is_list)
            if is_list:
                yield from self._items(key)
            else:
                yield self._item(key, None, pointer)
            if self._sign(",}", "") == "}":
                return

    def _items(self, key: str) -> Iterator[Item]:
        self._at += 1
        pointer = step("", key)
        if self._peek(pointer) == "]":
            self._at += 1
            return
        index = 0
        while True:
            yield self._item(key, index, f"{pointer}/{index}")
            index += 1
            if self._sign(",]", pointer) == "]":
                return

    def _item(self, key: str, index: int | None, pointer: str) -> Item:
        self._found_doubled = False
        value = self._value(pointer)
        doubled = tuple(_doubled(value)) if self._found_doubled else ()
        return Item(key, index, value, doubled)

    def _value(self, pointer: str) -> Any:
        """The value that begins here; reads on until it is whole."""
        self._peek(pointer)
        while True:
            wrong_at: int | None = None
            try:
                value, end = self._scan(self._text, self._at)
            except json.JSONDecodeError as error:
                wrong_at = error.pos
                hopeless = not error.msg.startswith("Unterminated") and error.pos < len(self._text) - NEAR_END
            except RecursionError:
                raise ScanError(self._fault(pointer, Code.TOO_DEEP)) from None
            else:
                if end < len(self._text) or self._ended:
                    self._at = end
                    return value
                hopeless = False
            if self._ended or hopeless:
                raise ScanError(self._fault(pointer, Code.NOT_JSON, wrong_at))
            if len(self._text) - self._at > LONGEST_RECORD:
                raise ScanError(self._fault(pointer, Code.TOO_LONG))
            self._fill()

    def _peek(self, pointer: str, *, at_end: bool = False) -> str:
        """The next sign that is not blank, without taking it; "" at the end, where that is allowed."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                if at_end and not self._undecodable:
                    return ""
                raise ScanError(self._fault(pointer, Code.NOT_JSON))
            self._fill()

    def _sign(self, allowed: str, pointer: str) -> str:
        """Take the next sign, which must be one of those allowed."""
        found = self._peek(pointer)
        if found not in allowed:
            raise ScanError(self._fault(pointer, Code.NOT_JSON))
        self._at += 1
        return found

    def _fill(self) -> None:
        """Read on, at least as much again as is held, so that a long record is not tried too often."""
        held = len(self._text) - self._at
        self._move_past(self._at)
        data = self._file.read(max(CHUNK, held))
        try:
            self._text += self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            self._text += error.object[: error.start].decode()
            self._undecodable = self._ended = True
        else:
            self._ended = not data

    def _move_past(self, taken: int) -> None:
        self._lines, self._columns = self._place(taken)
        self._text = self._text[taken:]
        self._at = 0

    def _place(self, at: int) -> tuple[int, int]:
        """Line feeds, and characters since the last of them, before this place in the held text."""
        feeds = self._text.count("\n", 0, at)
        if feeds:
            return self._lines + feeds, at - self._text.rfind("\n", 0, at) - 1
        return self._lines, self._columns + at

    def _fault(self, pointer: str, code: Code, at: int | None = None) -> Fault:
        if self._undecodable and code is Code.NOT_JSON:
            code, at = Code.WRONG_ENCODING, len(self._text)
        line, column = self._place(self._at if at is None else at)
        return Fault(pointer, code, {"line": line + 1, "column": column + 1})

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = {key: _visible(value) for key, value in pairs}
        if len(record) == len(pairs):
            return record
        self._found_doubled = True
        doubled = Doubled(record)
        doubled.keys_twice = tuple(key for key, times in Counter(key for key, _value in pairs).items() if times > 1)
        return doubled


def _visible(value: Any) -> Any:
    """A value of an object without what nobody sees in its texts, which other doors take out too."""
    if isinstance(value, str):
        return letters.taken(value)
    if isinstance(value, list):
        return [letters.taken(one) if isinstance(one, str) else one for one in value]
    return value


def _whole(text: str) -> int | Odd:
    """A whole number, unless it is far too long: turning a million digits into a number would take for ever."""
    return int(text) if len(text) <= 18 else Odd(text[:18])


def _doubled(value: Any) -> Iterator[str]:
    """Pointers, from the value on, of the keys that stand twice in one object."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        pointer, found = waiting.pop()
        if isinstance(found, Doubled):
            yield from (step(pointer, key) for key in found.keys_twice)
        if isinstance(found, dict):
            waiting.extend((step(pointer, key), member) for key, member in found.items())
        elif isinstance(found, list):
            waiting.extend((f"{pointer}/{index}", member) for index, member in enumerate(found))
