"""The life of a commitment in the reader's words: states, moves, sides, ways of signing."""

from collections.abc import Mapping

from tracker.commitments.life.states import Move, Side, State
from tracker.core.languages import Text, _l

STATES: Mapping[str, Text] = {
    State.DRAFTED: _l("Drafted"),
    State.OFFERED: _l("Offered to the body"),
    State.NEGOTIATED: _l("Being negotiated"),
    State.AGREED: _l("Agreed"),
    State.FROZEN: _l("To be signed by the head"),
    State.SIGNED: _l("To be signed by the People's Committee"),
    State.COUNTERSIGNED: _l("Signed by both sides"),
    State.IN_FORCE: _l("In force"),
    State.ASSESSED: _l("Assessment with the head"),
    State.HEARD: _l("Ready to be closed"),
    State.CLOSED: _l("Closed"),
    State.DECLINED: _l("Declined"),
    State.WITHDRAWN: _l("Withdrawn"),
    State.EXPIRED: _l("Expired"),
}
MOVES: Mapping[str, Text] = {
    Move.DRAFT: _l("drafted it"),
    Move.ASK: _l("asked for an amendment"),
    Move.CHANGE: _l("changed the draft"),
    Move.OFFER: _l("offered it to the body"),
    Move.COMMENT: _l("commented"),
    Move.PROPOSE: _l("proposed other terms"),
    Move.ACCEPT: _l("accepted a proposal"),
    Move.REFUSE: _l("refused a proposal"),
    Move.TAKE_BACK: _l("took a proposal back"),
    Move.AGREE: _l("agreed"),
    Move.DECLINE: _l("declined it"),
    Move.WITHDRAW: _l("withdrew it"),
    Move.FREEZE: _l("made the document"),
    Move.REOPEN: _l("opened it again"),
    Move.SET_DAYS: _l("set until when it is signed"),
    Move.SIGN: _l("signed for the body"),
    Move.COUNTERSIGN: _l("signed for the People's Committee"),
    Move.COME_INTO_FORCE: _l("put it in force"),
    Move.EXPIRE: _l("was not signed in time"),
    Move.TAKE_IN: _l("took it in as it was signed"),
    Move.ASSESS: _l("assessed it"),
    Move.STATE: _l("stated something to the assessment"),
    Move.LAPSE: _l("the time for a statement is over"),
    Move.CLOSE: _l("closed it"),
}
SIDES: Mapping[str, Text] = {
    Side.BODY: _l("The body"),
    Side.PPC: _l("The People's Committee"),
    Side.PRODUCT: _l("The product"),
}
SIGNED_HOW: Mapping[str, Text] = {
    "passkey": _l("Electronic confirmation (passkey)"),
    "pades": _l("Digital signature in the PDF (PAdES)"),
    "paper": _l("On paper"),
    "product": _l("By a press in the product"),
}
# What a signature of each way rests on, wherever one is shown.
STRENGTHS: Mapping[str, Text] = {
    "passkey": _l(
        "Anybody can check by computer that the signer's key confirmed exactly this document. That the key is the "
        "signer's rests on the two people who attested it."
    ),
    "pades": _l(
        "Anybody can check by computer that exactly this document was signed. Whose certificate it is, its issuer "
        "vouches for."
    ),
    "paper": _l("Two people attested that the scan shows the signed paper. No computer verifies a signature on it."),
    "product": _l("Rests on this product's own record alone: somebody who was signed in pressed a button."),
}
# The same in few words, for a list.
IN_SHORT: Mapping[str, Text] = {
    "passkey": _l("checked by computer, key attested"),
    "pades": _l("checked by computer"),
    "paper": _l("attested by two people"),
    "product": _l("by this product's record alone"),
}
