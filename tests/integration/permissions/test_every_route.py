"""A walk over every address, method, role and body, held against matrix.txt, which a person has read; and what must be
true of every answer.

After a page was added: MATRIX=write pytest tests/integration/permissions/test_every_route.py, and read what changed.
"""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.integration.permissions.town import FORMULA, INSIDE, MARK, NO_OFFICE, NOBODY, Town
from tests.integration.permissions.walk import EVERYONE, Answer, Visitor, routes
from tracker.agencies.offices import Office
from tracker.core.actions import Action
from tracker.core.files.sheets import FORMULA_SIGNS
from tracker.core.web.downloads import SANDBOX
from tracker.core.web.every_page import HEADERS
from tracker.permissions import policy
from tracker.permissions.guard import declared_actions

pytestmark = pytest.mark.one_database("sqlite")

MATRIX = Path(__file__).with_name("matrix.txt")
ROWS = re.compile(r"\b(\d+) dòng\b")
MOST = 8
# Whole facts are four statements beside what a page shows: who tells why a target stands as it does tells it for the
# day that is shown, so needs them; a body's history stands in five tables, what records name in a dozen; beside what
# was sent and decided stand the offices then held, and what was asked since; two lists with much around them are
# counted. A briefing tells all that a board does, and each thing that waits for a decision.
MORE = {
    "/": 25,
    "/accounts/<token>": 12,
    "/accounts/<token>/disable": 17,
    "/agencies/<code>": 20,
    "/agencies/<code>/known": 10,
    "/agencies/<code>/letter": 12,
    "/appraisals": 10,
    "/appraisals/<report_token>": 17,
    "/appraisals/sheets/<agency_code>/<period_code>": 12,
    "/audit": 11,
    "/audit.csv": 12,
    "/audit.xlsx": 12,
    "/board": 16,
    "/board/movers": 12,
    "/board/movers.csv": 11,
    "/board/movers.xlsx": 11,
    "/briefing": 22,
    "/briefing.docx": 22,
    "/briefing.pdf": 22,
    "/briefing.xlsx": 22,
    "/changes": 10,
    "/changes.csv": 9,
    "/changes.xlsx": 9,
    "/corrections/<token>": 15,
    "/feeds/<secret>.ics": 25,
    "/figures/<target_token>/<period_code>": 12,
    "/figures/<target_token>/<period_code>/hand-back": 9,
    "/figures/<target_token>/<period_code>/promise": 11,
    "/figures/<target_token>/<period_code>/send": 10,
    "/holdings/<token>/end": 11,
    "/holdings/<token>/remove": 11,
    "/leaders": 10,
    "/leaders.csv": 9,
    "/leaders.xlsx": 9,
    "/letters/<token>": 23,
    "/letters/<token>/moves/<press>": 21,
    "/permissions/agencies/<code>": 10,
    "/permissions/reports/<token>": 12,
    "/permissions/targets/<token>": 11,
    "/programmes/<code>": 10,
    "/reports/<report_token>/reopen": 14,
    "/sheets/<agency_code>/<period_code>": 12,
    "/sheets/<agency_code>/<period_code>/paste": 11,
    "/sheets/<agency_code>/<period_code>/send": 14,
    "/sheets/<agency_code>/<period_code>/workbook.xlsx": 12,
    "/targets/<token>": 14,
    "/targets/<token>/receipt": 12,
    "/targets/<token>/receipt.json": 12,
    "/unreported": 15,
    "/unreported.csv": 13,
    "/unreported.xlsx": 13,
    "/unreported/<code>": 14,
}
NEAR = frozenset({NOBODY, NO_OFFICE, Office.HEAD, Office.DEPUTY, Office.OFFICER})  # one's own body at most


TAG = re.compile(r"<(a|form) ([^>]*)>")
ATTRIBUTE = re.compile(r'(href|action|method)="([^"]*)"')


def offered(answer: Answer) -> Iterator[tuple[str, str]]:
    """(method, address) of every link and form of a page."""
    for tag, inside in TAG.findall(answer.text):
        told = dict(ATTRIBUTE.findall(inside))
        address = unescape(told.get("href" if tag == "a" else "action") or answer.address)
        if ":" not in address.partition("/")[0] and not address.startswith("#"):
            yield told.get("method", "get").upper(), address


def may(office: Office, action: Action) -> bool:
    entry = policy.entry(action)
    return entry.everybody or entry.signed_in or any(office in grant.offices for grant in entry.grants)


def lines(walked: list[Answer]) -> list[str]:
    rows: dict[tuple[str, str, str], list[str]] = {}
    for answer in walked:
        rows.setdefault((answer.method, answer.rule.rule, answer.body), []).append(answer.word)
    head = "\t".join(("method", "address", "body", *EVERYONE))
    return [head, *("\t".join((*row, *words)) for row, words in rows.items())]


def test_every_route_answers_every_role_as_the_matrix_says(walked: list[Answer]) -> None:
    found = lines(walked)
    if os.environ.get("MATRIX") == "write":
        MATRIX.write_text("\n".join(found) + "\n")
    assert found == MATRIX.read_text().splitlines()


def test_nothing_fails(walked: list[Answer]) -> None:
    assert [str(answer) for answer in walked if answer.status >= 500 and answer.address != "/readyz"] == []


def test_no_get_writes(walked: list[Answer]) -> None:
    assert [(str(answer), answer.wrote) for answer in walked if answer.method == "GET" and answer.wrote] == []


def test_a_page_asks_the_database_so_often_at_most(walked: list[Answer]) -> None:
    """Statements of a page, with who asks and what the menu and the frame show. Where one cannot do with so few, what
    it does with stands in MORE, no more than that and no less."""
    asked: dict[str, int] = {}
    for answer in walked:
        if answer.method == "GET" and answer.status == 200:
            asked[answer.rule.rule] = max(answer.asked, asked.get(answer.rule.rule, 0))
    assert {rule: count for rule, count in asked.items() if count > MOST} == MORE


def test_what_is_refused_writes_nothing(walked: list[Answer]) -> None:
    refused = [answer for answer in walked if answer.word in {"403", "sign in"}]
    assert [(str(answer), answer.wrote) for answer in refused if answer.wrote] == []


def test_no_other_method_is_taken_anywhere(app: Flask) -> None:
    """What the map of addresses does not list gets 405 before any view, so the list is the proof."""
    assert {method for rule in app.url_map.iter_rules() for method in rule.methods or ()} == {
        "GET",
        "HEAD",
        "OPTIONS",
        "POST",
    }


def test_other_methods_lead_no_further(town: Town, walked: list[Answer]) -> None:
    """HEAD gets what GET gets, without its text; OPTIONS tells methods and nothing else; the rest is refused."""
    got = {(a.rule.rule, a.role): a for a in walked if a.method == "GET" and a.body in {"–", "own"}}
    for role in (NOBODY, NO_OFFICE):
        visitor = Visitor(town.app, role, town.people.get(role))
        for method, rule in routes(town.app):
            address = got[rule.rule, role].address if (rule.rule, role) in got else None
            if method != "GET" or address is None or rule.endpoint == "static":
                continue
            head = visitor.ask("HEAD", rule, "own", address)
            assert (head.word, head.data) == (got[rule.rule, role].word, b""), str(head)
            options = visitor.ask("OPTIONS", rule, "own", address)
            assert MARK not in options.text
            assert options.status in {200, 303, 401, 403}
            assert options.data == b"" or options.status != 200
    visitor = Visitor(town.app, Office.ADMINISTRATOR, town.people[Office.ADMINISTRATOR])
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        for path in ("/", "/audit", "/accounts/requests/request-own", "/targets/none"):
            found = town.app.test_client().open(path, method=method)
            assert found.status_code in {404, 405}


def test_what_is_another_bodys_is_not_there(walked: list[Answer]) -> None:
    """Whoever may look into one's own body only finds nothing of another one: not by address, and not on any page."""
    near = [answer for answer in walked if answer.role in NEAR]
    assert [str(answer) for answer in near if MARK in answer.text] == []
    of_targets = ("/targets/<", "/figures/", "/evidence/", "/agencies/<", "/sheets/", "/appraisals/<")
    theirs = [answer for answer in near if answer.body == "other" and answer.rule.rule.startswith(of_targets)]
    assert {answer.word for answer in theirs if answer.role == NOBODY} == {"sign in"}
    assert {answer.word for answer in theirs if answer.role != NOBODY} == {"404", "403"}


def test_what_is_said_inside_a_body_is_read_by_nobody_else(walked: list[Answer]) -> None:
    """Not by whoever appraises, inspects or governs, not on another body's pages, and in no file or record."""
    readers = [answer for answer in walked if INSIDE in answer.text]
    assert {answer.role for answer in readers} == {Office.HEAD, Office.DEPUTY, Office.OFFICER}
    assert {answer.body for answer in readers} == {"own"}
    assert {answer.rule.rule for answer in readers if answer.method == "GET"} >= {
        "/figures/<target_token>/<period_code>"
    }


def test_the_mark_is_seen_where_it_may_be(walked: list[Answer]) -> None:
    """Else the test above would find nothing whatever happened."""
    seen = {answer.rule.rule for answer in walked if answer.role == Office.MONITOR and MARK in answer.text}
    assert {"/targets", "/targets.csv", "/targets/<token>"} <= seen


def test_no_page_offers_the_auditor_what_is_refused(app: Flask, walked: list[Answer]) -> None:
    """Every link and every form of every page that the auditor may open leads to what the auditor may do."""
    find, actions = app.url_map.bind("localhost").match, declared_actions(app)
    wrong, seen = set(), 0
    for answer in walked:
        if answer.role == Office.AUDITOR and answer.method == "GET" and answer.status == 200:
            for method, address in offered(answer):
                endpoint = ""
                with suppress(HTTPException):
                    endpoint, _values = find(urljoin(answer.address, address).partition("?")[0], method)
                seen += 1
                if not endpoint or not may(Office.AUDITOR, actions[endpoint]):
                    wrong.add((answer.address, method, address))
    assert wrong == set()
    assert seen > 500


def test_what_nobody_has_is_not_there(walked: list[Answer]) -> None:
    assert [str(a) for a in walked if a.body == "none" and a.word == "in" and a.rule.endpoint != "static"] == []


def test_every_answer_carries_the_headers_of_safety(walked: list[Answer]) -> None:
    for answer in walked:
        for name, value in HEADERS.items():
            allowed = {value, SANDBOX} if name == "Content-Security-Policy" else {value}
            assert answer.headers.get(name) in allowed, (str(answer), name)
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "Server" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["X-Request-ID"]
        if answer.data and answer.status < 400:
            assert "charset=utf-8" in answer.headers["Content-Type"] or not answer.headers["Content-Type"].startswith(
                "text/"
            )


def test_nothing_for_somebody_signed_in_stays_in_a_cache(walked: list[Answer]) -> None:
    for answer in walked:
        if answer.role != NOBODY and answer.rule.endpoint != "static":
            assert answer.headers["Cache-Control"] == "no-store", str(answer)
        elif answer.rule.endpoint != "static":
            assert "public" not in answer.headers["Cache-Control"], str(answer)


def test_no_file_for_a_spreadsheet_holds_a_formula(walked: list[Answer]) -> None:
    """Every text of the town begins as a formula would; in every CSV it is guarded, in every XLSX it is text."""
    found: dict[str, int] = {}
    for answer in walked:
        kind = answer.headers.get("Content-Type", "")
        if answer.status != 200 or not answer.rule.rule.endswith((".csv", ".xlsx")):
            continue
        if kind.startswith("text/csv"):
            cells = [cell for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))) for cell in row]
            assert [cell for cell in cells if cell[:1] in FORMULA_SIGNS and not _is_number(cell)] == [], str(answer)
            seen = sum(cell.startswith(("'" + FORMULA, "'+", "'@")) for cell in cells)
        else:
            with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
                whole = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
            assert "<f>" not in whole, str(answer)
            assert "<hyperlink" not in whole, str(answer)
            seen = whole.count("=HYPERLINK(")
        found[answer.rule.rule] = max(seen, found.get(answer.rule.rule, 0))
    exports = {answer.rule.rule for answer in walked if answer.rule.rule.endswith((".csv", ".xlsx"))}
    assert set(found) == exports, "each is read by somebody"
    assert {"/targets.csv", "/targets.xlsx", "/accounts.csv"} <= {rule for rule, count in found.items() if count}


def test_a_list_says_how_many_rows_its_file_has(walked: list[Answer]) -> None:
    read = {(a.role, a.rule.rule): a for a in walked if a.method == "GET" and a.status == 200 and a.body == "–"}
    exports = {rule.removesuffix(".csv") for _role, rule in read if rule.endswith(".csv")}
    compared: set[str] = set()
    for (role, rule), page in read.items():
        told, file = ROWS.search(page.text), read.get((role, f"{rule}.csv"))
        if told and file:
            rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
            assert int(told[1]) == len(rows) - 1, str(page)
            compared.add(rule)
    lists = {rule for rule in exports if not rule.endswith("/template")}
    empty = {"/forecast", "/accounts/mails"}  # nothing of the town changes by itself in these days; no mail failed
    assert compared == lists - empty


def _is_number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).isdigit()
