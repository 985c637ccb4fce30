"""The door: each page's file hangs its addresses on the blueprint."""

from tracker.planning import (
    amendment_views,
    closing_views,
    documents_views,
    dossier_list_views,
    dossier_move_views,
    dossier_term_views,
    dossier_views,
    draft_views,
    drafts_table_views,
    moving_views,
    plan_views,
    programme_views,
    signature_views,
    template_views,
    ways_views,
)
from tracker.planning.blueprint import blueprint

__all__ = [
    "amendment_views",
    "blueprint",
    "closing_views",
    "documents_views",
    "dossier_list_views",
    "dossier_move_views",
    "dossier_term_views",
    "dossier_views",
    "draft_views",
    "drafts_table_views",
    "moving_views",
    "plan_views",
    "programme_views",
    "signature_views",
    "template_views",
    "ways_views",
]
