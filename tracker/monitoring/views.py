"""Pages of monitoring: the board, bodies, targets, lists, jobs and the working calendar."""

from tracker.monitoring import (
    agency_views,
    board_views,
    calendar_views,
    difference_views,
    forecast_views,
    inquiry_views,
    job_views,
    known_views,
    list_views,
    policy_views,
    standing_views,
    target_views,
)
from tracker.monitoring.blueprint import blueprint

__all__ = [
    "agency_views",
    "blueprint",
    "board_views",
    "calendar_views",
    "difference_views",
    "forecast_views",
    "inquiry_views",
    "job_views",
    "known_views",
    "list_views",
    "policy_views",
    "standing_views",
    "target_views",
]
