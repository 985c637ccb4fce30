"""The end of a commitment in packages: taken in, assessed, stated upon, closed, continued; dumped and loaded alike."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from tests.factories.lives import Table
from tests.integration.commitments.test_closing import assessed, close, next_year, state, table, take
from tests.integration.interchange.test_lives import again, dumped, rows
from tests.support.product import Product
from tests.unit.interchange.sample import edited, told
from tracker.commitments.dossiers import Dossier
from tracker.commitments.models import Target
from tracker.interchange import service

__all__ = ["table"]


def test_what_is_closed_and_continued_travels(app: Flask, installed: Product, table: Table, tmp_path: Path) -> None:
    dossier = assessed(table)
    state(table, dossier)
    close(table, dossier, app)
    take(table, next_year(table), "SXD-T01", "SXD-T02")
    # What the scene could not say by a package.
    possible = {"/commitments/1/targets/0/extensions/0/due_on": "2022-01-10"}
    whole = edited(json.loads(dumped(table.session)), possible)
    again(table.session, installed, json.dumps(whole, ensure_ascii=False), tmp_path)
    once, before = dumped(table.session), rows(table.session)
    (ended, begun) = whole["dossiers"]
    assert json.loads(once)["dossiers"] == whole["dossiers"]
    assert [one["move"] for one in ended["moves"]] == ["take_in", "assess", "state", "close"]
    assert {one["taken_over_from"]["target"] for one in begun["targets"]} == {"T01", "T02"}
    days = table.session.execute(sa.select(Target.code, Target.closed_on).order_by(Target.code)).all()
    again(table.session, installed, once, tmp_path)
    assert dumped(table.session) == once
    assert rows(table.session) == before
    assert table.session.execute(sa.select(Target.code, Target.closed_on).order_by(Target.code)).all() == days
    row = table.session.scalars(sa.select(Dossier).where(Dossier.number == "01/CK-SXD")).one()
    assert (row.state, str(row.statement_until), row.terms_sha256) == ("closed", "2022-01-19", None)


def test_an_assessment_of_other_content_is_refused(table: Table, tmp_path: Path) -> None:
    assessed(table)
    whole = json.loads(dumped(table.session))
    path = tmp_path / "package.json"
    changed = edited(whole, {"/dossiers/0/moves/1/detail/content/assessment": {}})
    path.write_text(json.dumps(changed), encoding="utf-8")
    assert ("/dossiers/0/moves/1/detail/sha256", "other_content") in told(service.load(path))
