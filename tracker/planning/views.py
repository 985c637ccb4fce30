"""The door: each page's file hangs its addresses on the blueprint."""

from tracker.planning import moving_views, plan_views, programme_views, template_views
from tracker.planning.blueprint import blueprint

__all__ = ["blueprint", "moving_views", "plan_views", "programme_views", "template_views"]
