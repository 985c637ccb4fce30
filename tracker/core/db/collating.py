"""The order of codes, numbers and mail addresses: by their signs, whatever order the database itself was made with.

Names have a key of their own (`sorting`).
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class by_code(FunctionElement[str]):  # noqa: N801 - read as a function
    """A column of codes, to order by."""

    type = sa.String()
    inherit_cache = True
    name = "by_code"


@compiles(by_code)
def _as_it_is(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(by_code, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f'({compiler.process(element.clauses, **options)}) COLLATE "C"'
