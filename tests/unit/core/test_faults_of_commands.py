"""How a command ends: with 2 where what was typed is refused or names nothing, with 1 where something is not so."""

import pytest

from tracker.cli import told_in_a_line
from tracker.core.errors import DomainError, FieldError, NotFound


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (FieldError("by", "Say who."), "tracker: by: Say who."),
        (NotFound("There is no such programme."), "tracker: There is no such programme."),
    ],
)
def test_what_was_typed_is_refused_with_two(error: DomainError, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, told_in_a_line():
        raise error
    assert (ended.value.code, capsys.readouterr().err.strip()) == (2, line)


def test_what_is_not_so_ends_with_one() -> None:
    with pytest.raises(SystemExit) as ended, told_in_a_line():
        raise DomainError("This person is erased already.")
    assert ended.value.code == "tracker: This person is erased already.", "a text, which ends with 1"
