"""The environment read into typed settings: which variable is which field, what its text can be, and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

PREFIX = "TRACKER_"
WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_LIMITS = "limits"


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that shows itself only to who asks for it by name: not in a log, not in a trace."""

    _text: str = field(repr=False)

    def get_secret_value(self) -> str:
        """The text."""
        return self._text

    def __str__(self) -> str:
        return "**********" if self._text else ""

    def __bool__(self) -> bool:
        return bool(self._text)


UNSET = Secret("")


def within(default: Any, least: float, most: float = float("inf")) -> Any:
    """A number that the environment may set from the least to the most."""
    return field(default=default, metadata={_LIMITS: (least, most)})


def read(kind: type[Any], environment: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """What the environment sets, by the names of the settings, and a line for each variable that cannot be read.

    The faulty value itself is never repeated: it may be a secret.
    """
    given: dict[str, Any] = {}
    wrong: list[str] = []
    kinds = get_type_hints(kind)
    for setting in fields(kind):
        name = PREFIX + setting.name.upper()
        if name not in environment:
            continue
        try:
            given[setting.name] = _value(environment[name], kinds[setting.name], setting.metadata.get(_LIMITS))
        except ValueError as error:
            wrong.append(f"{name}: {error}")
    return given, wrong


def _value(text: str, kind: Any, limits: tuple[float, float] | None) -> Any:
    """A variable's text as a setting of its kind. Raises ValueError, which says what it must be."""
    if kind is bool:
        if text.strip().lower() not in WORDS:
            raise ValueError("must be 1 or 0")
        return WORDS[text.strip().lower()]
    if limits is not None:
        return _number(text, kind, *limits)
    return next((make(text) for make in (Path, Secret) if kind in (make, make | None)), text)


def _number(text: str, kind: Any, least: float, most: float) -> Any:
    try:
        value = kind(text)
    except ValueError:
        raise ValueError("must be a whole number" if kind is int else "must be a number") from None
    if not least <= value <= most:
        raise ValueError(f"must be {least} at least" if most == float("inf") else f"must be from {least} to {most}")
    return value
