"""Bodies as one chooses among them: by name, and each but once."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tracker.core.languages import _, text_by_language


def told_apart(bodies: Iterable[Any]) -> list[tuple[str, str]]:
    """(code, name) of each; bodies that are called alike (one came after the other) have their code behind it."""
    named = [(one.code, text_by_language(one.name)) for one in bodies]
    times = Counter(name for _code, name in named)
    return [(code, f"{name} ({code})" if times[name] > 1 else name) for code, name in named]


def alike(namesakes: Iterable[Any]) -> str:
    """That other bodies are called so, by their codes."""
    return _("Another body has this name in these days: %(codes)s", codes=", ".join(one.code for one in namesakes))
