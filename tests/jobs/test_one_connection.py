"""The mails of a run over one connection: whatever the server does at whichever word, each leaves once, and one mail's
fault is no other's. By a real server that can be told how to behave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from jobs import deliver
from jobs.work import Occasion
from tests.jobs.test_delivery import queue, run_deliver, state
from tracker.core import clock
from tracker.core.db.unit_of_work import OUTAGE_SECONDS, unit_of_work
from tracker.core.extensions import settings_of
from tracker.mail import delivery, service
from tracker.settings import Secret

COUNT = 5
CLOSE = ""  # hangs up instead of an answer
USUAL = {"DATA": "354 go on", ".": "250 taken"}


class Moody:
    """A mail server. `mood` is asked for each word, with the number of the connection and of the mail on it, from 1:
    what it answers, or none for the usual."""

    def __init__(self) -> None:
        self.mood: Callable[[str, int, int], str | None] = lambda _word, _connection, _mail: None
        self.connections, self.taken = 0, list[str]()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections += 1
                threading.Thread(target=self._speak, args=[connection, self.connections], daemon=True).start()

    def _speak(self, connection: socket.socket, number: int) -> None:
        mails, to = 0, ""
        with connection, connection.makefile("rb") as heard, suppress(OSError):
            connection.sendall(b"220 h\r\n")
            for line in heard:
                word = line.strip().partition(b" ")[0].decode("latin-1").upper()
                mails += word == "MAIL"
                if word == "RCPT":
                    to = line.decode().partition("<")[2].partition("@")[0]
                if word not in {"EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT"}:
                    continue
                reply = self.mood(word, number, mails)
                if word == "." and (reply is None or reply == "250 and farewell"):
                    self.taken.append(to)
                if reply == CLOSE:
                    return
                connection.sendall(f"{reply or USUAL.get(word, '250 h')}\r\n".encode())
                if reply is not None and reply.startswith(("421", "250 and")):
                    return


@pytest.fixture
def moody(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moody]:
    """One, which the application's settings name."""
    server = Moody()
    monkeypatch.setitem(app.extensions, "settings", replace(settings_of(app), smtp_url=Secret(server.address)))
    yield server
    server.listener.close()


def named(number: int) -> str:
    return f"test-{number}giam-doc"


def told(ids: list[int]) -> list[tuple[str, int]]:
    return [(mail.state, mail.attempts) for mail in map(state, ids)]


ALL = [named(number) for number in range(COUNT)]
SENT = ("sent", 1)


def test_all_of_a_run_leave_over_one_connection(app: Flask, context: None, moody: Moody) -> None:
    ids = [queue(f"test:{number}") for number in range(COUNT)]
    run_deliver(app)
    assert (moody.taken, moody.connections) == (ALL, 1)
    assert told(ids) == [SENT] * COUNT


Mood = Callable[[str, int, int], str | None]
KINDLY: dict[str, Mood] = {
    "hangs up after each mail": lambda word, _, __: "250 and farewell" if word == "." else None,
    "takes two over one connection": lambda word, _, mail: "421 enough" if word == "MAIL" and mail > 2 else None,
    "refuses the third over one": lambda word, _, mail: "452 too many" if word == "MAIL" and mail > 2 else None,
    "hangs up at the third": lambda word, _, mail: CLOSE if word == "MAIL" and mail > 2 else None,
}


@pytest.mark.parametrize("mood", KINDLY)
def test_a_server_that_takes_few_over_one_connection_gets_them_over_more(
    app: Flask, context: None, moody: Moody, mood: str
) -> None:
    moody.mood = KINDLY[mood]
    ids = [queue(f"test:{number}") for number in range(COUNT)]
    run_deliver(app)
    assert moody.taken == ALL
    assert moody.connections > 1
    assert told(ids) == [SENT] * COUNT


FAULTS: dict[str, tuple[str, str, tuple[str, int], bool]] = {
    # at the third mail: the word, the answer, what stands of the mail then, and whether the others go on at once
    "no such receiver": ("RCPT", "550 no such mailbox", ("failed", 1), True),
    "receiver later": ("RCPT", "450 later", ("pending", 1), True),
    "no such mail": ("DATA", "554 never", ("failed", 1), True),
    "mail later": (".", "451 later", ("pending", 1), True),
    "mail never": (".", "554 spam", ("failed", 1), True),
    "closing at the receiver": ("RCPT", "421 closing", ("pending", 1), False),
    "dropped at the receiver": ("RCPT", CLOSE, ("pending", 1), False),
    "dropped at the text": ("DATA", CLOSE, ("pending", 1), False),
    "dropped after the text": (".", CLOSE, ("pending", 1), False),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_mail_s_fault_is_no_other_s(app: Flask, context: None, moody: Moody, fault: str) -> None:
    at, answer, left, goes_on = FAULTS[fault]
    met: list[int] = []

    def mood(word: str, _connection: int, mail: int) -> str | None:
        if word == at and len(moody.taken) == 2 and not met:
            met.append(mail)
            return answer
        return None

    moody.mood = mood
    ids = [queue(f"test:{number}") for number in range(COUNT)]
    run_deliver(app)
    others = SENT if goes_on else ("pending", 0)
    assert told(ids) == [SENT, SENT, left, others, others]
    for minute in (1, 2):
        with time_machine.travel(clock.now() + timedelta(minutes=minute, seconds=1)):
            run_deliver(app)
    refused = left[0] == "failed"
    assert sorted(moody.taken) == [name for name in ALL if name != named(2) or not refused]


def test_a_slow_server_is_given_as_many_as_it_takes_while_it_is_fresh_that_they_are_due(
    app: Flask, context: None, moody: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "FRESH_SECONDS", 0.0)
    asked: list[int] = []
    real = service.claim_some

    def claim_some(session: Session, now: clock.Moment, most: int) -> list[service.Outgoing]:
        asked.append(most)
        return real(session, now, most)

    monkeypatch.setattr(service, "claim_some", claim_some)
    ids = [queue(f"test:{number}") for number in range(COUNT)]
    run_deliver(app)
    assert (moody.taken, moody.connections) == (ALL, 1)
    assert told(ids) == [SENT] * COUNT
    assert asked == [1, 2, 1, 2, 1, 2]  # no more are taken up than leave; the last finds none


def test_a_process_that_dies_at_any_step_loses_none_and_repeats_the_last_at_most(
    app: Flask, context: None, moody: Moody
) -> None:
    steps = 0
    while True:
        keys = [f"test:{steps}-{number}" for number in range(COUNT)]
        ids = [queue(key) for key in keys]
        before = len(moody.taken)
        units = deliver.run(Occasion(clock.moment(), clock.today(), settings_of(app)))
        try:
            answer = None
            for _ in range(steps):
                unit = units.send(answer)
                with unit_of_work() as session:
                    answer = unit(session)
            units.send(answer)  # whatever stands before the next unit is done, that unit is not
        except StopIteration:
            break
        units.close()
        for minutes in (0, 3):
            with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
                run_deliver(app)
        taken = moody.taken[before:]
        assert len(set(taken)) == COUNT, steps
        assert len(taken) <= COUNT + 1, steps
        assert {mail.state for mail in map(state, ids)} == {"sent"}
        steps += 1
    assert steps > 2 * COUNT


def test_whoever_took_up_mails_has_them_for_as_long_as_sending_and_recording_can_take() -> None:
    longest = deliver.FRESH_SECONDS + delivery.SENDING_SECONDS + OUTAGE_SECONDS
    assert longest < service.CLAIM.total_seconds()
