"""Records that nobody changes: mypy sees to it. An object that is frozen at run time as well takes eight times as long
to make, and a page, or the night, makes thousands.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:
    from dataclasses import dataclass

    def record(*, frozen: bool, slots: bool, eq: bool = True) -> Any:
        """`dataclass`, as mypy reads it: equal by their fields, unless not `eq`, and with a hash either way."""
        return dataclass(slots=slots, eq=eq, unsafe_hash=frozen and eq)
