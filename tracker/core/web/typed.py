"""What somebody typed into a form that could not be taken, to be sent once more: never passwords, codes and tokens."""

from collections.abc import Iterable

# A field or button that may be sent again has none of these names, also not for another meaning.
SECRET = frozenset(
    {"csrf_token", "password", "new", "again", "current", "factor_code", "kept", "challenge", "answer", "sealed"}
)


def fields(sent: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The fields of a form that may stand in a page again, in their order."""
    return tuple((name, value) for name, value in sent if name not in SECRET)
