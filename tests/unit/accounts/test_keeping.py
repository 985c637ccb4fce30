"""A form that came after its session had ended, sealed into the page that asks to sign in."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

import tracker
from tracker.accounts.sessions.held_forms import LASTS_SECONDS, Kept, keep, seal, unseal
from tracker.core.web import typed
from tracker.core.web.forms import Form

SECRET = "a secret of some length"
# Here somebody proves who they are, outside the room of accounts: what they prove it by is a secret as well.
PROVING = (
    "tracker.accounts.",
    "tracker.signing.confirmations.key_views",
    "tracker.planning.signatures.signature_views",
    "tracker.home.confirming",
    "tests.",
)
KEPT = Kept("/figures/abc/2021-H1?x=1", (("value", "95,5"), ("narrative", "Đã làm\nxong"), ("value", "2")))


def test_what_was_typed_comes_back_as_it_was() -> None:
    sealed = seal(KEPT, SECRET)
    assert sealed is not None
    assert unseal(sealed, SECRET) == KEPT


@pytest.mark.parametrize("name", ["csrf_token", "password", "new", "again", "current", "factor_code", "kept"])
def test_secrets_are_not_kept(name: str) -> None:
    assert keep("/x", [(name, "secret"), ("value", "1")]).fields == (("value", "1"),)


def _kinds_of(form: type[Form]) -> Iterator[type[Form]]:
    for kind in form.__subclasses__():
        yield kind
        yield from _kinds_of(kind)


def test_nothing_but_secrets_of_an_account_has_the_name_of_a_secret() -> None:
    """Else it would be left out without a word: the code of a new body, or which of two buttons was pressed."""
    top = Path(tracker.__file__).parent
    for file in (*top.rglob("*forms.py"), *top.rglob("*views.py")):
        importlib.import_module(".".join(("tracker", *file.relative_to(top).with_suffix("").parts)))
    forms = [kind for kind in _kinds_of(Form) if not kind.__module__.startswith(PROVING)]
    assert len(forms) > 15
    fields = {(kind.__name__, name) for kind in forms for name in typed.SECRET if hasattr(kind, name)}
    assert fields == set()
    templates = top.parent / "templates"
    pages = [page for page in templates.rglob("*.html") if page.parent.name != "accounts"]
    written = {
        (page.relative_to(templates).as_posix(), name)
        for page in pages
        for name in re.findall(r'\bname="(\w+)"', page.read_text())
        if name in typed.SECRET - {"csrf_token"}
    }
    assert written == set()


def test_a_changed_or_foreign_seal_opens_nothing() -> None:
    sealed = seal(KEPT, SECRET) or ""
    # Not its last sign: that one holds bits that nobody reads.
    assert unseal(sealed[:-2] + ("A" if sealed[-2] != "A" else "B") + sealed[-1], SECRET) is None
    assert unseal(sealed, SECRET + ".") is None
    assert unseal("", SECRET) is None


def test_a_seal_lasts_no_longer_than_a_session() -> None:
    with time_machine.travel("2021-06-01 08:00", tick=False) as clock:
        sealed = seal(KEPT, SECRET) or ""
        clock.shift(LASTS_SECONDS)
        assert unseal(sealed, SECRET) == KEPT
        clock.shift(2)
        assert unseal(sealed, SECRET) is None


def test_what_is_too_long_does_not_travel() -> None:
    assert seal(Kept("/x", (("narrative", "a" * 250_000),)), SECRET) is None
