"""The components as they render: a status is a word and a shape, numbers lead somewhere, nothing is styled inline."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from jinja2 import Environment, FileSystemLoader

from tracker.core.languages import format_row_count
from tracker.core.serving import LONGEST_LINE

TEMPLATES = Path(__file__).parents[3] / "templates"
STATUSES = (
    "not_started", "void", "met_on_time", "met_late", "overdue", "suspended", "missed", "unreported", "pending",
    "on_track", "at_risk", "behind",
)  # fmt: skip
ENV = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"])
ENV.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the i18n extension adds it
ENV.filters["row_count"] = format_row_count

Macro = Callable[..., str]


def macro(file: str, name: str) -> Macro:
    """A macro of one of the components."""
    found: Macro = getattr(ENV.get_template(f"components/{file}.html").module, name)
    return found


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_has_a_word_and_a_shape(status: str) -> None:
    html = macro("status", "mark")(status)
    word = re.sub(r"<[^>]+>", "", html).strip()
    assert word
    assert word != status
    assert html.count("<svg") == 1
    assert 'aria-hidden="true"' in html


def test_no_two_statuses_share_their_word() -> None:
    words = {macro("status", "status_label")(status) for status in STATUSES}
    assert len(words) == len(STATUSES)


def test_statuses_of_one_tone_and_shape_differ_only_in_their_word() -> None:
    """At risk and met late share a colour but not a shape: nobody takes a kept word for a warning."""
    module = ENV.get_template("components/status.html").module
    assert module.STATUS_SHAPES["met_late"] != module.STATUS_SHAPES["at_risk"]  # type: ignore[attr-defined]
    assert set(module.STATUS_TONES) == set(module.STATUS_SHAPES) == set(STATUSES)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "href", "is_link"),
    [("1.326", "/rows", True), ("0", "/rows", False), (0, "/rows", False), ("–", "/rows", False), ("5", None, False)],
)
def test_a_number_leads_to_its_rows_where_there_are_some(text: object, href: str | None, is_link: bool) -> None:
    assert ("<a " in macro("status", "count_link")(text, href)) is is_link


def test_whatever_a_filter_takes_is_an_address_that_the_server_takes() -> None:
    """More is answered by a page that is none of ours."""
    found = re.search(r'maxlength="(\d+)"', macro("lists", "filter_text")("q", "Words"))
    assert found
    assert len(quote("ở" * int(found[1]))) + 900 < LONGEST_LINE


def test_what_people_typed_is_escaped() -> None:
    html = macro("facts", "history")([{"when": "1", "what": "<b>x</b>", "quote": "<script>"}])
    assert "<script>" not in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize(
    "arguments",
    [
        {"plan": [], "figures": []},
        {"plan": [(1, 0), (1, 0)], "figures": [(1, 0, "0", None)]},
        {"plan": [(0, 5), (10, 5)], "figures": [], "goal": 5},
        {"plan": [(0, 10.0), (10, -5.0)], "figures": [(3, 2.5, "2,5", "bad")]},
    ],
)
def test_a_chart_of_little_is_drawn_without_fault(arguments: dict[str, object]) -> None:
    html = macro("chart", "line_chart")("Title", **arguments)
    assert "nan" not in html
    assert "inf" not in html


def test_a_chart_stays_inside_its_frame() -> None:
    html = macro("chart", "line_chart")(
        "Title", [(0, 0), (100, 50)], [(40, 80, "80", "good"), (90, -3, "−3", "bad")], goal=60
    )
    points = re.findall(r'cx="([\d.-]+)" cy="([\d.-]+)" r="4"', html)
    assert len(points) == 2
    assert all(0 <= float(x) <= 480 and 0 <= float(y) <= 228 for x, y in points)


def test_bars_of_nothing_have_no_length() -> None:
    html = macro("chart", "bars")([{"label": "a", "value": 0, "text": "0"}], "None")
    assert 'width="0.0"' in html


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_styles_or_scripts_inline(path: Path) -> None:
    """The policy would refuse them on the page, where nobody might notice."""
    if "email" in path.parts or "documents" in path.parts:
        return
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|hx-on|javascript:", text)
