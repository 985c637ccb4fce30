"""The database itself refuses to change or remove rows of the audit record."""

import sqlalchemy as sa


def install(connection: sa.Connection) -> None:
    """Create the triggers that refuse UPDATE, DELETE and TRUNCATE on the record."""
