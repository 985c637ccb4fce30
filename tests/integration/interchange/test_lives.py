"""The life of commitments in packages: whatever both sides did is dumped, loaded and dumped alike, and what was loaded
is what was dumped, row by row, but for the persons."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand, lives
from tests.factories.lives import BEGUN_ON, WORK, Table
from tests.integration.commitments.test_any_sequence import Play
from tests.support.product import Product, Scene
from tests.unit.interchange.life import package_3
from tests.unit.interchange.sample import edited, text_of, told
from tests.unit.interchange.test_writing import written
from tracker.commitments.dossiers import Dossier, DossierMove, DraftTarget, TermComment, TermProposal
from tracker.commitments.life import amending, drafting
from tracker.commitments.life.drafting import Line
from tracker.commitments.life.states import OVER, State
from tracker.commitments.models import Commitment, Target
from tracker.commitments.terms.terms import parse
from tracker.core import clock
from tracker.interchange import service
from tracker.programmes import moving, preparing, templates
from tracker.programmes.models import Period, PeriodChange, ProgrammePlan, TargetTemplate, TargetTemplateVersion
from tracker.progress.models import TargetDecision, TargetRequest
from tracker.signing.documents import freezing, register
from tracker.signing.models import DocumentNumber

WHOLE = (
    *(Dossier, DraftTarget, DossierMove, TermComment, TermProposal, Period, PeriodChange, ProgrammePlan),
    *(TargetTemplate, TargetTemplateVersion, DocumentNumber, TargetRequest, TargetDecision, Commitment, Target),
)
OWN = {"id", "token", "agencies", "written_at", "search_key"}  # of an installation; bodies by their ids


def dumped(session: Session, code: str | None = None) -> str:
    session.rollback()
    return "".join(service.dump(code))


def again(session: Session, installed: Product, text: str, folder: Path) -> None:
    """Into an empty database."""
    session.rollback()
    installed.empty()
    path = folder / "package.json"
    path.write_text(text, encoding="utf-8")
    assert [str(fault) for fault in service.load(path)] == []


def rows(session: Session) -> dict[str, list[str]]:
    """What stands in the tables of lives, without ids and persons."""
    session.rollback()
    found = {}
    for model in WHOLE:
        table: sa.Table = model.__table__  # type: ignore[assignment]
        columns = [one for one in table.c if one.name not in OWN and not one.foreign_keys and one.name[-3:] != "_id"]
        found[table.name] = sorted(str([_plain(one) for one in row]) for row in session.execute(sa.select(*columns)))
    return found


def _plain(value: Any) -> Any:
    """The office is told where the person is not."""
    return ({k: v for k, v in value.items() if k != "office"} or None) if isinstance(value, dict) else value


@pytest.fixture
def table(session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Table:
    now = at(BEGUN_ON)
    scene(lives.people)
    return Table(session, errand.found(session), at, now)


class Quick(Play):
    """Chance at work; what holds after each step is looked at elsewhere."""

    def everything(self) -> Any:
        return None

    def hold(self) -> None:
        pass


class Year:
    """Chance does whatever pages let one do in the life of commitments."""

    def __init__(self, table: Table, seed: int) -> None:
        self.table, self.dice = table, random.Random(seed)

    def play(self) -> None:
        play = Quick(self.table, self.dice.randrange(10**6))
        for _ in range(20):
            if play.row().state in (*OVER, State.IN_FORCE):
                break
            play.step()
        if play.row().state not in OVER:
            play.finish()
            self.amend(play)

    def amend(self, play: Play) -> None:
        number, day = play.row().commitment_id, max(self.table.now.on, play.row().in_force_from or self.table.now.on)
        amendment = self.table.do(
            amending.amend, self.table.monitor, commitment_id=number, reason="Số hồ sơ tăng", from_on=day
        )
        target = self.table.targets(amendment)["T01"]
        values = {"goal": "200", "due_on": "2021-12-31"}
        given = {"draft_target_id": target.id, "version": target.version, "values": values}
        self.table.do(drafting.change, self.table.monitor, **given)
        if "T02" in self.table.targets(amendment) and self.dice.random() < 0.7:
            self.more(amendment)
        self.table.bring_to(amendment, self.dice.choice(("offered", "frozen", "in_force")))

    def more(self, amendment: int) -> None:
        """A target more, which is to be due in time, and the end of another."""
        do, monitor, day = self.table.do, self.table.monitor, self.table.now.on + timedelta(days=1)
        terms = parse({**WORK, "code": "T09", "starts_on": day.isoformat(), "due_on": "2021-12-14"})
        for verb, given in (
            (drafting.add_target, {"line": Line(terms)}),
            (drafting.drop_target, {"draft_target_id": self.table.targets(amendment)["T02"].id}),
        ):
            version = self.table.dossier(amendment).version
            do(verb, monitor, dossier_id=amendment, version=version, **given)

    def prepare(self) -> None:
        do, monitor = self.table.do, self.table.monitor.person_id
        made = self.table.made
        values = {
            "title": {"vi": "Cắt giảm thủ tục", "en": "Procedures"},
            "domain": 2,
            "shape": "reach",
            "unit": "thủ tục",
            "weight": Decimal("1.50"),
            "frequency": "quarterly",
        }
        first = do(templates.write, actor_id=monitor, code="2.01", values=values)
        template = self.table.session.get_one(TargetTemplate, first)
        do(templates.rewrite, actor_id=monitor, token=template.token, version=1, values={"unit": "hồ sơ"})
        do(templates.retire, actor_id=monitor, token=template.token)
        periods = preparing.periods_of(self.table.session, made.programme.id)
        self.table.session.rollback()
        moved = [one._replace(due_on=date(2021, 12, 27)) if one.code == "2021-Y" else one for one in periods]
        frequency = next(one.frequency for one in periods if one.code == "2021-Y")
        mine = [one for one in moved if one.frequency == frequency]
        given: dict[str, Any] = {
            "programme": made.programme,
            "frequency": frequency,
            "periods": mine,
            "reason": "bão lũ",
        }
        do(moving.move, actor_id=monitor, **given)
        day = date(2021, 12, 15)
        head = {
            "code": "PAR-2022",
            "title": {"vi": "CCHC 2022"},
            "year": 2022,
            "slogan": None,
            "responsible_id": made.bodies["VP"].id,
            "starts_on": day,
            "ends_on": date(2022, 12, 14),
            "unsigned_until": None,
            "calendar_id": made.programme.calendar_id,
        }
        do(preparing.begin, actor_id=monitor, values=head)


def draw(session: Session, now: clock.Moment, agency_id: int) -> DocumentNumber:
    given: dict[str, Any] = {"symbol": "CK-SXD", "year": 2021, "agency_id": agency_id, "person_id": None}
    first = register.draw(session, now, **given)
    register.cancel(session, now, first.id, reason="Nhầm", agency_id=agency_id, person_id=None)
    return register.draw(session, now, **given)


@pytest.mark.parametrize("seed", [1])
def test_whatever_both_sides_did_is_dumped_loaded_and_dumped_alike(
    seed: int, installed: Product, table: Table, tmp_path: Path, database_kind: str
) -> None:
    year = Year(table, 2 * seed + (database_kind == "sqlite"))
    year.prepare()
    year.play()
    table.do(draw, agency_id=table.made.bodies["SXD"].id)
    once, before = dumped(table.session), rows(table.session)
    assert len({one["move"] for dossier in json.loads(once)["dossiers"] for one in dossier["moves"]}) > 8
    alone = dumped(table.session, table.made.programme.code)
    again(table.session, installed, once, tmp_path)
    assert rows(table.session) == before
    assert dumped(table.session) == once
    again(table.session, installed, alone, tmp_path)
    assert dumped(table.session, json.loads(alone)["programmes"][0]["code"]) == alone


def test_every_kind_of_record_is_carried_and_says_who(installed: Product, session: Session, tmp_path: Path) -> None:
    whole = package_3()
    again(session, installed, json.dumps(whole, ensure_ascii=False), tmp_path)
    assert dumped(session) == written(whole)
    moves = session.scalars(sa.select(DossierMove).where(DossierMove.detail.is_not(None))).all()
    assert {one.detail["office"] for one in moves if one.detail and "office" in one.detail} == {"monitor", "head"}
    assert {one.person_id for one in moves} == {None}
    changes = [row for one in moves for target in (one.detail or {}).get("targets", ()) for row in target["changes"]]
    changes += [row for some in session.scalars(sa.select(TermProposal.changes)) for row in some]
    assert {tuple(sorted(row)) for row in changes} == {("from", "term", "to")}, "as pages read them"
    row = session.scalars(sa.select(Dossier).where(Dossier.in_force_from.is_not(None))).one()
    assert (row.number, row.signed_how, row.document_version, row.version) == ("01/CK-SNV", "product", 2, 15)
    became = session.scalars(
        sa.select(DraftTarget.target_id).where(DraftTarget.dossier_id == row.id).order_by(DraftTarget.id)
    ).all()
    assert [one is None for one in became] == [False, False, True]
    answered = session.scalars(sa.select(TermProposal.outcome).order_by(TermProposal.dossier_id, TermProposal.id)).all()
    assert sorted(map(str, answered)) == ["None", "accepted", "refused"]


def test_what_is_refused_beside_what_stands_names_its_place(session: Session, tmp_path: Path) -> None:
    """A second package of the same programme: nothing of it comes in, and each clash is told."""
    path = tmp_path / "package.json"
    path.write_bytes(text_of(package_3()))
    assert service.load(path) == []
    more = {"/programmes": [], "/commitments": [], "/plans": [], "/dossiers/1": package_3()["dossiers"][2]}
    more |= {"/templates/0/versions/1/goal": "230", "/dossiers/2": package_3()["dossiers"][0]}
    path.write_bytes(text_of(edited(package_3(), more)))
    assert sorted(told(service.load(path))) == [
        ("/dossiers/0/agency", "one_dossier"),
        ("/dossiers/1/amends", "one_amendment"),
        ("/dossiers/2/agency", "one_dossier"),
        ("/numbers/0/number", "code_used"),
        ("/numbers/1/number", "code_used"),
        ("/templates/0", "template_differs"),
    ]
    assert session.scalar(sa.select(sa.func.count()).select_from(Dossier)) == 3


def test_what_it_continues_elsewhere_is_loaded_without_and_told(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_bytes(
        text_of(edited(package_3(), {"/dossiers/0/targets/0/follows/target": "T77", "/plans/1/based_on": "PAR-2019"}))
    )
    heard: list[str] = []
    assert service.load(path, heard.append) == []
    assert [one for one in heard if "/dossiers/0/targets/0/follows" in one]
    assert [one for one in heard if "/plans/1/based_on" in one]


def frozen_elsewhere(table: Table, folder: Path) -> int:
    """A dossier that a package brought as frozen, with its number; its document is not here."""
    table.bring_to(table.draft(), "frozen")
    whole = json.loads(dumped(table.session))
    whole |= {name: [] for name in ("commitments", "plans")}
    whole["numbers"] = [{"symbol": "CK", "year": 2021, "number": 7, "drawn_at": "2021-02-01T02:00:00Z"}]
    whole["programmes"][0]["code"] = whole["dossiers"][0]["programme"] = "PAR-X"
    whole["dossiers"][0]["moves"][-1]["detail"]["number"] = "07/CK"
    path = folder / "package.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    assert [str(one) for one in service.load(path)] == []
    table.session.rollback()
    found = table.session.scalars(sa.select(Dossier.id).where(Dossier.number == "07/CK")).one()
    table.session.rollback()
    return found


def test_a_loaded_life_goes_on(table: Table, tmp_path: Path) -> None:
    """What was frozen elsewhere is signed and put in force here."""
    found = frozen_elsewhere(table, tmp_path)
    table.bring_to(found, "in_force")
    assert table.dossier(found).commitment_id is not None


def test_what_was_frozen_elsewhere_gives_its_number_up(table: Table, tmp_path: Path) -> None:
    found = frozen_elsewhere(table, tmp_path)
    table.do(freezing.reopen, table.monitor, dossier_id=found, reason="Nhầm tên")
    number = table.session.scalars(sa.select(DocumentNumber)).one()
    assert (number.text, number.cancel_reason) == ("07/CK", "Nhầm tên")
