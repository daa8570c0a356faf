import pytest

from server.live.wishes import changed, wishes
from signaling.events import GapReason, Kind, Phase
from signaling.ids import SourceId
from tests.support.states import HOST, ROOM, source, state

CAMERA = source(HOST, "camera", Kind.CAMERA)
OWN = source(HOST, "microphone", Kind.MICROPHONE)
FAR = source(ROOM, "microphone", Kind.MICROPHONE)


def test_nothing_is_kept_in_the_lobby() -> None:
    wished = wishes(state(phase=Phase.LOBBY, sources=(CAMERA, OWN)))
    assert wished.kept == {CAMERA.source: False, OWN.source: False}
    assert wished.open == {CAMERA.source: True, OWN.source: True}


def test_a_live_lesson_keeps_what_consent_covers() -> None:
    private = source(ROOM, "camera", Kind.CAMERA, recorded=False)
    wished = wishes(state(sources=(CAMERA, private)))
    assert wished.kept == {CAMERA.source: True, private.source: False}


def test_a_closed_microphone_is_shut_and_its_gap_has_a_name() -> None:
    wished = wishes(state(sources=(OWN, FAR)))
    assert wished.open == {OWN.source: True, FAR.source: False}
    assert wished.silent == {FAR.source: GapReason.MICROPHONE_CLOSED}


@pytest.mark.parametrize("kind", [Kind.CAMERA, Kind.MICROPHONE])
def test_a_pause_shuts_everything(kind: Kind) -> None:
    one = source(HOST, "one", kind)
    wished = wishes(state(sources=(one,), paused=True))
    assert wished.open == {one.source: False}
    assert wished.silent == {one.source: GapReason.PAUSED}


def test_a_camera_turned_off_is_its_senders_gap() -> None:
    off = source(HOST, "camera", Kind.CAMERA, on=False)
    assert wishes(state(sources=(off,))).silent == {off.source: GapReason.SENDER_AWAY}


def test_only_differences_are_told() -> None:
    old = {SourceId("a"): 1, SourceId("b"): 2}
    assert changed(old, {SourceId("a"): 1, SourceId("b"): 3, SourceId("c"): 4}) == {
        SourceId("b"): 3,
        SourceId("c"): 4,
    }
