"""The presses on a commitment: what each is called, what is told before it is made, and its verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from tracker.commitments.dossiers import AMENDMENT, FIRST, Dossier
from tracker.commitments.life import amending, concluding, moving, negotiating
from tracker.commitments.life import closing as life_end
from tracker.commitments.life.states import Move, State
from tracker.compliance.closing import service as closing
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError
from tracker.core.extensions import settings_of
from tracker.core.languages import Text, _l
from tracker.permissions.guard import current_reader
from tracker.permissions.reader import Reader
from tracker.planning.dossiers import dossiers, reminding
from tracker.planning.dossiers.dossier_forms import (
    AmendmentOfferForm,
    AssessForm,
    CountersignedOnPaperForm,
    FreezeForm,
    InForceForm,
    OnPaperForm,
    ReasonForm,
    SeenForm,
    SigningDaysForm,
    StatementForm,
)
from tracker.signing.confirmations import signatures
from tracker.signing.documents import freezing, queries
from tracker.signing.paper import paper

SIGNING = frozenset({"sign", "countersign"})  # on a page of its own
_SCAN_NEEDED = _l(
    "A scan of the signed paper is needed that a second person has attested. It is shown as attested, not as verified."
)
_NO_PAPER = _l("No scan of the signed paper was attested by a second person yet")


@dataclass(frozen=True, slots=True)
class Press:
    """One press: what it is called, what is told before, which form is asked, and the verb."""

    name: str
    move: Move
    label: Text
    heading: Text
    lead: Text
    done: Text
    verb: Callable[..., Any]
    form: type[SeenForm] = SeenForm
    asked: bool = True  # once more, on a page of its own
    on_paper: bool = False
    first: bool = True  # the primary action of its turn
    of: tuple[str, ...] = (FIRST, AMENDMENT)  # kinds of dossier
    amending: tuple[Text, Text, Text] | None = None  # heading, lead and done of an amendment, where they are others

    def shown(self, reader: Reader, dossier: Dossier) -> bool:
        """Whether it is offered to the reader now."""
        return dossier.kind in self.of and dossiers.can(reader, dossier, self.move, on_paper=self.on_paper)

    def told_of(self, kind: str) -> tuple[str, str, str]:
        """Heading, what is told before, and after, of a commitment or of an amendment."""
        told = self.amending if kind == AMENDMENT and self.amending else (self.heading, self.lead, self.done)
        return str(told[0]), str(told[1]), str(told[2])

    def kind(self, waits: bool) -> str:
        """How its button looks: the first one leads on where it is the reader's turn."""
        return "" if self.first and waits else "secondary"


def _offer(session: Session, now: Moment, *, dossier: Dossier, form: Any) -> Any:
    return negotiating.offer(
        session, now, reader=current_reader(), dossier_id=dossier.id, version=form.version.data or 0
    )


def _offer_amendment(session: Session, now: Moment, *, dossier: Dossier, form: Any) -> Any:
    seen = {"version": form.version.data or 0, "from_on": form.from_on.data}
    return amending.offer(session, now, reader=current_reader(), dossier_id=dossier.id, **seen)


def _agree(session: Session, now: Moment, *, dossier: Dossier, form: Any) -> Any:
    return negotiating.agree(
        session, now, reader=current_reader(), dossier_id=dossier.id, version=form.version.data or 0
    )


def _with_reason(verb: Callable[..., Any]) -> Callable[..., Any]:
    def carried(session: Session, now: Moment, *, dossier: Dossier, form: Any) -> Any:
        moving.same_version(moving.locked(session, dossier.id), form.version.data or 0)
        return verb(session, now, reader=current_reader(), dossier_id=dossier.id, reason=form.reason.data or "")

    return carried


def _by_a_way(_session: Session, _now: Moment, *, dossier: Dossier, form: Any) -> Any:
    """A document is signed on a page of its own, in one of the ways that its programme takes."""
    raise DomainError(signatures.NOT_THIS_WAY)


def _on_paper(session: Session, now: Moment, *, dossier: Dossier, form: Any) -> Any:
    """The signatures as they stand on the scan that a second person attested: both, or the one of one side where the
    other side signs in another way."""
    made = freezing.of_dossier(session, dossier)
    scan = queries.attested_paper(session, made.id) if made is not None else None
    if scan is None:
        raise DomainError(_NO_PAPER)
    given = {"reader": current_reader(), "dossier": dossier, "sha256": form.seen.data or ""}
    given["evidence"] = paper.evidence(scan)
    if dossier.state == State.FROZEN:
        _beside("signed_on", signatures.enter_paper, session, now, **given, day=form.signed_on.data)
        if form.countersigned_on.data is None:
            return None
    return _beside("countersigned_on", signatures.enter_paper, session, now, **given, day=form.countersigned_on.data)


def _beside(field: str, verb: Callable[..., Any], *given: Any, **more: Any) -> Any:
    """What is wrong with the day goes beside the field that it was typed in."""
    try:
        return verb(*given, **more)
    except FieldError as refusal:
        raise FieldError(field, refusal.message) from None


def _days(session: Session, now: Moment, *, dossier: Dossier, form: Any) -> Any:
    sign_until = form.sign_until.data if "sign_until" in form else dossier.expires_on
    return concluding.set_days(
        session,
        now,
        reader=current_reader(),
        dossier_id=dossier.id,
        version=form.version.data or 0,
        sign_until=sign_until,
        countersign_until=form.countersign_until.data,
    )


def _in_force(session: Session, now: Moment, *, dossier: Dossier, form: Any) -> Any:
    return concluding.come_into_force(
        session, now, reader=current_reader(), dossier_id=dossier.id, from_on=form.from_on.data
    )


def _assess(session: Session, now: Moment, *, dossier: Dossier, form: Any) -> Any:
    reader = current_reader()
    made = closing.assess(session, now, reader=reader, dossier_id=dossier.id, until=form.until.data)
    reminding.tell(session, now, reader=reader, dossier=dossier, site=settings_of(current_app).site)
    return made


def _state(session: Session, now: Moment, *, dossier: Dossier, form: Any) -> Any:
    return life_end.state(
        session,
        now,
        reader=current_reader(),
        dossier_id=dossier.id,
        version=form.version.data or 0,
        text=form.text.data or "",
    )


def _close(session: Session, now: Moment, *, dossier: Dossier, form: Any, made: freezing.Prepared) -> Any:
    return closing.close(
        session,
        now,
        reader=current_reader(),
        dossier_id=dossier.id,
        version=form.version.data or 0,
        made=made,
        folder=settings_of(current_app).files_folder,
    )


def _freeze(session: Session, now: Moment, *, dossier: Dossier, form: Any, made: freezing.Prepared) -> Any:
    return freezing.freeze(
        session,
        now,
        reader=current_reader(),
        dossier_id=dossier.id,
        version=form.version.data or 0,
        made=made,
        folder=settings_of(current_app).files_folder,
    )


PRESSES = {
    one.name: one
    for one in (
        Press(
            "offer",
            Move.OFFER,
            _l("Offer it to the body"),
            _l("Offer it to the body?"),
            _l("The body sees the commitment from now on, and it is its turn."),
            _l("The commitment is offered. It is the body's turn."),
            _offer,
            asked=False,
            of=(FIRST,),
        ),
        Press(
            "offer-amendment",
            Move.OFFER,
            _l("Offer it to the body"),
            _l("Offer the amendment to the body?"),
            _l("The body then sees what changes and from when, and it is its turn."),
            _l("The amendment is offered. It is the body's turn."),
            _offer_amendment,
            AmendmentOfferForm,
            of=(AMENDMENT,),
        ),
        Press(
            "agree",
            Move.AGREE,
            _l("Agree"),
            _l("Agree with these terms?"),
            _l("You agree with exactly these terms. The People's Committee then makes the document, which you sign."),
            _l("The body has agreed. It is the People's Committee's turn."),
            _agree,
        ),
        Press(
            "freeze",
            Move.FREEZE,
            _l("Make the document"),
            _l("Make the document?"),
            _l(
                "A number is drawn from the register, the document is made and kept. It is never changed: who reopens "
                "the commitment gives the number up."
            ),
            _l("The document is made. The head signs now."),
            _freeze,
            FreezeForm,
        ),
        Press(
            "sign",
            Move.SIGN,
            _l("Sign for the body"),
            _l("Sign for the body?"),
            _l("You sign this document in person, with exactly these pages."),
            _l("Signed. It is the People's Committee's turn."),
            _by_a_way,
        ),
        Press(
            "countersign",
            Move.COUNTERSIGN,
            _l("Sign for the People's Committee"),
            _l("Sign for the People's Committee?"),
            _l("You sign this document after the head of the body, with exactly these pages."),
            _l("Signed by both sides. It can be put in force."),
            _by_a_way,
        ),
        Press(
            "on-paper",
            Move.SIGN,
            _l("Enter what was signed on paper"),
            _l("Enter what was signed on paper?"),
            _SCAN_NEEDED,
            _l("Entered as signed on paper."),
            _on_paper,
            OnPaperForm,
            on_paper=True,
        ),
        Press(
            "countersigned-on-paper",
            Move.COUNTERSIGN,
            _l("Enter the second signature on paper"),
            _l("Enter the second signature on paper?"),
            _SCAN_NEEDED,
            _l("Entered as signed on paper."),
            _on_paper,
            CountersignedOnPaperForm,
            on_paper=True,
        ),
        Press(
            "days",
            Move.SET_DAYS,
            _l("Set until when it is signed"),
            _l("Until when is it signed?"),
            _l("Each side has a day of its own. Both read it here and in every reminder."),
            _l("The days to sign are set."),
            _days,
            SigningDaysForm,
            first=False,
        ),
        Press(
            "put-in-force",
            Move.COME_INTO_FORCE,
            _l("Put it in force"),
            _l("Put it in force?"),
            _l("The targets stand on the boards from then on, and are reported on."),
            _l("The commitment is in force."),
            _in_force,
            InForceForm,
            amending=(
                _l("Put the amendment in force?"),
                _l("The new terms count from the day that was signed."),
                _l("The amendment is in force."),
            ),
        ),
        Press(
            "assess",
            Move.ASSESS,
            _l("Assess it"),
            _l("Assess the commitment?"),
            _l(
                "The head sees what came of it, and can make a statement. The assessment becomes a document at the end."
            ),
            _l("The commitment is assessed. The head can make a statement."),
            _assess,
            AssessForm,
            first=False,
        ),
        Press(
            "state",
            Move.STATE,
            _l("Make a statement"),
            _l("Your statement to the assessment"),
            _l("Whoever reads the assessment reads it too. The commitment can be closed as soon as you have made it."),
            _l("Your statement is kept. It will stand in the assessment."),
            _state,
            StatementForm,
        ),
        Press(
            "close",
            Move.CLOSE,
            _l("Close it"),
            _l("Close the commitment?"),
            _l(
                "The assessment becomes a document with a number, and is never changed. The commitment can only be "
                "read from then on."
            ),
            _l("The commitment is closed."),
            _close,
            first=False,
            of=(FIRST,),
        ),
        Press(
            "reopen",
            Move.REOPEN,
            _l("Open it again"),
            _l("Open it again?"),
            _l(
                "It is negotiated again. Where a document was made, its number stays in the register as cancelled, and "
                "the next one has another."
            ),
            _l("It is negotiated again."),
            _with_reason(freezing.reopen),
            ReasonForm,
            first=False,
        ),
        Press(
            "decline",
            Move.DECLINE,
            _l("Decline it"),
            _l("Decline the commitment?"),
            _l("Nothing comes of it. The People's Committee reads the reason."),
            _l("The commitment is declined."),
            _with_reason(negotiating.decline),
            ReasonForm,
            first=False,
            amending=(
                _l("Decline the amendment?"),
                _l("The commitment stays as it was signed. The People's Committee reads the reason."),
                _l("The amendment is declined."),
            ),
        ),
        Press(
            "withdraw",
            Move.WITHDRAW,
            _l("Withdraw it"),
            _l("Withdraw the commitment?"),
            _l("Nothing comes of it. The body can be drafted for anew."),
            _l("The commitment is withdrawn."),
            _with_reason(freezing.withdraw),
            ReasonForm,
            first=False,
            amending=(
                _l("Withdraw the amendment?"),
                _l("Nothing comes of it: the commitment stays as it was signed."),
                _l("The amendment is withdrawn."),
            ),
        ),
    )
}
