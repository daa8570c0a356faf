import pytest

from client.room.words import language, sentence


@pytest.mark.parametrize(
    ("terminal", "said"), [("zh_CN.UTF-8", "zh"), ("C.UTF-8", "en"), ("", "en")]
)
def test_it_speaks_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, terminal: str, said: str
) -> None:
    monkeypatch.setenv("LANG", terminal)
    assert language() == said
    assert sentence("short").format(source="camera").startswith("camera")
    assert ("本机" in sentence("short")) is (said == "zh")
