"""Deny by default."""

from flask import Flask


def install(app: Flask) -> None:
    """Install the guard."""
