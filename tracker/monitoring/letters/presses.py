"""The presses on a letter: what each is called, what is told before it is made, its form and its verb."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.core.errors import FieldError
from tracker.core.files.store import StoredUpload
from tracker.core.languages import Text, _l
from tracker.monitoring.letters.letter_forms import (
    LetterPressForm,
    SayForm,
    SayWithFileForm,
    SignatoryForm,
    SignedPaperForm,
)
from tracker.permissions.reader import Reader
from tracker.urging import service
from tracker.urging.models import Letter
from tracker.urging.states import Kind, Move


@dataclass(frozen=True, slots=True)
class LetterPress:
    """One press: `name` in its address, `say`: the label of its text; `made`: it makes a document."""

    name: str
    move: Move
    label: Text
    lead: Text
    done: Text
    form: type[LetterPressForm] = LetterPressForm
    say: Text | None = None
    hint: Text | None = None
    made: bool = False
    gives_up: bool = False
    first: bool = False  # the primary action of its turn


PRESSES: tuple[LetterPress, ...] = (
    LetterPress(
        "submit",
        Move.SUBMIT,
        _l("Put it before its signatory"),
        _l(
            "You have reviewed the words and the figures. Chair and vice chairs are told that it waits for a signature."
        ),
        _l("The letter waits for its signature."),
        first=True,
    ),
    LetterPress(
        "hand-back",
        Move.HAND_BACK,
        _l("Hand it back"),
        _l("It becomes a draft again, to be changed."),
        _l("The letter is a draft again."),
        SayForm,
        _l("What is to be changed"),
    ),
    LetterPress(
        "sign",
        Move.SIGN,
        _l("Sign and number it"),
        _l(
            "The next number of the register is drawn, the figures below are frozen, and the document is made and kept "
            "under your name. Afterwards nothing in it can be changed."
        ),
        _l("The letter is signed and has its number."),
        made=True,
        first=True,
    ),
    LetterPress(
        "number",
        Move.NUMBER,
        _l("Number it, to be signed on paper"),
        _l(
            "The next number of the register is drawn, and the document is made to be printed. It counts once the "
            "signed paper has come in as a scan."
        ),
        _l("The letter has its number: print it, have it signed and stamped, then send the scan."),
        SignatoryForm,
        made=True,
    ),
    LetterPress(
        "scan",
        Move.SCAN,
        _l("Send the signed paper"),
        _l("The scan of the paper as it was signed. Words that were changed in the file of Word stand there alone."),
        _l("The signed paper is kept with the letter."),
        SignedPaperForm,
        first=True,
    ),
    LetterPress(
        "send",
        Move.SEND,
        _l("Send it to the body"),
        _l("From now on the body sees the letter, and its head is told of it by mail."),
        _l("The letter is sent."),
        first=True,
    ),
    LetterPress(
        "answer",
        Move.ANSWER,
        _l("Answer the letter"),
        _l("What you write stands for ever under your name, and the People's Committee is told of it."),
        _l("The answer is sent."),
        SayWithFileForm,
        _l("What will be done, and by when"),
        _l("For each thing that is late: why, who answers for it, the day on which it will be done"),
        first=True,
    ),
    LetterPress(
        "ask-again",
        Move.ASK_AGAIN,
        _l("Ask for more"),
        _l("The letter waits for an answer again, and the head of the body is told."),
        _l("The body is asked for more."),
        SayForm,
        _l("What is missing in the answer"),
    ),
    LetterPress(
        "publish",
        Move.PUBLISH,
        _l("Say where it was published"),
        _l("The People's Committee looks there, then closes it."),
        _l("It is kept where the apology was published."),
        SayWithFileForm,
        _l("Where it was published"),
        _l("An address of the web, or the paper, the board or the broadcast with its day"),
        first=True,
    ),
    LetterPress(
        "not-found",
        Move.NOT_FOUND,
        _l("It is not there"),
        _l("The body is told that the apology was not found, and says anew where it is."),
        _l("The body is told."),
        SayForm,
        _l("Where you looked, and what is missing"),
    ),
    LetterPress(
        "close",
        Move.CLOSE,
        _l("Close it"),
        _l("Nothing more is asked of the body by this letter."),
        _l("The letter is closed."),
        SayForm,
        _l("What came of it"),
    ),
    LetterPress(
        "withdraw",
        Move.WITHDRAW,
        _l("Withdraw it"),
        _l("Nobody acts on it any more. A number that it has stays in the register, as cancelled."),
        _l("The letter is withdrawn."),
        SayForm,
        _l("Why it is withdrawn"),
        gives_up=True,
    ),
)
BY_NAME: Mapping[str, LetterPress] = {one.name: one for one in PRESSES}
_WITH_FILE: Mapping[Move, Callable[..., Any]] = {Move.ANSWER: service.answer, Move.PUBLISH: service.publish}
_BARE: Mapping[Move, Callable[..., Any]] = {Move.SUBMIT: service.submit, Move.SEND: service.send}


def make(
    session: Session,
    now: Moment,
    *,
    press: LetterPress,
    reader: Reader,
    letter: Letter,
    form: Any,
    file: StoredUpload | None,
) -> Any:
    """The verb of a press that makes no document."""
    given: dict[str, Any] = {"reader": reader, "letter_id": letter.id, "version": form.version.data or 0}
    if press.move in _BARE:
        return _BARE[press.move](session, now, **given)
    if press.move is Move.SCAN:
        if file is None:
            raise FieldError("file", _l("Choose a file"))
        return service.scan(session, now, **given, file=file)
    given["text"] = form.text.data or ""
    if press.move in _WITH_FILE:
        return _WITH_FILE[press.move](session, now, **given, file=file)
    if press.move is Move.WITHDRAW:
        return service.withdraw(session, now, **given)
    return service.say(session, now, **given, move=press.move)


def is_urging(letter: Letter) -> bool:
    """Whether it urges a body, and is no apology."""
    return letter.kind == Kind.URGING
