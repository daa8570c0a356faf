import pytest

from server.media import pumps
from server.media.pump import Pump
from server.media.tapping import Tap
from server.media.twin.library import NotBuiltError
from server.media.twin.pump import CompiledPump
from server.media.twin.tap import TwinTap


def test_the_compiled_one_serves_where_it_was_built() -> None:
    assert pumps.choose("auto") == pumps.choose("compiled") == "compiled"
    assert pumps.parts("compiled") == (CompiledPump, TwinTap)


def test_the_reference_serves_whoever_asks_for_it() -> None:
    assert pumps.choose("python") == "python"
    assert pumps.parts("python") == (Pump, Tap)


def test_without_it_python_serves_unless_it_is_insisted_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> None:
        raise NotBuiltError("there is none")

    monkeypatch.setattr(pumps, "load", missing)
    assert pumps.choose("auto") == "python"
    assert "there is none" in caplog.text
    with pytest.raises(NotBuiltError):
        pumps.choose("compiled")
