from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server.programme.comment import LONGEST, Revision, checked, shown
from server.programme.refusal import Refusal, RefusedError

FIRST = Revision(
    id="1",
    lesson="l",
    comment="1",
    author="a",
    at=datetime(2026, 11, 25, tzinfo=UTC),
    moment=30.0,
    answers=None,
    text="提问很好",
)


def test_the_last_revision_stands_and_moments_are_in_order() -> None:
    changed = replace(FIRST, id="3", text="提问非常好")
    early = replace(FIRST, id="2", comment="2", moment=10.0)
    assert shown([FIRST, early, changed]) == [early, changed]


def test_a_deleted_comment_stays_only_for_its_answer() -> None:
    gone = replace(FIRST, id="2", deleted=True, text="")
    answer = replace(FIRST, id="3", comment="3", answers="1")
    assert shown([FIRST, gone]) == []
    assert shown([FIRST, answer, gone]) == [gone, answer]
    assert shown([FIRST, answer, gone, replace(answer, id="4", deleted=True)]) == []


@pytest.mark.parametrize(
    ("text", "refusal"),
    [(" \n", Refusal.COMMENT_EMPTY), ("字" * (LONGEST + 1), Refusal.COMMENT_LONG)],
)
def test_what_says_nothing_or_too_much_is_refused(text: str, refusal: Refusal) -> None:
    assert checked(" 好 ") == "好"
    with pytest.raises(RefusedError) as refused:
        checked(text)
    assert refused.value.refusal is refusal
