import hashlib
import hmac
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import ballots

KEY = bytes(range(32))


def test_a_secret_is_the_first_half_of_an_hmac_of_the_member_id():
    expected = hmac.new(KEY, b"m-007", hashlib.sha256).digest()[:16]

    assert ballots.secret(KEY, "m-007") == expected
    assert ballots.secret(KEY, "m-008") != expected
    assert ballots.secret(KEY[::-1], "m-007") != expected


def test_an_hmac_agrees_with_rfc_4231():
    # Test case 2 of RFC 4231: key "Jefe", data "what do ya want for nothing?".
    assert ballots.secret(b"Jefe", "what do ya want for nothing?").hex() == "5bdcc146bf60754e6a042426089575c7"


def test_the_three_hashes_are_of_different_words():
    secret = ballots.secret(KEY, "m-007")

    assert ballots.nullifier(secret) == hashlib.sha256(b"ballot" + secret).digest()
    assert ballots.reader(secret) == hashlib.sha256(b"reader" + secret).digest()
    assert ballots.link_hash(secret) == hashlib.sha256(secret).digest()


@given(st.binary(min_size=16, max_size=16))
def test_a_code_gives_its_secret_back(secret):
    code = ballots.code(secret)

    assert ballots.secret_from(code) == secret
    assert re.fullmatch("([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]", code)


@given(st.binary(min_size=16, max_size=16))
def test_a_code_may_be_typed_the_way_people_type(secret):
    code = ballots.code(secret)

    assert ballots.secret_from(f" {code.lower().replace('-', ' ')}\n") == secret
    assert ballots.secret_from(code.replace("-", "–").replace("0", "o").replace("1", "l")) == secret
    assert ballots.secret_from(code.replace("-", "").replace("0", "O").replace("1", "I")) == secret


@pytest.mark.parametrize(
    "typed", ["", "hello", "00000-00000-00000-00000-00000", "U" * 26, "0" * 27, "é" * 26, "0" * 10**6]
)
def test_what_cannot_be_a_code_is_none(typed):
    assert ballots.secret_from(typed) is None


def test_a_link_has_one_spelling():
    # 26 letters hold 130 bits; the last two must be zero, or four codes would open one ballot.
    assert ballots.secret_from("0" * 26) == bytes(16)
    assert ballots.secret_from("0" * 25 + "1") is None


def test_a_secret_does_not_show_itself():
    private, _ = ballots.new_box_key()
    for hidden in (ballots.secret(KEY, "m-007"), ballots.new_key(), private, ballots.secret_from("0" * 26)):
        shown = f"{hidden} {hidden!r} {hidden!s}"
        assert re.fullmatch(r"(Secret\(\d+ bytes\) ?){3}", shown)
        assert pickle.loads(pickle.dumps(hidden)) == hidden  # noqa: S301  our own bytes


@given(st.binary(max_size=4094))
def test_a_box_gives_back_what_was_sealed(plain):
    private, public = ballots.new_box_key()

    assert ballots.unseal(private, ballots.seal(public, plain)) == plain


def test_every_box_has_the_same_size():
    _, public = ballots.new_box_key()

    assert {len(ballots.seal(public, b"x" * length)) for length in (0, 1, 300, 4094)} == {4096 + 48}
    assert {len(ballots.seal(public, b"x" * length, ballots.GROUP_SIZE)) for length in (0, 254)} == {256 + 48}


def test_two_boxes_of_the_same_answers_share_nothing():
    _, public = ballots.new_box_key()
    one, other = ballots.seal(public, b"same"), ballots.seal(public, b"same")

    assert sum(a == b for a, b in zip(one, other, strict=True)) < 60  # chance: 4144 / 256 = 16


def test_what_does_not_fit_is_refused():
    _, public = ballots.new_box_key()

    with pytest.raises(ValueError, match="4095 bytes do not fit into a box that holds 4094"):
        ballots.seal(public, b"x" * 4095)


def test_a_box_opens_with_its_own_key_only():
    private, public = ballots.new_box_key()
    other, _ = ballots.new_box_key()
    sealed = ballots.seal(public, b"answers")
    tampered = sealed[:-1] + bytes([sealed[-1] ^ 1])

    for key, box in ((other, sealed), (private, tampered), (private, b"rubbish"), (private, b"")):
        with pytest.raises(ValueError, match="does not open"):
            ballots.unseal(key, box)


def test_the_holder_of_the_link_reads_where_their_answers_count():
    secret = ballots.secret(KEY, "m-007")
    note = ballots.group_note(secret, "Engineering / Platform")

    assert ballots.read_note(secret, note) == "Engineering / Platform"
    assert b"Engineering" not in note
    with pytest.raises(ValueError, match="does not belong to this link"):
        ballots.read_note(ballots.secret(KEY, "m-008"), note)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=600))
def test_every_note_has_the_same_size_and_keeps_the_end_of_a_long_path(path):
    secret = ballots.secret(KEY, "m-007")
    note = ballots.group_note(secret, path)

    assert len(note) == 12 + 256 + 16
    shown = ballots.read_note(secret, note)
    assert shown == path or (shown.startswith("… ") and path.endswith(shown[2:]) and len(shown) > 60)


def test_a_trustee_key_opens_with_the_passphrase_only():
    private, _ = ballots.new_box_key()
    locked = ballots.lock(private, "wörks council 7")

    assert private not in locked
    assert ballots.unlock(locked, " wo\u0308rks council 7\n") == private
    with pytest.raises(ValueError, match="passphrase does not open"):
        ballots.unlock(locked, "works council 7")
