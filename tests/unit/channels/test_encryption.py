"""A push that only its browser reads: the example of RFC 8291, and what a browser's keys must be."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec

from tracker.channels.push.encryption import CURVE, PADDED, are_keys, encrypt, packed, unpacked

PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
OWN = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard_comes_out_letter_for_letter() -> None:
    own = ec.derive_private_key(int.from_bytes(unpacked(OWN), "big"), CURVE)
    message = b"When I grow up, I want to be a watermelon"
    assert packed(encrypt(message, PUBLIC, SECRET, own=own, salt=unpacked(SALT), padded=0)) == BODY


def test_no_two_are_alike_and_the_length_tells_no_number() -> None:
    one, two = (encrypt(text, PUBLIC, SECRET) for text in (b"3", b"1234"))
    assert one != encrypt(b"3", PUBLIC, SECRET)
    assert len(one) == len(two) > PADDED


def test_keys_that_no_browser_gives_are_refused() -> None:
    assert are_keys(PUBLIC, SECRET)
    off_the_curve = packed(b"\x04" + b"\x01" * 64)
    for public, secret in (
        (PUBLIC, SECRET[:-3]),
        (PUBLIC[:-4], SECRET),
        (off_the_curve, SECRET),
        ("no base64!", SECRET),
        ("", ""),
    ):
        assert not are_keys(public, secret)
