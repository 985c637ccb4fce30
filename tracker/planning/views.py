"""The door: each page's file hangs its addresses on the blueprint."""

from tracker.planning import (
    closing_views,
    dossier_list_views,
    dossier_move_views,
    dossier_term_views,
    dossier_views,
    draft_views,
    drafts_table_views,
    moving_views,
    plan_views,
    programme_views,
    template_views,
)
from tracker.planning.blueprint import blueprint

__all__ = [
    "blueprint",
    "closing_views",
    "dossier_list_views",
    "dossier_move_views",
    "dossier_term_views",
    "dossier_views",
    "draft_views",
    "drafts_table_views",
    "moving_views",
    "plan_views",
    "programme_views",
    "template_views",
]
