"""The door: each page's file hangs its addresses on the blueprint."""

from tracker.planning.blueprint import blueprint
from tracker.planning.dossiers import (
    amendment_views,
    closing_views,
    dossier_list_views,
    dossier_move_views,
    dossier_term_views,
    dossier_views,
)
from tracker.planning.drafts import draft_views, drafts_table_views
from tracker.planning.programmes import (
    apology_views,
    ladder_views,
    moving_views,
    plan_views,
    programme_views,
    ways_views,
)
from tracker.planning.signatures import documents_views, signature_views
from tracker.planning.templates import template_views

__all__ = [
    "amendment_views",
    "apology_views",
    "blueprint",
    "closing_views",
    "documents_views",
    "dossier_list_views",
    "dossier_move_views",
    "dossier_term_views",
    "dossier_views",
    "draft_views",
    "drafts_table_views",
    "ladder_views",
    "moving_views",
    "plan_views",
    "programme_views",
    "signature_views",
    "template_views",
    "ways_views",
]
