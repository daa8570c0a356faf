from server.media.speaker import BEGINS, ENDS, HOLD, LEVELS, Heard, Speakers
from signaling.ids import SourceId

A, B, C, D, E = (SourceId(f"{name}/microphone") for name in "abcde")


def talk(speakers: Speakers, source: SourceId, level: int, start: float, seconds: float) -> float:
    """Packets of one level every 20 ms; returns when the last came."""
    at = start
    while at < start + seconds:
        speakers.heard(source, level, at)
        at += 0.02
    return at - 0.02


def test_the_loudest_comes_first_with_its_mean() -> None:
    speakers = Speakers()
    talk(speakers, A, 40, 0.0, 0.3)
    now = talk(speakers, B, 20, 0.0, 0.3)
    assert speakers.speaking(now) == [Heard(B, 20.0), Heard(A, 40.0)]


def test_silence_is_not_heard() -> None:
    speakers = Speakers()
    now = talk(speakers, A, 127, 0.0, 1.0)
    assert speakers.speaking(now) == []


def test_a_single_click_is_averaged_away() -> None:
    speakers = Speakers()
    now = talk(speakers, A, 90, 0.0, 0.3)
    speakers.heard(A, 0, now)
    assert speakers.speaking(now) == []


def test_who_speaks_stays_above_the_lower_threshold() -> None:
    speakers = Speakers()
    middle = int(BEGINS + ENDS) // 2
    now = talk(speakers, A, middle, 0.0, 0.5)
    assert speakers.speaking(now) == []
    now = talk(speakers, A, 30, 1.0, 0.5)
    assert speakers.speaking(now)
    now = talk(speakers, A, middle, 1.5, 2.0)
    assert speakers.speaking(now)


def test_a_breath_is_no_end_but_a_pause_is() -> None:
    speakers = Speakers()
    now = talk(speakers, A, 30, 0.0, 0.5)
    assert speakers.speaking(now)
    talk(speakers, A, 127, 0.5, 2.0)
    assert speakers.speaking(now + HOLD - 0.01)
    assert speakers.speaking(now + HOLD + 0.5) == []


def test_a_sound_without_packets_falls_silent() -> None:
    speakers = Speakers()
    now = talk(speakers, A, 30, 0.0, 0.5)
    assert speakers.speaking(now)
    assert speakers.speaking(now + 5) == []


def test_a_forgotten_sound_is_gone_at_once() -> None:
    speakers = Speakers()
    now = talk(speakers, A, 30, 0.0, 0.5)
    speakers.forget(A)
    assert speakers.speaking(now) == []


def test_a_flood_of_levels_is_bounded() -> None:
    speakers = Speakers()
    for _ in range(10_000):
        speakers.heard(A, 10, 0.0)
    for _ in range(LEVELS):
        speakers.heard(A, 30, 0.0)
    assert speakers.speaking(0.0) == [Heard(A, 30.0)]
