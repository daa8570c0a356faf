import threading

import pytest

from server.terminal import language, sentence, telling


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


@pytest.mark.parametrize(("language", "word"), [("zh_CN.UTF-8", "升级"), ("C", "upgraded")])
def test_a_sentence_is_in_the_terminals_language(
    language: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", language)
    said = sentence("safekeeping", "upgraded", {"before": "0001", "after": "0003"})
    assert word in said
    assert "0001" in said


def test_a_long_work_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    twice = threading.Semaphore(0)

    def said(seconds: float) -> str:
        twice.release()
        return f"after {seconds > 0}"

    with telling(said, every=0.01):
        assert twice.acquire(timeout=5)
        assert twice.acquire(timeout=5)
    assert capsys.readouterr().err.startswith("after True\nafter True\n")
    assert not [thread for thread in threading.enumerate() if thread.name == "telling"]


def test_a_short_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with telling(lambda seconds: "never"):
        pass
    assert capsys.readouterr().err == ""
