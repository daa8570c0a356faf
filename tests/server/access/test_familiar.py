from hypothesis import given
from hypothesis import strategies as st

from server.access.familiar import familiar, fresh_mark

KEY = b"k" * 32


def test_a_browser_is_known_to_the_name_that_signed_in_on_it() -> None:
    mark = fresh_mark(KEY, "wang")
    assert familiar(KEY, "wang", mark) == mark.partition(".")[0]
    assert familiar(KEY, "li", mark) is None
    assert familiar(b"o" * 32, "wang", mark) is None
    assert familiar(KEY, "wang", None) is None


def test_two_browsers_of_a_name_count_apart() -> None:
    marks = {fresh_mark(KEY, "wang") for _ in range(100)}
    assert len({familiar(KEY, "wang", mark) for mark in marks} - {None}) == 100


def test_nobody_names_a_browser_for_themselves() -> None:
    browser, _, proof = fresh_mark(KEY, "wang").partition(".")
    assert familiar(KEY, "wang", f"{browser[:-1]}.{proof}") is None
    assert familiar(KEY, "wang", f"x{browser}.{proof}") is None
    assert familiar(KEY, "wang", browser) is None


@given(st.one_of(st.text(max_size=400), st.just("\ud800.\ud800")))
def test_any_other_text_is_no_mark(text: str) -> None:
    assert familiar(KEY, "wang", text) is None
