import pytest

from server.access import recovery
from server.programme.refusal import RefusedError


def test_ten_codes_are_good_once_each() -> None:
    codes = recovery.fresh()
    kept = recovery.digests(codes)
    assert len(set(codes)) == len(kept) == 10
    for code in codes:
        digest = recovery.spent(code.lower().replace("-", " "), kept)
        assert digest is not None
        kept -= {digest}
        assert recovery.spent(code, kept) is None
    assert not kept


def test_the_codes_of_another_open_nothing() -> None:
    kept = recovery.digests(recovery.fresh())
    assert recovery.spent(recovery.fresh()[0], kept) is None


def test_what_is_kept_shows_no_code() -> None:
    codes = recovery.fresh()
    kept = b"".join(recovery.digests(codes))
    assert not any(code.replace("-", "").encode() in kept for code in codes)


def test_what_is_no_recovery_code_is_no_guess() -> None:
    with pytest.raises(RefusedError):
        recovery.spent("123456", frozenset())
