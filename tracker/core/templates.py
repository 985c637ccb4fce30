"""How templates write values. A page writes thousands, and nearly all hold no sign that HTML would read: those are
written as they are, without the object that Jinja's own way makes of each to say that it is safe.

Compiling the templates of a page takes tenths of a second: what was compiled is kept beside them, as Python does.
"""

import functools
import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import flask.templating
import jinja2
from flask.sansio.app import App
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # in C, and without an object for each


def written(value: Any) -> str:
    """A value as HTML text: markup as it is, all else escaped."""
    kind = type(value)
    if kind is str:
        found: str = _escape_inner(value)  # the same one, where nothing had to be escaped
        return found if found is value else Markup(found)  # noqa: S704  # it is escaped
    if kind is Markup:
        as_it_is: Markup = value
        return as_it_is
    return str(value) if kind is int else escape(value)


class _Generator(CodeGenerator):
    """Jinja's compiler, but for the function that a template writes its values by."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")


class Environment(flask.templating.Environment):
    """Flask's templates with that compiler."""

    code_generator_class = _Generator
    written = staticmethod(written)

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.bytecode_cache = kept_in(Path(app.root_path, str(app.template_folder)))


def kept_in(folder: Path) -> jinja2.BytecodeCache | None:
    """Where compiled templates are kept; nowhere if Python may not keep compiled code either, or cannot write there."""
    kept = folder / "__pycache__"
    if sys.dont_write_bytecode or not os.access(kept if kept.exists() else folder, os.W_OK):
        return None
    kept.mkdir(exist_ok=True)
    return _Compiled(str(kept))


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Of a template Jinja takes what was compiled from exactly its text; and here only by just these compilers."""

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Where there is no room, nothing is kept: the page that was asked for needs none (least of all the one that
        says so)."""
        with suppress(OSError):
            super().dump_bytecode(bucket)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Another one for each text of the modules that say how templates are compiled."""
        return hashlib.sha256(f"{_compilers()} {filename or name}".encode()).hexdigest()


@functools.cache
def _compilers() -> str:
    """Jinja and the modules of this folder, as they lie there."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    return f"{jinja2.__version__} {[(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]}"
