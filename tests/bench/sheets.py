"""The sheet at size: sixty rows as the officer fills them in, the head looks at them before sending, and the appraiser
decides on them. In processor time of the workers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import psutil
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.bench import server, world
from tests.bench.client import Client, hidden_fields
from tests.factories.filled_workbooks import filled, table
from tracker.agencies import service as agencies
from tracker.agencies.models import Office
from tracker.commitments.models import Commitment
from tracker.compliance.steps import service as compliance
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.programmes.models import Period, Programme

ROWS, RUNS = 60, "M06"  # the period that runs
FILLING, SENDING, APPRAISING = "SHEET", "SENDING", "APPRAISING"  # bodies: whose figures wait, and who decides on them
GIVEN = {"value": "90", "numerator": "190", "denominator": "200"}

Line = tuple[str, float, float]  # what was measured, milliseconds, the goal


def build() -> None:
    """Three bodies: of one with sixty targets a period runs, of another with as many one was not reported yet; the
    third appraises."""
    with unit_of_work() as session:
        _targets(session, FILLING, world.REPORTED)
        _targets(session, SENDING, world.REPORTED - 1)
        appraiser = agencies.register(
            session, clock.moment(), actor_id=None, code=APPRAISING, name={"vi": "Cơ quan thẩm định"}, kind="department"
        )
        world.account(session, appraiser.id, _email(APPRAISING, Office.APPRAISER), Office.APPRAISER)


def measured(port: int, process: psutil.Process) -> Iterator[Line]:
    """What each of them waits for."""
    yield from _filled_in(_person(port, FILLING, Office.OFFICER), process)
    path = f"/sheets/{SENDING}/{world.OWED}"
    officer, head = (_person(port, SENDING, office) for office in (Office.OFFICER, Office.HEAD))
    _fill(officer, path, answered=True)
    officer.post(f"{path}/hand", hidden_fields(officer.get(path)))
    yield "60 figures before the head sends them", server.processor_ms(process, lambda: head.get(f"{path}/send")), 25
    page = head.get(f"{path}/send")
    ticked = re.findall(r'name="draft" value="([^"]+)"', page)
    head.post(f"{path}/send", {**hidden_fields(page), "draft": ticked})
    appraiser = _person(port, APPRAISING, Office.APPRAISER)
    path = f"/appraisals/sheets/{SENDING}/{world.OWED}"
    alone = appraiser.get(path).count("<article")
    name = f"a sheet of 60 for its appraiser, {alone} alone"
    yield name, server.processor_ms(process, lambda: appraiser.get(path)), 25


def _filled_in(officer: Client, process: psutil.Process) -> Iterator[Line]:
    """The whole page, each row with a figure that was typed; one row of it kept; and the same as a workbook."""
    path = f"/sheets/{FILLING}/{RUNS}"
    _fill(officer, path)
    told = hidden_fields(officer.get(path))
    row = f"{FILLING}-0"
    own = {name: text for name, text in told.items() if ":" not in name or name.endswith(f":{row}")}
    numbers = count(1)

    def keep() -> None:
        number = next(numbers)
        own[f"version:{row}"] = str(number)
        officer.post(f"{path}/cells/{row}", {**own, f"value:{row}": str(100 + number % 90)}, (200,))

    yield "a sheet of 60 rows", server.processor_ms(process, lambda: officer.get(path)), 25
    yield "a cell of it kept", server.processor_ms(process, keep), 10
    yield "a filled workbook of it sent", server.processor_ms(process, _sending_workbook(officer, path)), 300


def _sending_workbook(officer: Client, path: str) -> Callable[[], None]:
    """The same sheet as a workbook in which each figure was typed anew, sent and shown."""
    content = officer.content(f"{path}/workbook.xlsx")
    names, *rows = table(content)
    letters = {key: chr(ord("A") + place) for place, key in enumerate(names)}
    given = {
        f"{letters[key]}{number}": 70
        for number, row in enumerate(rows, start=2)
        for key in ("value", "numerator")
        if key in letters and isinstance(row[names.index(key)], float)
    }
    book = filled(content, given | {f"{letters['narrative']}{place[1:]}": "Theo kế hoạch" for place in given})

    def send() -> None:
        officer.get(officer.send_file(f"{path}/workbook", "file", book))

    return send


def _fill(officer: Client, path: str, *, answered: bool = False) -> None:
    """A figure in each row; `answered`: with a word for whatever asks about it."""
    page = officer.get(path)
    boxes = re.findall(r'name="((?:value|numerator|denominator):[^"]+)"', page)
    officer.post(path, {**hidden_fields(page), **{name: GIVEN[name.partition(":")[0]] for name in boxes}})
    if answered:
        page = officer.get(path)
        asks = re.findall(r'name="(answer:[^"]+)"', page)
        officer.post(path, {**hidden_fields(page), **dict.fromkeys(asks, "Đã đối chiếu với sổ theo dõi")})


def _targets(session: Session, code: str, reported: int) -> None:
    """A body with sixty targets and what it reported; an officer and a head."""
    programme = session.scalars(sa.select(Programme)).one()
    periods = session.scalars(sa.select(Period).order_by(Period.id)).all()
    body = agencies.register(
        session, clock.moment(), actor_id=None, code=code, name={"vi": f"Cơ quan có bảng {code}"}, kind="commune"
    )
    signed_on = programme.starts_on
    commitment = Commitment(
        token=f"commitment-{code}", number=code, programme_id=programme.id, agency_id=body.id, signed_on=signed_on,
        in_force_from=signed_on,
    )  # fmt: skip
    session.add(commitment)
    session.flush()
    ids = []
    for number in range(ROWS):
        chance = random.Random(number)
        target = world.target_of(commitment, programme, number, chance)
        target.token, target.due_on = f"{code}-{number}", programme.starts_on + timedelta(days=300)
        session.add(target)
        session.flush()
        ids.append(target.id)
        for index, period in enumerate(periods[:reported]):
            world.report_of(session, target, period, index, chance)
    compliance.rebuild(session, ids, clock.today())
    for office in (Office.OFFICER, Office.HEAD):
        world.account(session, body.id, _email(code, office), office)


def _person(port: int, code: str, office: Office) -> Client:
    client = Client(port)
    client.sign_in(_email(code, office), world.PASSWORD)
    return client


def _email(code: str, office: Office) -> str:
    return f"{code}-{office}@example.invalid".lower()
