"""What documents are called."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l

COMMITMENT, AMENDMENT, ASSESSMENT = "commitment", "amendment", "assessment"
URGING, APOLOGY = "urging", "apology"
KINDS: Mapping[str, Text] = {
    COMMITMENT: _l("Commitment"),
    AMENDMENT: _l("Amendment of a commitment"),
    ASSESSMENT: _l("Assessment of a commitment"),
    URGING: _l("Letter of urging"),
    APOLOGY: _l("Public apology"),
}
SIGNED_FILES: Mapping[str, Text] = {
    "body": _l("of the body"),
    "ppc": _l("of the People's Committee"),
    "seal": _l("seal of the product"),
}
KEY_REASONS: Mapping[str, Text] = {
    "first": _l("the first key"),
    "changed": _l("the key before was replaced"),
    "lost": _l("the key before was lost or came into other hands"),
}
