import pytest

from bench.page import replaced, table


def test_what_stands_between_the_marks_is_replaced_and_nothing_else() -> None:
    page = "a\n<!-- x -->\nold\n<!-- /x -->\nb"
    assert replaced(page, "x", "new") == "a\n<!-- x -->\nnew\n<!-- /x -->\nb"
    assert replaced(replaced(page, "x", "1"), "x", "new") == replaced(page, "x", "new")


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no marks"):
        replaced("a", "x", "new")


def test_a_table() -> None:
    assert table(["a", "b"], [[1, 2.5]]) == "| a | b |\n| --- | --- |\n| 1 | 2.5 |"
