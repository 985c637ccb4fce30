"""How far a command is: a bar where somebody sits before a terminal, a line now and then where a log is written."""

import io
import os
import re
import select
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tracker.core import languages
from tracker.core.progress_bar import Bars

LABELS = {"storing": "Storing", "deriving": "Working out"}
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


@pytest.fixture(autouse=True)
def _context() -> Iterator[None]:
    app = Flask("bars")
    languages.init_app(app)
    with app.test_request_context(headers={"Accept-Language": "en"}), languages.in_language("en"):
        yield


def test_a_short_command_writes_nothing_between_its_messages() -> None:
    file = io.StringIO()
    with Bars(LABELS, file) as shown:
        for done in range(101):
            shown("storing", done, 100)
        shown.say("stored")
        shown("deriving", 100, 100)
    assert file.getvalue() == "stored\n"


def test_a_long_one_writes_a_plain_line_now_and_then() -> None:
    file, seconds = io.StringIO(), [0.0]
    with Bars(LABELS, file, lambda: seconds[0]) as shown:
        for done in range(0, 101, 10):
            shown("storing", done, 100)
            seconds[0] += 9
        shown.say("stored")
        for done in range(0, 51, 10):
            shown("deriving", done, 100)
            seconds[0] += 60
    lines = file.getvalue().splitlines()
    assert lines[0] == "Storing: 20%, about 0:01:12 to go"
    assert [line.partition(",")[0] for line in lines] == [
        "Storing: 20%", "Storing: 40%", "Storing: 60%", "Storing: 80%", "Storing: 100%", "stored",
        "Working out: 10%", "Working out: 20%", "Working out: 30%", "Working out: 40%", "Working out: 50%",
    ]  # fmt: skip
    assert lines[6] == "Working out: 10%, about 0:09:00 to go"


def test_a_terminal_shows_a_bar_that_grows_and_leaves_the_cursor_visible() -> None:
    def eight(told: Bars) -> None:
        for done in range(9):
            told("storing", done, 8)

    shown = _on_a_terminal(eight)
    assert [int(found) for found in re.findall(r"(\d+)%", shown)] == [0, 12, 25, 37, 50, 62, 75, 87, 100]
    assert HIDE in shown
    assert shown.rstrip().endswith(SHOW)


def test_what_is_said_stands_on_a_line_of_its_own_and_the_next_stage_has_its_own_bar() -> None:
    def work(told: Bars) -> None:
        told("storing", 8, 8)
        told.say("stored")
        told("deriving", 1, 2)

    shown = _on_a_terminal(work)
    storing, said, deriving = shown.partition("\r\nstored\r\n")
    assert said
    assert ("Storing" in storing, "Working out" in storing) == (True, False)
    assert ("Working out" in deriving, "50%" in deriving) == (True, True)


def test_an_interrupt_gives_the_cursor_back() -> None:
    def interrupted(told: Bars) -> None:
        told("storing", 1, 8)
        raise KeyboardInterrupt

    assert _on_a_terminal(interrupted).rstrip().endswith(SHOW)


def _on_a_terminal(work: Callable[[Bars], None]) -> str:
    """What a terminal gets to see."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as file:
        try:
            with Bars(LABELS, file) as shown:
                work(shown)
        except KeyboardInterrupt:
            pass
        file.flush()
        data = b""
        while select.select([ours], [], [], 0.1)[0]:
            data += os.read(ours, 100_000)
    os.close(ours)
    return data.decode()
