"""What documents are called."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l

COMMITMENT, AMENDMENT, ASSESSMENT = "commitment", "amendment", "assessment"
KINDS: Mapping[str, Text] = {
    COMMITMENT: _l("Commitment"),
    AMENDMENT: _l("Amendment of a commitment"),
    ASSESSMENT: _l("Assessment of a commitment"),
}
