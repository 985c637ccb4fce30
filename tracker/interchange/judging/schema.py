"""The shipped JSON Schema: fast where a record is right, complete where it is wrong. More is refused in the checks."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
import jsonschema
from jsonschema import FormatChecker, ValidationError
from jsonschema.validators import extend

from tracker.core import legacy_letters, letters
from tracker.interchange.judging.faults import Code, Fault, step

PATH = Path(__file__).with_name("schema.json")
FORMAT = "commitment-package/3"
FORMAT_2 = "commitment-package/2"  # is read still: nothing of a commitment's life before its signing
FORMAT_1 = "commitment-package/1"  # too: and kinds and groups have no days in it
FORMATS = (FORMAT, FORMAT_2, FORMAT_1)

Validate = Callable[[Any], Any]

TYPE_CODES = {
    "string": Code.NOT_TEXT,
    "object": Code.NOT_OBJECT,
    "array": Code.NOT_LIST,
    "integer": Code.NOT_WHOLE_NUMBER,
    "boolean": Code.NOT_TRUE_OR_FALSE,
}
PATTERN_CODES = {
    "day": Code.BAD_DAY,
    "month_day": Code.BAD_DAY,
    "moment": Code.BAD_MOMENT,
    "digest": Code.BAD_DIGEST,
    "figure": Code.BAD_FIGURE,
    "code": Code.BAD_CODE,
    "name_of_kind": Code.BAD_KIND,
}
LIMIT_CODES = {
    "maxLength": Code.TEXT_TOO_LONG,
    "minimum": Code.NUMBER_TOO_SMALL,
    "maximum": Code.NUMBER_TOO_LARGE,
    "minItems": Code.LIST_TOO_SHORT,
    "maxItems": Code.LIST_TOO_LONG,
}


@cache
def document() -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of a whole package."""
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def is_day(text: object) -> bool:
    """Whether a text names a day that exists; what is no text is another fault."""
    if not isinstance(text, str):
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_moment(text: object) -> bool:
    """Whether a text names an instant that exists; what is no text is another fault."""
    if not isinstance(text, str):
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_of_letters(text: object) -> bool:
    """Whether the letters of a text can be taken, as at every other door; what is no text is another fault."""
    return not isinstance(text, str) or letters.fault(text) is None


def is_of_words(text: object) -> bool:
    """Whether a name can be taken: of such letters, and not of dots and dashes alone."""
    return is_of_letters(text) and not (isinstance(text, str) and letters.says_nothing(text))


FORMS: Mapping[str, Callable[[object], bool]] = {
    "date": is_day,
    "moment": is_moment,
    "letters": is_of_letters,
    "words": is_of_words,
}


@dataclass(frozen=True)
class RecordSchema:
    """Judges one kind of record: `faults(record, pointer)` lists everything that the schema refuses in it."""

    definition: Mapping[str, Any]
    quick: Validate
    thorough: Any

    def faults(self, record: object, pointer: str) -> list[Fault]:
        """Every fault of the record; none where it is as the schema says."""
        try:
            self.quick(record)
        except fastjsonschema.JsonSchemaValueException:
            return list(dict.fromkeys(_fault(error, pointer) for error in self.thorough.iter_errors(record)))
        return []


@cache
def of(kind: str) -> RecordSchema:
    """The judge of a kind of record: "calendar", "agency", "programme", "target", "dossier" and so on, "agency_1" and
    "target_2" as older formats have them; of "commitment" and "commitment_2" without their targets."""
    definitions = document()["$defs"]
    own = definitions[kind]
    if kind.startswith("commitment"):
        whole, older = definitions["commitment"], {"signed_how": False} if kind == "commitment_2" else {}
        own = {**whole, "properties": {**whole["properties"], "targets": {"type": "array"}, **older}}
    whole = {**own, "$defs": definitions}
    quick = fastjsonschema.compile(
        {**whole, "$schema": "http://json-schema.org/draft-07/schema"},
        formats=FORMS,
        use_default=False,
    )
    checker = FormatChecker(formats=())
    for name, check in FORMS.items():
        checker.checks(name)(check)
    return RecordSchema(own, quick, _thorough()(whole, format_checker=checker))


@cache
def _thorough() -> Any:
    """jsonschema's validator, with one error for each key and with patterns that end where the text ends."""
    make: Any = extend
    return make(
        jsonschema.Draft202012Validator,
        {
            "additionalProperties": _unknown_keys,
            "required": _missing_keys,
            "properties": _members,
            "pattern": _pattern,
        },
    )


def _unknown_keys(_validator: Any, _allowed: bool, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for key in (key for key in instance if key not in schema["properties"]):
            yield ValidationError(key, path=[key])


def _missing_keys(_validator: Any, required: list[str], instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for key in required:
            if key not in instance:
                yield ValidationError(key)


def _members(validator: Any, wanted: Mapping[str, Any], instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for key in (key for key in wanted if key in instance):
            if wanted[key] is False:
                yield ValidationError(key, path=[key], validator="forbidden")
            else:
                yield from validator.descend(instance[key], wanted[key], path=key, schema_path=key)


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _compiled(pattern).search(instance):
        yield ValidationError(pattern)


@cache
def _compiled(pattern: str) -> Any:
    return re.compile(pattern.removesuffix("$") + r"\Z")


def _fault(error: ValidationError, pointer: str) -> Fault:
    for key in error.absolute_path:
        pointer = step(pointer, key)
    code, values = _told(error)
    return Fault(pointer, code, _Values(values))


class _Values(dict[str, object]):
    """Values of a fault that can be compared and hashed, so that one fault found twice is listed once."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))


def _told(error: ValidationError) -> tuple[Code, dict[str, object]]:
    """The code of a schema's error and what its sentence names."""
    keyword: Any = error.validator
    wanted: Any = error.validator_value
    definition: Any = error.schema
    value = error.instance if isinstance(error.instance, str | int) else type(error.instance).__name__
    match keyword:
        case "required":
            return Code.KEY_MISSING, {"key": error.message}
        case "additionalProperties":
            return Code.UNKNOWN_KEY, {}
        case "type":
            return TYPE_CODES[wanted if isinstance(wanted, str) else wanted[0]], {}
        case "enum":
            return Code.NOT_ONE_OF, {"value": value, "allowed": ", ".join(wanted)}
        case "format" if wanted in {"letters", "words"}:
            written_in = legacy_letters.encoding(str(value))
            if written_in in {None, legacy_letters.LOST}:
                return Code.BAD_TEXT, {}
            return Code.BAD_LETTERS, {"value": value, "encoding": written_in}
        case "pattern" | "format":
            code = PATTERN_CODES.get(definition.get("title", ""), Code.BAD_TEXT)
            return code, {} if code is Code.BAD_TEXT else {"value": value}
        case "anyOf":
            return Code.NO_GOAL, {}
        case "forbidden":
            return Code.KEY_NOT_HERE, {}
        case _:
            return LIMIT_CODES[keyword], {"limit": wanted}
