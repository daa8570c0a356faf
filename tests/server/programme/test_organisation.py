import pytest

from server.programme.organisation import LONGEST_NAME, named
from server.programme.refusal import Refusal, RefusedError


def test_a_name_is_trimmed() -> None:
    assert named(" 齐溪镇\u3000中心小学\n") == "齐溪镇 中心小学"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (" \u3000", Refusal.NAME_MISSING),
        ("校" * (LONGEST_NAME + 1), Refusal.NAME_TOO_LONG),
    ],
)
def test_a_name_that_is_none_is_refused(typed: str, why: Refusal) -> None:
    with pytest.raises(RefusedError) as refused:
        named(typed)
    assert refused.value.refusal is why
