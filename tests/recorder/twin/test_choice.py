import pytest

from recorder.packets import Interpreted
from recorder.twin import choice
from recorder.twin.incoming import Compiled
from recorder.twin.library import NotBuiltError


def test_the_compiled_one_serves_where_it_was_built() -> None:
    assert isinstance(choice.incoming(), Compiled)


def test_without_it_the_reference_does_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> None:
        raise NotBuiltError("there is none")

    monkeypatch.setattr("recorder.twin.incoming.load", missing)
    assert isinstance(choice.incoming(), Interpreted)
    assert "there is none" in caplog.text
