"""Sums know the weight of the targets that are not void: a body is ranked once enough of it is judged.

Filled at once, body by body, from the stored steps.
"""

from collections import defaultdict
from decimal import Context, Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

EXACT = Context(prec=120)
BODIES = sa.text("SELECT DISTINCT programme_id, agency_id FROM agency_sum ORDER BY programme_id, agency_id")
STEPS = sa.text(
    "SELECT s.domain, s.from_on, s.to_on, s.weight FROM status_span s JOIN target t ON t.id = s.target_id "
    "WHERE t.programme_id = :programme_id AND t.agency_id = :agency_id AND s.status <> 'void'"
)
SUMS = sa.text(
    "SELECT id, domain, from_on FROM agency_sum WHERE programme_id = :programme_id AND agency_id = :agency_id "
    "ORDER BY domain, from_on"
)
FILL = sa.text("UPDATE agency_sum SET counted_weight = :weight WHERE id = :id")


def upgrade() -> None:
    for table, column in (
        ("agency_sum", "counted_weight"),
        ("inquiry_sum", "counted_before"),
        ("inquiry_sum", "counted_after"),
    ):
        op.add_column(table, sa.Column(column, sa.String(40), nullable=False, server_default="0"))
    connection = op.get_bind()
    for programme_id, agency_id in connection.execute(BODIES).all():
        of_body = {"programme_id": programme_id, "agency_id": agency_id}
        shifts = _shifts(connection.execute(STEPS, of_body))
        filled = _filled(connection.execute(SUMS, of_body).all(), shifts)
        if filled:
            connection.execute(FILL, filled)


def _shifts(steps: Any) -> dict[int, list[tuple[Any, Decimal]]]:
    """By domain (0: all of them): the days on which a weight comes or goes, in order."""
    found: dict[int, list[tuple[Any, Decimal]]] = defaultdict(list)
    for domain, from_on, to_on, weight in steps:
        for of in (0, domain):
            found[of].append((from_on, Decimal(weight)))
            if to_on is not None:
                found[of].append((to_on, -Decimal(weight)))
    return {domain: sorted(days) for domain, days in found.items()}


def _filled(sums: Any, shifts: dict[int, list[tuple[Any, Decimal]]]) -> list[dict[str, Any]]:
    """The sums, domain after domain in order of their days, each with the weight that stands on its first day."""
    found, here, weight, left = [], None, Decimal(0), iter(())
    pending: Any = None
    for key, domain, from_on in sums:
        if domain != here:
            here, weight, left = domain, Decimal(0), iter(shifts.get(domain, ()))
            pending = next(left, None)
        while pending is not None and pending[0] <= from_on:
            weight, pending = EXACT.add(weight, pending[1]), next(left, None)
        plain = weight.normalize(EXACT) if weight else Decimal(0)
        found.append({"id": key, "weight": format(plain, "f")})
    return found


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
