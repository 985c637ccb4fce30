"""Two hundred saves at the same time, of one figure and of many: none is lost, none is there twice, nothing fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from tests.bench.client import hidden_fields
from tests.faults.browser import Answer
from tests.faults.server import Server
from tests.faults.world import FIGURES, PERIODS, Figure, faults_in, reading
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.commitments.models import Target
from tracker.programmes.models import Period
from tracker.progress.models import Draft, Report, Revision

SAVES = 200
PRESSES = 6


def at_once(press: Callable[[int], Answer], times: int) -> list[Answer]:
    """Each press in a thread of its own, all at the same time."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(press, range(times)))


def mine(number: int) -> str:
    """What one person writes, and nobody else."""
    return f"Lời của người số {number}."


def version_on(page: Answer) -> str:
    """The version of the draft that a page shows."""
    return hidden_fields(page.page)["version"]


def saved_versions(server: Server, figure: Figure) -> list[int]:
    """The versions of a figure's draft that the record says were saved, in its order."""
    with reading(server.database, server.instance) as session:
        target_id = session.scalar(sa.select(Target.id).where(Target.token == f"target-{figure.target}"))
        events = sa.select(AuditEvent.detail).where(AuditEvent.event == "draft.saved").order_by(AuditEvent.id)
        place = {"target": target_id, "place": figure.period}
        return [told["version"] for told in session.scalars(events) if place.items() <= told.items()]


def draft_of(server: Server, figure: Figure) -> dict[str, str]:
    """What stands in a figure's draft."""
    with reading(server.database, server.instance) as session:
        found = sa.select(Draft.typed).join(Draft.target).join(Draft.period)
        found = found.where(Target.token == f"target-{figure.target}", Period.code == figure.period)
        typed: dict[str, str] = session.scalars(found).one()
        return typed


def test_two_hundred_figures_are_all_saved(server: Server) -> None:
    people = {body: server.person(body, Office.OFFICER) for body in ("SXD", "SYT")}

    def save(number: int) -> Answer:
        figure = FIGURES[number]
        return people[figure.body].post(figure.path, version="0", language="vi", value=str(number), narrative="Đã rà")

    answers = at_once(save, SAVES)
    assert Counter(answer.status for answer in answers) == {303: SAVES}
    with reading(server.database, server.instance) as session:
        kept = sa.select(Target.token, Period.code, Draft.typed).join(Draft.target).join(Draft.period)
        kept = kept.where(Period.code.in_(PERIODS))
        stored = {(token, code, typed["value"]) for token, code, typed in session.execute(kept)}
        told = session.scalars(sa.select(AuditEvent.detail).where(AuditEvent.event == "draft.saved"))
        assert sum(detail["place"] in PERIODS for detail in told) == SAVES
        assert faults_in(session, server.instance) == []
    expected = {(f"target-{figure.target}", figure.period, str(number)) for number, figure in enumerate(FIGURES)}
    assert stored == expected


def test_of_two_hundred_who_saw_the_same_draft_one_saves_and_all_others_see_both(server: Server) -> None:
    """Whoever is late gets the page with their own text and what stands now, and has overwritten nothing."""
    figure = Figure("SXD", "SXD-T00", "2021-Y")
    people = [server.person("SXD", Office.OFFICER), server.person("SXD", Office.HEAD)]

    def save(number: int) -> Answer:
        own = people[number % len(people)]
        return own.post(figure.path, version="0", language="vi", value=str(1000 + number), narrative=mine(number))

    answers = at_once(save, SAVES)
    assert Counter(answer.status for answer in answers) == {303: 1, 409: SAVES - 1}
    winner = next(number for number, answer in enumerate(answers) if answer.status == 303)
    for number, answer in enumerate(answers):
        if number != winner:
            assert mine(number) in answer.text
            assert mine(winner) in answer.text
    assert draft_of(server, figure) == {"value": str(1000 + winner), "narrative": mine(winner)}
    assert saved_versions(server, figure) == [1]


def test_whoever_reads_anew_and_saves_again_gets_through(server: Server) -> None:
    """Six people save the same figure twice each: each save that was answered is a version, in one row."""
    figure, rounds = Figure("SYT", "SYT-T00", "2021-Y"), 2
    people = [server.person("SYT", office) for office in (Office.OFFICER, Office.HEAD)]

    def save(number: int) -> list[str]:
        own = people[number % len(people)]
        saved: list[str] = []
        while len(saved) < rounds:
            version = version_on(own.get(figure.path))
            text = f"{mine(number)} lần {len(saved)}"
            answer = own.post(figure.path, version=version, language="vi", value=str(number), narrative=text)
            assert answer.status in {303, 409}
            saved += [text] if answer.status == 303 else []
        return saved

    with ThreadPoolExecutor(PRESSES) as pool:
        answered = [text for saved in pool.map(save, range(PRESSES)) for text in saved]
    assert len(answered) == PRESSES * rounds
    assert saved_versions(server, figure) == list(range(1, PRESSES * rounds + 1))
    assert draft_of(server, figure)["narrative"] in answered


def test_a_button_that_is_pressed_again_and_again_does_its_work_once(server: Server) -> None:
    """The same form, sent again because the answer was slow: saved once, handed once, sent once."""
    figure = Figure("SXD", "SXD-T01", "2021-Y")
    officer, head = server.person("SXD", Office.OFFICER), server.person("SXD", Office.HEAD)
    typed = {"language": "vi", "value": "120", "narrative": "Một lần"}
    saves = at_once(lambda _n: officer.post(figure.path, version="0", **typed), PRESSES)
    assert {answer.status for answer in saves} == {303}
    assert saved_versions(server, figure) == [1]
    hands = at_once(lambda _n: officer.post(figure.path, version="1", do="hand", **typed), PRESSES)
    assert {answer.status for answer in hands} == {303}
    version = version_on(head.get(f"{figure.path}/send"))
    sends = at_once(lambda _n: head.post(f"{figure.path}/send", version=version), PRESSES)
    assert {answer.status for answer in sends} == {303}
    with reading(server.database, server.instance) as session:
        revisions = sa.select(sa.func.count()).select_from(Revision).join(Revision.report).join(Report.target)
        assert session.scalar(revisions.where(Target.token == f"target-{figure.target}")) == 1
        events = sa.select(AuditEvent.event).where(AuditEvent.event.in_(("draft.handed_to_head", "report.sent")))
        assert sorted(session.scalars(events)) == ["draft.handed_to_head", "report.sent"]
        assert faults_in(session, server.instance) == []
