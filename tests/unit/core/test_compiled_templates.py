"""What was compiled of a template is kept, and used for exactly its text alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment as Jinja

from tracker.core import templates


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text("one {{ value }}")
    return tmp_path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were compiled while it listened."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    found: list[str] = []
    compile_ = Jinja.compile

    def hear(self: Jinja, source: str, *rest: object, **named: object) -> object:
        found.append(source)
        return compile_(self, source, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Jinja, "compile", hear)
    return found


def drawn(folder: Path) -> str:
    """By a process that begins anew."""
    app = Flask("product", template_folder=str(folder))
    return templates.Environment(app, autoescape=True).get_template("page.html").render(value="<b>")


def test_it_is_compiled_once(folder: Path, compiled: list[str]) -> None:
    assert [drawn(folder), drawn(folder)] == ["one &lt;b&gt;"] * 2
    assert compiled == ["one {{ value }}"]


def test_another_text_is_compiled_anew(folder: Path, compiled: list[str]) -> None:
    drawn(folder)
    (folder / "page.html").write_text("two {{ value }}")
    assert drawn(folder) == "two &lt;b&gt;"
    assert compiled == ["one {{ value }}", "two {{ value }}"]


def test_other_compilers_take_nothing_of_it(folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    drawn(folder)
    monkeypatch.setattr(templates, "_compilers", lambda: "another version")
    drawn(folder)
    assert len(compiled) == 2


def test_where_python_keeps_nothing_nothing_is_kept(
    folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [drawn(folder), drawn(folder)] == ["one &lt;b&gt;"] * 2
    assert len(compiled) == 2
    assert [path.name for path in folder.iterdir()] == ["page.html"]


def test_where_there_is_no_room_the_page_is_drawn_and_nothing_is_kept(folder: Path, compiled: list[str]) -> None:
    app = Flask("product", template_folder=str(folder))
    pages = templates.Environment(app, autoescape=True)
    (folder / "__pycache__").rmdir()  # as a full disk, a place where nothing can be written
    assert pages.get_template("page.html").render(value="<b>") == "one &lt;b&gt;"
    assert [path.name for path in folder.iterdir()] == ["page.html"]
