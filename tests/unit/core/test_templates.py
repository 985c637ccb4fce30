"""Whatever a template writes is escaped as Jinja itself escapes it: not one sign more, not one less."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jinja2
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from tracker.core.templates import Environment, written


class Drawn:
    """Says itself how it stands in HTML."""

    def __html__(self) -> str:
        return "<i>drawn</i>"

    def __repr__(self) -> str:
        return "drawn"  # a test's name must be the same in every process


class Loud(str):
    """A text of another kind, as lazy ones are."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.upper()


VALUES: list[Any] = [
    "", "plain", "a & b", "<script>", "'", '"', "&amp;", "Đồng Nai", Markup("<b>"), Drawn(), Loud("<a>"),
    0, -3, True, None, 1.5, Decimal("1.50"), ["<"], {"<": ">"}, ("&",), b"<", jinja2.Undefined(name="x"),
]  # fmt: skip
TEMPLATE = """{%- macro twice(x) -%}<p title="{{ x }}">{{ x }}{{ caller(x) if caller else "" }}</p>{%- endmacro -%}
{%- set block -%}[{{ value }}]{%- endset -%}
{{ value }}|{{ value|string }}|{{ value ~ "<" }}|{{ twice(value) }}|{{ block }}|{{ "<literal>" }}
{{ [value]|join("<") }}
{%- call(x) twice(value) -%}<b>{{ x }}</b>{%- endcall -%}{% for one in [value, value] %}{{ one }}{% endfor %}
{%- filter upper -%}{{ value }}{%- endfilter -%}{% autoescape false %}{{ value }}{% endautoescape %}"""


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_written_as_jinja_writes_it(value: Any) -> None:
    assert written(value) == str(escape(value))
    ours = Environment(Flask("ours"), autoescape=True, loader=jinja2.DictLoader({}))
    plain = jinja2.Environment(autoescape=True, loader=jinja2.DictLoader({}))
    assert ours.from_string(TEMPLATE).render(value=value) == plain.from_string(TEMPLATE).render(value=value)


@given(st.text())
def test_any_text_is_escaped(text: str) -> None:
    assert written(text) == str(escape(text))


def test_the_compiler_is_ours() -> None:
    assert "environment.written(" in str(
        Environment(Flask("ours"), autoescape=True, loader=jinja2.DictLoader({})).compile("{{ x }}", raw=True)
    )
