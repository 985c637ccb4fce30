"""How templates write values. A page writes thousands, and nearly all hold no sign that HTML would read: those are
written as they are, without the object that Jinja's own way makes of each to say that it is safe."""

import re
from typing import Any, cast

import flask.templating
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

_PLAIN = re.compile(r"[^&<>\"']*").fullmatch


def written(value: Any) -> str:
    """A value as HTML text: markup as it is, all else escaped."""
    kind = type(value)
    if kind is Markup or (kind is str and _PLAIN(value)):
        return cast(str, value)
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
