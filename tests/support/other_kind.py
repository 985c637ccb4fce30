"""What a test that runs on one kind of database alone says there, said to the other kind too.

Pages, headers and forms are tested on one (`one_database`), for what they show hangs on queries and services that have
tests on both. So that no page breaks on the other, each statement by which one reads is compiled for that and explained
by it: a word that it does not know, a type that it does not compare, a column that is not grouped by would be refused.
What is written is written by services, whose tests run on both.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

# What a database is asked of itself, and what each is asked in words of its own: queries, with tests on both.
OWN_WORDS = re.compile(r"\b(?:pg_\w+|clock_timestamp)\(|\bpg_catalog\.|\bsqlite_\w+|\bLATERAL\b|\bSAVEPOINT\b")
ASKED = "tests: what was asked last"
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}


class Explained(sa.sql.expression.Executable, sa.sql.expression.ClauseElement):
    """A statement of which a database tells how it would answer it."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(Explained)
def _explained(element: Explained, compiler: Any, **arguments: Any) -> str:
    return f"{EXPLAIN[compiler.dialect.name]} {compiler.process(element.statement, **arguments)}"


class Heard:
    """The statements by which one database was asked, each once, and those of them that were passed on."""

    def __init__(self, engine: sa.Engine) -> None:
        self._asked: dict[str, tuple[Any, dict[str, Any]]] = {}
        self._passed_on: set[str] = set()
        sa.event.listen(engine, "before_execute", self._begin)
        sa.event.listen(engine, "after_cursor_execute", self._hear)

    def forget(self) -> None:
        """What was asked until now was asked by a test that runs on both."""
        self._asked.clear()

    def pass_on(self, other: sa.Engine) -> list[str]:
        """Ask the other database how it would answer what is new; returns what it refused, with its reason."""
        refused = []
        new = {
            text: asked
            for text, asked in self._asked.items()
            if text not in self._passed_on and not OWN_WORDS.search(text)
        }
        with other.connect() as connection:
            for text, (statement, values) in new.items():
                try:
                    with connection.begin():
                        connection.execute(Explained(statement), values).close()
                except sa.exc.SQLAlchemyError as error:
                    refused.append(f"{error}\n{text}")
                self._passed_on.add(text)
        self._asked.clear()
        return refused

    def _begin(self, connection: sa.Connection, statement: Any, many: Any, values: Any, _options: object) -> None:
        passed_on = isinstance(statement, Explained)
        connection.info[ASKED] = None if passed_on else (statement, many[0] if many else values)

    def _hear(
        self, connection: sa.Connection, _cursor: object, _text: str, _values: object, context: Any, _many: bool
    ) -> None:
        asked = connection.info.get(ASKED)
        if asked and context.compiled and not (context.isinsert or context.isupdate or context.isdelete):
            self._asked.setdefault(context.compiled.string, asked)
