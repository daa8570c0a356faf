import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.access.check_links import CheckKey
from signaling.errors import Code, UserError

KEY = CheckKey(b"k" * 32)


def refused(ticket: str, now: float = 100.0) -> Code:
    with pytest.raises(UserError) as refusal:
        KEY.read(ticket, now)
    return refusal.value.code


def test_a_ticket_says_what_it_is_for_until_it_ends() -> None:
    ticket = KEY.sign("00ff10ab77", 1_800_000_000)
    assert len(ticket) == 28
    assert KEY.read(ticket, 1_799_999_999.9) == "00ff10ab77"
    assert refused(ticket, 1_800_000_000.0) is Code.LINK_EXPIRED


@given(at=st.integers(0, 27), other=st.characters())
def test_a_changed_ticket_is_none_of_ours(at: int, other: str) -> None:
    ticket = KEY.sign("00ff10ab77", 1_800_000_000)
    changed = ticket[:at] + other + ticket[at + 1 :]
    if changed != ticket:
        assert refused(changed) is Code.LINK_INVALID


@pytest.mark.parametrize("ticket", ["", "=", "数学", "AAAA", "A" * 28, "A" * 4000])
def test_nonsense_is_none_of_ours(ticket: str) -> None:
    assert refused(ticket) is Code.LINK_INVALID


def test_another_key_signs_nothing_for_this_one() -> None:
    assert refused(CheckKey(os.urandom(32)).sign("00ff10ab77", 1_800_000_000)) is Code.LINK_INVALID
