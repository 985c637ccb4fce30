"""What can be done in the product. A view declares its action; `permissions` says who may do it, and
denies the rest."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


class Action(StrEnum):
    """Every action. The value is the name used in audit records and in the permission table."""

    PUBLIC = "public"  # anybody, signed in or not
    SIGN_IN = "sign_in"  # the pages of signing in and out
    HOME = "home"  # one's own first page, own settings
    SEARCH = "search"  # one field for everything; what is found is what one may see
    OWN_SECURITY = "own_security"  # one's own second factors and sessions; open before a demanded factor is set up
    SEE_TARGET = "see_target"  # targets, figures, revisions, spans of the bodies in one's scope
    ENTER_FIGURE = "enter_figure"  # write and keep a draft of one's own body, hand it to the head
    SEND_REPORT = "send_report"  # send one's own body's report to the PPC, recall it
    APPRAISE = "appraise"  # accept or return another body's report
    ASK_CORRECTION = "ask_correction"  # ask that an accepted figure of one's own body be opened again
    REOPEN_FIGURE = "reopen_figure"  # open an accepted figure again, by a named decision
    ASK_ON_TARGET = "ask_on_target"  # ask the PPC for another deadline of one's own body's target, or a suspension
    DECIDE_ON_TARGET = "decide_on_target"  # grant or refuse that; suspend or end a target
    SEE_BOARD = "see_board"  # the province on one board, its lists and sheets
    SEE_BRIEFING = "see_briefing"  # what the committee is told of a day, on a page and as files
    ASK_FOR_REPORTS = "ask_for_reports"  # ask bodies for what they have not reported, by a mail to whoever acts there
    SEE_CALENDAR = "see_calendar"  # the working calendar
    MANAGE_CALENDAR = "manage_calendar"  # turn its days ahead over
    SEE_POLICY = "see_policy"  # the thresholds and weights of a programme, and who set them
    SEE_PROGRAMMES = "see_programmes"  # programmes, those in preparation too, and the templates of targets
    PREPARE_PROGRAMME = "prepare_programme"  # begin a programme, its calendar and bodies; templates of targets
    APPROVE_PROGRAMME = "approve_programme"  # open a programme that was prepared
    MANAGE_POLICY = "manage_policy"  # plan a version of them from a day ahead, withdraw it
    SEE_COMMITMENTS = "see_commitments"  # commitments on their way, of the bodies in one's scope from the offer on
    NEGOTIATE = "negotiate"  # comment on the terms offered to one's own body, propose others, answer proposals
    AGREE_COMMITMENT = "agree_commitment"  # agree, decline or sign for one's own body
    ASK_PROVINCE = "ask_province"  # have a whole programme judged anew by the scheduler, and see what came of it
    MANAGE_ACCOUNTS = "manage_accounts"  # invite, disable, and what takes two administrators
    SEE_APPROVALS = "see_approvals"  # what one administrator asked for and another decides on
    SEE_OFFICES = "see_offices"  # bodies, and who holds their offices from day to day
    MANAGE_OFFICES = "manage_offices"  # enter, change and end bodies; give and end offices; name stand-ins
    SEE_JOBS = "see_jobs"  # the scheduler's history
    SEE_MAIL = "see_mail"  # mails written as files, in demo mode
    SEE_AUDIT = "see_audit"  # the record of who did what
    SEE_SIGNS = "see_signs"  # what raises a question in what was reported; of a body's own what it was asked
    ASK_ABOUT_SIGN = "ask_about_sign"  # ask the body, and close it
    ANSWER_SIGN = "answer_sign"
    SEE_LETTERS = "see_letters"  # letters that urge a body, and apologies; a body's own once they were sent
    PREPARE_LETTER = "prepare_letter"  # draft, review, send and close them for the PPC
    SIGN_LETTER = "sign_letter"  # sign one for the PPC, or hand it back
    ANSWER_LETTER = "answer_letter"  # answer what one's own body was sent; sign its apology
    WRITE_APOLOGY = "write_apology"  # write the apology of one's own body, and say where it was published
    KEEP_PAPER = "keep_paper"  # upload scans of what was signed on paper, and sort their pages
    ATTEST_PAPER = "attest_paper"  # say as the second person that a scan shows what was signed
    SEE_PERMISSIONS = "see_permissions"  # the table of who may do what, and to whom it opens one matter


def action(name: Action) -> Callable[[View], View]:
    """Declare the action of an endpoint; create_app refuses to start where one lacks it."""

    def mark(view: View) -> View:
        view.__action__ = name  # type: ignore[attr-defined]
        return view

    return mark


def action_of(view: Callable[..., object]) -> Action | None:
    """The action that a view declares, or none."""
    found = getattr(view, "__action__", None)
    return found if isinstance(found, Action) else None
