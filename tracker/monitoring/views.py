"""Pages of monitoring: the board, bodies, targets, lists, jobs and the working calendar."""

from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.board import agency_views, standing_views
from tracker.monitoring.board import views as board_views
from tracker.monitoring.letters import file_views, letter_views
from tracker.monitoring.letters import list_views as letter_list_views
from tracker.monitoring.ranking import ranking_views
from tracker.monitoring.recalculations import known_views
from tracker.monitoring.recalculations import views as recalculation_views
from tracker.monitoring.reminding import asking_views, ledger_views, missing_views
from tracker.monitoring.settings import calendar_views, job_views, policy_views
from tracker.monitoring.signs import list_views as sign_list_views
from tracker.monitoring.signs import sign_views
from tracker.monitoring.targets import list_views
from tracker.monitoring.targets import views as target_views
from tracker.monitoring.turns import difference_views, forecast_views, mover_views
from tracker.urging import wiring

__all__ = [
    "agency_views",
    "asking_views",
    "blueprint",
    "board_views",
    "calendar_views",
    "difference_views",
    "file_views",
    "forecast_views",
    "job_views",
    "known_views",
    "ledger_views",
    "letter_list_views",
    "letter_views",
    "list_views",
    "missing_views",
    "mover_views",
    "policy_views",
    "ranking_views",
    "recalculation_views",
    "sign_list_views",
    "sign_views",
    "standing_views",
    "target_views",
    "wiring",
]
