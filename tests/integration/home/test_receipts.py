"""The receipt of a report: made with what is sent, told to whoever has its code, held against the stored facts."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from tests.integration.home.conftest import Town, town  # noqa: F401 - the fixture of that name
from tests.integration.home.test_errand import test_the_whole_errand as whole_errand
from tracker.cli import receipts as command
from tracker.core.db.unit_of_work import unit_of_work
from tracker.progress import receipts
from tracker.progress.models import ReportReceipt, Revision


def by_command(town: Town, monkeypatch: pytest.MonkeyPatch, code: str) -> tuple[int, Any]:  # noqa: F811
    monkeypatch.setattr(command, "product", town.app.app_context)
    done = CliRunner().invoke(command.receipt, [code])
    return done.exit_code, json.loads(done.stdout)["holds"] if done.stdout.startswith("{") else None


def test_what_is_sent_leaves_a_receipt_that_anybody_checks(
    town: Town,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole_errand(town)
    with unit_of_work() as session:
        sent = session.scalars(sa.select(Revision).order_by(Revision.id)).all()
        found = [receipts.receipt_of(session, one.id) for one in sent if one.sent_at is not None]
        kept = [(one.code, one.sha256, one.content) for one in found if one is not None]
        assert len(kept) == len(found) > 0
        for code, sha256, content in kept:
            checked = receipts.check(session, code)
            assert checked is not None
            assert checked.wrong == ()
            assert hashlib.sha256(content.encode()).hexdigest() == sha256
            assert checked.said["office"] == "head"
        assert receipts.check(session, "0" * 32) is None
    anybody, (code, sha256, content) = town.app.test_client(), kept[0]
    page = anybody.get(f"/verify/reports/{code}").get_data(as_text=True)
    assert sha256[:4] in page
    for typed in (code, f"http://localhost/verify/reports/{code}"):
        led = anybody.get("/verify", query_string={"code": typed})
        assert (led.status_code, led.headers["Location"]) == (303, f"/verify/reports/{code}")
    assert anybody.get(f"/verify/reports/{code}/receipt.json").data.decode() == content
    assert anybody.get(f"/verify/reports/{'0' * 32}").status_code == 404
    assert by_command(town, monkeypatch, code) == (0, True)
    assert by_command(town, monkeypatch, "0" * 32) == (2, None)
    assert re.search(r'"nonce":"[0-9a-f]{32}"', content)


@pytest.mark.one_database
def test_what_was_changed_behind_it_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """The database keeps both from being changed; should it not, the receipt says so."""
    whole_errand(town)
    real = receipts._stored

    def other(session: object, revision_id: int) -> dict[str, object]:
        return {**real(session, revision_id), "value": "99"}  # type: ignore[arg-type]

    monkeypatch.setattr(receipts, "_stored", other)
    with unit_of_work() as session:
        code = session.scalars(sa.select(ReportReceipt.code)).first()
        assert code is not None
        checked = receipts.check(session, code)
        assert checked is not None
        assert checked.wrong == ("value",)
    assert by_command(town, monkeypatch, code) == (1, False)
    assert "không khớp" in town.app.test_client().get(f"/verify/reports/{code}").get_data(as_text=True)
