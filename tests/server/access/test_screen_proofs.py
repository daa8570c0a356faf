import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.access import screen_proofs
from server.access.screen_proofs import HOLDS, Nonces, proves, public_key
from server.programme.refusal import Refusal, RefusedError
from tests.support.screens import ScreenKey

KEY = ScreenKey()
POINT = public_key(KEY.public)
SIGNATURE = KEY.signs("nonce")


def test_whoever_holds_the_key_proves_it_by_this_nonce_alone() -> None:
    assert proves(POINT, "nonce", SIGNATURE)
    assert not proves(POINT, "another", SIGNATURE)
    assert not proves(public_key(ScreenKey().public), "nonce", SIGNATURE)


def test_a_signature_made_for_something_else_proves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(screen_proofs, "PURPOSE", b"something else ")
    assert not proves(POINT, "nonce", SIGNATURE)


@given(st.binary(max_size=100) | st.from_regex(rb"[A-Za-z0-9_-]{86}", fullmatch=True))
@example(b"A" * 86)  # two noughts
@example(b"")
def test_a_signature_that_is_none_is_no_more_than_wrong(signature: bytes) -> None:
    assert not proves(POINT, "nonce", signature)


@given(st.text(max_size=100))
@example("\ud800")
def test_any_nonce_can_be_compared(nonce: str) -> None:
    assert proves(POINT, nonce, SIGNATURE) == (nonce == "nonce")


@given(st.binary(max_size=100) | st.from_regex(rb"BA[A-Za-z0-9_-]{85}", fullmatch=True))
@example(b"")
@example(b"A" * 87)
@example(KEY.public[:-1] + b"*")
@example(KEY.public + b"====")
@example(b"B" + b"A" * 86)  # not on the curve
def test_what_is_no_point_of_the_curve_is_no_key(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        public_key(text)


def test_a_nonce_is_good_once_and_not_for_long() -> None:
    nonces = Nonces()
    nonce = nonces.fresh(0.0)
    nonces.take(nonce, HOLDS - 0.1)
    for used in (nonce, "never given out", nonces.fresh(0.0)):
        with pytest.raises(RefusedError, match=Refusal.SCREEN_PROOF_OVER):
            nonces.take(used, HOLDS)


def test_so_many_nonces_wait_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_proofs, "MOST_OPEN", 3)
    nonces = Nonces()
    assert len({nonces.fresh(0.0) for _ in range(3)}) == 3
    with pytest.raises(RefusedError, match=Refusal.SIGN_IN_BUSY):
        nonces.fresh(HOLDS - 0.1)
    nonces.fresh(HOLDS)
    assert len(nonces) == 1
