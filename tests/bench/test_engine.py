import pytest

from bench import engine
from bench.engine import NoCompilerError


def test_without_a_compiler_a_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(engine, "CACHE", tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoCompilerError, match="C compiler"):
        engine.built()
