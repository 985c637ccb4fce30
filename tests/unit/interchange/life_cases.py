"""The refusals of what format 3 has more, as those in `cases`: the code, its pointer, and what is spoilt for it."""

from typing import Any

from tests.factories.documents import assessment
from tests.unit.interchange.cases import PERIODS, Case
from tests.unit.interchange.life import OPEN, SHA, T02, T08, amendment, in_force, move, negotiated, package_3
from tests.unit.interchange.sample import GONE, REACH
from tracker.commitments.life.document import digest

MOVED = f"{PERIODS}/2/changes/0"
TEMPLATE = "/templates/0/versions/1"
NEGOTIATED, LIVED, AMENDS = "/dossiers/0", "/dossiers/1", "/dossiers/2"
MOVES = f"{LIVED}/moves"
ASKED = f"{REACH}/requests"
OPENED = f"{REACH}/reports/0/revisions/1/decisions/1/named"
BY, WAITS = {"ground": "correction"}, {"asked_at": "2021-04-25T02:00:00Z", "reason": "x"}
FIRST, SENT = (f"{REACH}/reports/0/revisions/{index}" for index in (0, 1))
TOLD = f"{NEGOTIATED}/moves/3/proposal/changes/0"
Q4: dict[str, Any] = {
    "frequency": "quarterly",
    "code": "Q4",
    "starts_on": "2021-09-14",
    "cut_off": "2021-09-14",
    "due_on": "2021-09-20",
    "changes": [
        {
            "starts_on": "2021-09-21",
            "cut_off": "2021-12-14",
            "due_on": "2021-12-20",
            "set_at": "2021-07-01T02:00:00Z",
            "reason": "x",
        }
    ],
}


EARLIER = {f"{MOVED}/starts_on": "2021-06-14", f"{MOVED}/set_at": "2021-05-01T02:00:00Z"}
FILE = {"name": "KH.pdf", "size": 1, "sha256": SHA}
FROZEN = in_force()["moves"][:12]
TOLD_AT_THE_END = {key: value for key, value in assessment(2).items() if key in ("targets", "assessment")}
SHOWN = {"until": "2022-01-20", "sha256": SHA, "content": TOLD_AT_THE_END}
NOTHING: dict[str, Any] = {"targets": [], "assessment": {}}
OTHER_SCORE = {**TOLD_AT_THE_END, "assessment": {**TOLD_AT_THE_END["assessment"], "score": "0.01"}}


def shown(content: dict[str, Any]) -> dict[str, Any]:
    """An assessment of this content, told with its own digest."""
    return move("assess", "ppc", "2022-01-05", detail={**SHOWN, "content": content, "sha256": digest(content)})


ASSESSED, ASKED_FOR = shown(TOLD_AT_THE_END), move("ask", "body", "2021-02-01", reason="Khó đạt")
NEW = [{"terms": T08}]
DAY = {"number": "01/PL-SNV", "day": "2021-05-05", "sha256": SHA}
ENTERED = [
    *amendment()["moves"],
    move("agree", "body", "2021-05-05"),
    move("freeze", "ppc", "2021-05-05", detail={**DAY, "version": 1}),
    move("sign", "body", "2021-05-05", detail={**DAY, "signed_how": "product"}),
    move("countersign", "ppc", "2021-05-05", detail=DAY),
    move("come_into_force", "ppc", "2021-05-05", detail={"from_on": "2021-05-05"}),
]
UNDATED = {name: told for name, told in SHOWN.items() if name != "until"}

LIFE: list[Case] = [
    ("key_missing", "", {"/dossiers": GONE}),
    ("key_missing", "", {"/templates": GONE, f"{LIVED}/targets/0/template": GONE}),
    ("not_list", "/dossiers", {"/dossiers": {}}),
    ("not_list", "/numbers", {"/numbers": {}}),
    ("unknown_key", f"{NEGOTIATED}/note", {f"{NEGOTIATED}/note": "x"}),
    ("unknown_key", "/plans/1/basis_file/note", {"/plans/1/basis_file": {**FILE, "note": "x"}}),
    ("not_one_of", f"{MOVES}/1/move", {f"{MOVES}/1/move": "lose"}),
    ("not_one_of", "/commitments/0/signed_how", {"/commitments/0/signed_how": "stone"}),
    ("bad_moment", f"{MOVES}/1/at", {f"{MOVES}/1/at": "2021-02-30T02:00:00Z"}),
    ("bad_moment", f"{MOVES}/1/at", {f"{MOVES}/1/at": "2021-02-01T02:00:00+07:00"}),
    ("bad_digest", f"{MOVES}/8/detail/sha256", {f"{MOVES}/8/detail/sha256": SHA[1:]}),
    ("bad_figure", f"{LIVED}/targets/0/terms/goal", {f"{LIVED}/targets/0/terms/goal": "1e3"}),
    # Periods that moved
    ("period_in_use", f"{MOVED}/cut_off", {f"{MOVED}/set_at": "2021-09-14T02:00:00Z"}),
    ("period_days", f"{PERIODS}/2/due_on", {f"{MOVED}/due_on": "2021-09-19"}),
    ("periods_overlap", f"{PERIODS}/2/starts_on", EARLIER),
    ("first_cut_off", f"{PERIODS}/4/cut_off", {f"{PERIODS}/-": Q4}),
    # Templates, plans, numbers
    ("code_twice", "/templates/1/code", {"/templates/-": package_3()["templates"][0]}),
    ("versions_broken", f"{TEMPLATE}/version", {f"{TEMPLATE}/version": 3}),
    ("template_terms", f"{TEMPLATE}/weight", {f"{TEMPLATE}/weight": "0"}),
    ("template_terms", f"{TEMPLATE}/judged_by", {f"{TEMPLATE}/judged_by": "whole_term"}),
    ("bad_day", f"{TEMPLATE}/due", {f"{TEMPLATE}/due": "30/06"}),
    ("plan_head", "/plans/0/year", {"/plans/0/year": 2023}),
    ("plan_head", "/plans/1/unsigned_until", {"/plans/1/unsigned_until": "2023-01-01"}),
    ("unknown_agency", "/plans/1/responsible", {"/plans/1/responsible": "SXD"}),
    ("unknown_agency", "/plans/0/agencies/1", {"/plans/0/agencies/1": "SXD"}),
    ("code_used", "/plans/0/code", {"/plans/0/approved_at": GONE}),
    ("unknown_programme", "/plans/1/code", {"/plans/1/approved_at": "2021-12-02T02:00:00Z"}),
    ("code_twice", "/plans/1/code", {"/plans/1/code": "PAR-2021", "/plans/1/approved_at": "2021-12-02T02:00:00Z"}),
    ("code_twice", "/numbers/1/number", {"/numbers/1/symbol": "CK-SNV"}),
    ("key_missing", "/numbers/1", {"/numbers/1/cancel_reason": GONE}),
    # What was asked and decided on one target
    ("suspension_days", f"{ASKED}/1/to", {f"{ASKED}/1/to": "2021-07-31"}),
    ("key_not_here", f"{ASKED}/2/from", {f"{ASKED}/2/from": "2021-07-31"}),
    ("request_over", f"{ASKED}/0/answer", {f"{ASKED}/0/withdrawn_at": "2021-06-21T02:00:00Z"}),
    ("second_request", f"{ASKED}/2", {f"{ASKED}/1/withdrawn_at": GONE}),
    ("unknown_fact", f"{ASKED}/0/answer/extension", {f"{ASKED}/0/answer/extension": "2021-10-06"}),
    ("unknown_fact", f"{ASKED}/0/answer/extension", {f"{ASKED}/0/answer/granted": False}),
    ("unknown_fact", f"{REACH}/rulings/0/suspension", {f"{REACH}/rulings/0/suspension": "2021-05-06"}),
    ("unknown_fact", f"{REACH}/rulings/1/kind", {f"{REACH}/ended": GONE}),
    # Moves
    ("move_not_now", f"{MOVES}/0/move", {f"{MOVES}/0/move": "offer"}),
    ("move_not_now", f"{MOVES}/1/move", {f"{MOVES}/1/side": "body", f"{MOVES}/1/office": GONE}),
    ("move_not_now", f"{MOVES}/7/move", {f"{MOVES}/7": move("freeze", "ppc", "2021-02-01")}),
    ("move_not_now", f"{AMENDS}/moves/2/move", {f"{AMENDS}/moves/-": move("sign", "body", "2021-05-05")}),
    ("key_missing", f"{MOVES}/6", {f"{MOVES}/6/reason": GONE}),
    ("key_missing", f"{MOVES}/8/detail", {f"{MOVES}/8/detail/number": GONE}),
    ("key_missing", f"{MOVES}/2", {f"{MOVES}/2/comment": GONE}),
    ("key_not_here", f"{MOVES}/1/answers", {f"{MOVES}/1/answers": 1}),
    ("office_of_move", f"{MOVES}/0/office", {f"{MOVES}/0/office": "clerk"}),
    ("office_of_move", f"{MOVES}/7/office", {f"{MOVES}/7/office": "officer"}),
    ("unsettled", f"{MOVES}/6/move", {f"{MOVES}/6": GONE}),
    ("no_proposal", f"{MOVES}/6/answers", {f"{MOVES}/6/answers": 4}),
    ("own_proposal", f"{MOVES}/6/answers", {f"{MOVES}/4/side": "body"}),
    ("day_backwards", f"{MOVES}/12/detail/day", {f"{MOVES}/12/detail/day": "2021-02-02"}),
    ("day_backwards", f"{MOVES}/14/detail/from_on", {f"{MOVES}/14/detail/from_on": "2021-02-03"}),
    ("other_content", f"{MOVES}/15/detail/sha256", {f"{MOVES}/-": move("assess", "ppc", "2022-01-05", detail=SHOWN)}),
    ("key_missing", f"{MOVES}/15/detail", {f"{MOVES}/-": move("assess", "ppc", "2022-01-05", detail=UNDATED)}),
    ("key_not_here", f"{MOVES}/15/move", {f"{MOVES}/-": move("close", "product", "2022-01-05")}),
    ("key_not_here", f"{MOVES}/0/move", {LIVED: {**in_force(), "moves": [ASKED_FOR]}}),
    ("key_not_here", f"{AMENDS}/moves/7/move", {AMENDS: {**amendment(), "moves": [*ENTERED, ASSESSED]}}),
    ("no_assessment", f"{MOVES}/15/detail/content", {f"{MOVES}/-": shown(NOTHING)}),
    ("no_assessment", f"{MOVES}/15/detail/content", {f"{MOVES}/-": shown(OTHER_SCORE)}),
    # What was said and proposed
    ("unknown_target", f"{MOVES}/2/comment/target", {f"{MOVES}/2/comment/target": "T7"}),
    ("unknown_target", f"{MOVES}/3/proposal/target", {f"{MOVES}/3/proposal/target": "T7"}),
    ("key_missing", f"{MOVES}/2/comment", {f"{MOVES}/2/comment/target": GONE}),
    ("term_value", f"{TOLD}/term", {f"{TOLD}/term": "colour"}),
    ("term_value", f"{TOLD}/to", {f"{TOLD}/to": "upwards"}),
    ("term_value", f"{TOLD}/to", {f"{TOLD}/term": "due_on", f"{TOLD}/to": "30/06/2021"}),
    ("term_value", f"{TOLD}/to", {f"{TOLD}/term": "milestones", f"{TOLD}/to": 3}),
    ("term_value", f"{MOVES}/2/comment/value", {f"{MOVES}/2/comment/value": {"vi": "240"}}),
    ("term_value", f"{MOVES}/4/proposal/changes/0/to/weight", {f"{MOVES}/4/proposal/changes/0/to/weight": "-"}),
    # Drafted targets
    ("code_twice", f"{LIVED}/targets/1/terms/code", {f"{LIVED}/targets/1/terms/code": "T01"}),
    ("unknown_template", f"{LIVED}/targets/0/template", {f"{LIVED}/targets/0/template/version": 3}),
    ("unknown_template", f"{LIVED}/targets/0/template", {"/templates": []}),
    ("key_missing", f"{LIVED}/targets/0/terms", {f"{LIVED}/targets/0/terms/baseline": GONE}),
    ("key_not_here", f"{NEGOTIATED}/targets/0/terms/baseline", {f"{NEGOTIATED}/targets/0/terms/baseline": "0"}),
    ("weight_not_positive", f"{LIVED}/targets/0/terms/weight", {f"{LIVED}/targets/0/terms/weight": "0"}),
    ("range_beside_goal", f"{NEGOTIATED}/targets/0/terms/low", {f"{NEGOTIATED}/targets/0/terms": {**OPEN, "low": "1"}}),
    ("unamendable", f"{AMENDS}/targets/0/terms/unit", {f"{AMENDS}/targets/0/terms/unit": "ngày"}),
    ("unknown_target", f"{AMENDS}/targets/0/terms/code", {f"{AMENDS}/targets/0": {"terms": T08, "base": T08}}),
    ("unknown_target", f"{AMENDS}/targets/0/terms/code", {AMENDS: {**amendment(), "targets": NEW, "moves": ENTERED}}),
    ("key_not_here", f"{LIVED}/targets/1/base", {f"{LIVED}/targets/1/base": T02}),
    ("added_before", f"{REACH}/added_on", {f"{REACH}/added_on": "2021-02-03"}),
    # Corrections of accepted figures
    ("named_unreopened", f"{SENT}/decisions/0/named", {f"{SENT}/decisions/0/named": BY, OPENED: GONE}),
    ("key_missing", f"{SENT}/decisions/3/named", {f"{SENT}/decisions/3/named/number": GONE}),
    ("correction_opens", f"{SENT}/corrections", {f"{SENT}/corrections/1/outcome": "refused"}),
    ("correction_order", f"{SENT}/corrections/1/asked_at", {f"{SENT}/corrections/1/asked_at": "2021-04-20T02:30:00Z"}),
    ("second_correction", f"{SENT}/corrections/3", {f"{SENT}/corrections/-": WAITS}),
    ("correction_unaccepted", f"{FIRST}/corrections", {f"{FIRST}/corrections": [WAITS]}),
    # Whose it is
    ("unknown_agency", f"{NEGOTIATED}/agency", {f"{NEGOTIATED}/agency": "SXD"}),
    ("unknown_programme", f"{NEGOTIATED}/programme", {f"{NEGOTIATED}/programme": "PAR-2099"}),
    ("one_dossier", "/dossiers/3/agency", {"/dossiers/-": negotiated()}),
    ("one_amendment", "/dossiers/3/amends", {"/dossiers/-": amendment()}),
    ("unknown_commitment", f"{AMENDS}/amends", {f"{AMENDS}/amends": "09/CK"}),
    ("unknown_commitment", f"{LIVED}/moves", {f"{MOVES}/11/detail/number": "09/CK"}),
    ("other_commitment", f"{AMENDS}/amends", {f"{AMENDS}/agency": "SDL"}),
    ("other_commitment", f"{LIVED}/moves", {f"{MOVES}/14/detail/from_on": "2021-02-05"}),
    ("unknown_target", f"{LIVED}/targets/1/terms/code", {f"{LIVED}/targets/1/terms": {**T02, "code": "T07"}}),
    ("code_twice", "/dossiers/0/moves", {"/dossiers/0": {**in_force(), "agency": "SDL", "moves": FROZEN}}),
]  # fmt: skip
