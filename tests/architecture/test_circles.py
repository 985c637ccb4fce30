"""No module leads back to itself by what it imports, not even by what it imports for types alone."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture.source import python_files, tree


def circle(graph: Mapping[str, Collection[str]]) -> list[str]:
    """A circle in a graph of names, from one of them back to itself; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def named(source: ast.Module, known: Collection[str]) -> Iterator[str]:
    """Those of the modules that a source imports. Of `from a import b` it is `a.b` where that is a module, else `a`."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                one = f"{node.module}.{alias.name}"
                found = one if one in known else node.module
                if found in known:
                    yield found


def test_no_module_leads_back_to_itself() -> None:
    paths = {module(path): path for path in python_files("tracker", "jobs")}
    assert circle({name: set(named(tree(path), paths)) for name, path in paths.items()}) == []


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, set()),
        ({"a": ["b"], "b": ["a"]}, {"a", "b"}),
        ({"a": ["b"], "b": ["c"], "c": ["d"], "d": ["b"]}, {"b", "c", "d"}),
    ],
    ids=["none", "two", "three, not from the first"],
)
def test_a_circle_is_found(graph: dict[str, list[str]], found: set[str]) -> None:
    assert set(circle(graph)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from a import b", ["a.b"]),
        ("from a import B", ["a"]),
        ("from a.b import c", ["a.b"]),
        ("import a.b", ["a.b"]),
        ("import z\nfrom z import a", []),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import b", ["a.b"]),
    ],
    ids=["a module of a package", "a name of a package", "a name of a module", "whole", "foreign", "for types alone"],
)
def test_what_a_source_imports(source: str, found: list[str]) -> None:
    assert list(named(ast.parse(source), {"a", "a.b"})) == found
