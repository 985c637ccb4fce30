"""What was reported less what was appraised: on the target's page, on its body's, and in the file."""

from __future__ import annotations

import csv
import io

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Town
from tracker.agencies.offices import Office
from tracker.progress.models import Report

FIGURES = {"T01": "120", "T03": "60"}


def test_the_gap_is_a_figure_of_its_own(town: Town, session: Session) -> None:
    head, appraiser = town.browser("SXD", Office.HEAD), town.browser("SNV", Office.APPRAISER)
    for code, value in FIGURES.items():
        figure = f"/figures/target-SXD-{code}/2021-H1"
        head.get(figure)
        head.post(figure, value=value, do="send")
        head.get(figure + "/send")
        head.post(figure + "/send")
    session.rollback()
    tokens = dict(session.execute(sa.select(Report.target_id, Report.token)).tuples().all())
    first = tokens.pop(town.made.targets["SXD-T01"].id)
    (second,) = tokens.values()
    session.rollback()
    reason = "Ba thủ tục tính trùng"
    appraiser.decide(f"/appraisals/{first}", outcome="accept_with_value", value="117", reason=reason)
    appraiser.decide(f"/appraisals/{second}", outcome="accept")
    page = head.get("/targets/target-SXD-T01")
    assert "+3\u00a0" in page
    assert "báo cáo: 120" in page
    assert "thẩm định khác 1/1 số liệu" in page
    assert "0\u00a0% (thẩm định khác 0/1 số liệu)" in head.get("/targets/target-SXD-T03")
    # (100 × 3 / 234 + 0) / 2
    assert "+0,64\u00a0% (thẩm định khác 1/2 số liệu)" in head.get("/agencies/SXD")
    assert "+0,64\u00a0% (thẩm định khác 1/2 số liệu)" in head.get("/agencies/SXD?q=T01"), (
        "the body's, whatever is shown"
    )
    answer = head.client.get("/targets.csv?status=all")
    rows = {row["Mã chỉ tiêu"]: row for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))}
    told = "Chênh lệch báo cáo so với thẩm định (nếu thẩm định khác)"
    assert {code: rows[code][told] for code in ("T01", "T02", "T03")} == {"T01": "3.00", "T02": "", "T03": ""}
