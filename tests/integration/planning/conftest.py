"""A worked example's province on a day in July, with a monitor who prepares and a chair who approves."""

from tests.integration.monitoring.conftest import enter

__all__ = ["enter"]
