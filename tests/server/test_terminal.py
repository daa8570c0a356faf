import pytest

from server.terminal import language


@pytest.mark.parametrize(
    ("lang", "read"), [("zh_CN.UTF-8", "zh"), ("zh", "zh"), ("C", "en"), ("", "en"), (None, "en")]
)
def test_the_terminal_says_what_its_user_reads(
    lang: str | None, read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LANG", raising=False)
    if lang is not None:
        monkeypatch.setenv("LANG", lang)
    assert language() == read
