"""One answer, one owner: doors show a target's goal, figures, plan and deadline in the words of tracker/commitments.

So no door writes numbers with units or the signs of a goal, counts or moves working days, says how many are left, or
writes a day that the rule or a stored step gives as a deadline. What they may do with these is to draw and to sort.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, python_files, tree

# Rooms that show what other rooms say, and the room that writes it into mails.
DOORS = {
    "home",
    "monitoring",
    "planning",
    "administration",
    "interchange",
    "reminders",
    "search",
    "briefings",
    "public",
    "api",
    "auditing",
}
WRITTEN_IN = "tracker.commitments.terms.units"
WHOLE = {"unit_text", "figure_text"}  # a unit's name, a whole figure; all else there is a part of a text
WRITERS = {"format_day", "format_number", "isoformat", "str"}
COUNTED = {"wd", "roll", "plus"}
DEADLINES = {"deadline", "settled_deadline", "settled", "deadline_on", "settled_on", "passed_on"}
NUMBERS = {"goal", "low", "high", "baseline", "numerator", "denominator"}
LEFT = re.compile(r"\bin %\(\w+\)s working day|%\(\w+\)s working days? late")
SIGNS = ("≥\u00a0", "≤\u00a0", "\\u2265", "\\u2264")


def doors() -> list[Path]:
    return [path for path in python_files("tracker") if len(path.parts) > 2 and path.parts[1] in DOORS]


def second_texts(module: ast.Module) -> Iterator[str]:
    """What in a module says anew what has an owner, with its line."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and LEFT.search(node.value):
            yield f"{node.lineno}: {node.value}"
        elif isinstance(node, ast.ImportFrom) and node.module == WRITTEN_IN:
            yield from (f"{node.lineno}: {name.name}" for name in node.names if name.name not in WHOLE)
        elif isinstance(node, ast.Call):
            name = _called(node.func)
            if name in COUNTED:
                yield f"{node.lineno}: {name} counts working days"
            elif name in WRITERS:
                told = _names([*node.args, *(word.value for word in node.keywords)])
                if isinstance(node.func, ast.Attribute):
                    told |= _names([node.func.value])
                yield from (f"{node.lineno}: {name} of {one}" for one in sorted(told & (DEADLINES | NUMBERS)))


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)


def _names(expressions: list[ast.expr]) -> set[str]:
    """The last names of what stands in these: `row.deadline_on` and `deadline(known)` count as such."""
    return {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for expression in expressions
        for node in ast.walk(expression)
        if isinstance(node, ast.Attribute | ast.Name)
    }


def test_doors_hold_no_second_text_for_a_goal_a_figure_or_a_deadline() -> None:
    assert doors()
    assert [f"{path}:{told}" for path in doors() for told in second_texts(tree(path))] == []


@pytest.mark.parametrize(
    "code",
    [
        "from tracker.commitments.terms.units import with_unit",
        "from tracker.commitments.terms.units import amount_text",
        "left = calendar.wd(on, row.deadline_on)",
        "day = self.calendar.roll(day)",
        "text = format_day(row.deadline_on)",
        "text = row.deadline_on.isoformat()",
        "text = format_day(deadline(known))",
        "text = languages.format_day(page.known.deadline.settled_on)",
        "text = format_number(terms.goal)",
        "text = str(revision.numerator)",
        'text = _n("in %(num)s working day", "in %(num)s working days", left)',
        'text = _n("%(num)s working day late", "%(num)s working days late", -left)',
    ],
)
def test_the_check_finds_each_way_to_say_it_again(code: str) -> None:
    assert list(second_texts(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "from tracker.commitments.terms.units import figure_text, unit_text",
        "text = words.deadline(known, on, status)",
        "rows.sort(key=lambda row: row.deadline_on)",
        "text = format_day(extension.due_on)",
        "left = calendar.left(on, day)",
    ],
)
def test_the_check_lets_pass_what_asks_the_owner(code: str) -> None:
    assert list(second_texts(ast.parse(code))) == []


def test_templates_write_no_deadline_and_no_sign_of_a_goal_themselves() -> None:
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        found += [f"{path.name}: {sign}" for sign in SIGNS if sign in text]
        found += [f"{path.name}: {name}" for name in ("deadline_on", "settled_on") if name in text]
    assert found == []
