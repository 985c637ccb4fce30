"""The small province in July, with everybody who acts on letters."""

from tests.integration.urging.conftest import room

__all__ = ["room"]
