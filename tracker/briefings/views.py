"""A briefing for a day in one press: to be looked at, and as files."""

from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, url_for

from tracker.briefings import files
from tracker.briefings.composing import compose
from tracker.briefings.content import Briefing
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.extensions import settings_of
from tracker.core.files.kinds import PDF
from tracker.core.files.word import MEDIA_TYPE
from tracker.core.languages import in_language
from tracker.core.web.downloads import content_disposition, send_workbook
from tracker.monitoring.viewpoint import Viewpoint, day_choices, of_file, page_values, viewpoint

blueprint = Blueprint("briefings", __name__)
NAME = "bao-cao-hop"


@blueprint.get("/briefing")
@action(Action.SEE_BRIEFING)
def briefing() -> str:
    """What the committee is told of a day."""
    seen = viewpoint(database.session())
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    path = url_for("briefings.briefing")
    return render_template(
        "briefings/briefing.html",
        **page_values(
            seen,
            briefing=_composed(seen),
            notices=seen.notices,
            days=[(text, day, f"{path}?programme={seen.chosen.code}&on={day}") for text, day in day_choices(seen)],
            kept=[pair for pair in seen.arguments() if pair[0] != "on"],
            files=[(kind, seen.url(url_for(f"briefings.briefing_{kind}"))) for kind in ("pdf", "docx", "xlsx")],
        ),
    )


@blueprint.get("/briefing.pdf")
@action(Action.SEE_BRIEFING)
def briefing_pdf() -> Response:
    """In the official form."""
    made = _for_file()
    return _sent(files.pdf(made), PDF, f"{NAME}-{made.file}.pdf")


@blueprint.get("/briefing.docx")
@action(Action.SEE_BRIEFING)
def briefing_docx() -> Response:
    """To be edited."""
    made = _for_file()
    return _sent(files.docx(made), MEDIA_TYPE, f"{NAME}-{made.file}.docx")


@blueprint.get("/briefing.xlsx")
@action(Action.SEE_BRIEFING)
def briefing_xlsx() -> Response:
    """Its tables as sheets."""
    made = _for_file()
    return send_workbook(files.xlsx(made), f"{NAME}-{made.file}")


def _for_file() -> Briefing:
    """In the language of official documents; never of another day than was asked for."""
    seen = of_file(database.session())
    seen.demand(())
    with in_language(None):
        return _composed(seen)


def _composed(seen: Viewpoint) -> Briefing:
    given = settings_of(current_app)
    place: dict[str, Any] = {"place": given.province, "sample": given.demo}
    return compose(database.session(), clock.moment(), seen.on, seen.chosen, seen.assessed_on, **place)


def _sent(body: bytes, media_type: str, name: str) -> Response:
    answer = make_response(body)
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = content_disposition(name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
