import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import wire
from signaling.errors import PeerError
from tests.support.hostile import case, names

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@pytest.mark.parametrize("name", names("json"))
def test_a_kept_case_is_refused_with_a_code(name: str) -> None:
    with pytest.raises(PeerError):
        wire.from_device(case("json", name))


@given(st.binary(max_size=200))
def test_octets_are_refused_with_a_code(data: bytes) -> None:
    with pytest.raises(PeerError):
        wire.from_device(data)


@given(st.sampled_from(["hello", "ping", "offer", "view", "send_chat", "report"]), VALUES)
def test_fields_of_any_kind_are_read_or_refused(kind: str, value: object) -> None:
    fields = {"type": kind, "id": 1, "text": value, "sent": value, "token": value, "sdp": value}
    with suppress(PeerError):
        assert wire.from_device(json.dumps(fields)).type == kind
