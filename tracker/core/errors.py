"""What can go wrong in words a reader understands. Services raise these; forms and error pages show them."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """What cannot be done as things stand: the text says what is wrong, and a command that meets it prints no more."""


class DomainError(Refusal):
    """Something that the rules of the product refuse. `message` is a (lazy) text in the reader's language."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message

    def by_field(self) -> Mapping[str, Any]:
        """What a form shows beside its fields; "" on top of them."""
        return {"": self.message}


class FieldError(DomainError):
    """A refusal that concerns one field of a form; shown beside it."""

    def __init__(self, field: str, message: Any) -> None:
        super().__init__(message)
        self.field = field

    def by_field(self) -> Mapping[str, Any]:
        """Beside its field."""
        return {self.field: self.message}


class StaleEdit(DomainError):
    """Somebody else changed the same thing meanwhile. `current` is what stands now, to be shown beside
    what was typed."""

    def __init__(self, message: Any, current: object) -> None:
        super().__init__(message)
        self.current = current


class NotFound(DomainError):
    """There is no such thing within the reader's scope (the two are told apart to nobody)."""


class WrongAddress(DomainError):
    """The address asks for something that it cannot mean; its words are for whoever wrote it."""


class Forbidden(DomainError):
    """The reader may see the thing, but not do this to it."""
