from server.media.speaker import BEGINS, ENDS, HOLD, Heard, Speakers
from signaling.ids import SourceId

A, B = (SourceId(f"{name}/microphone") for name in "ab")


PERIOD = 0.3


def talk(
    speakers: Speakers, levels: dict[SourceId, float], start: float, seconds: float
) -> list[Heard]:
    """These levels for so long, judged each 0.3 s; who was heard at last."""
    heard = []
    for turn in range(round(seconds / PERIOD)):
        for source, level in levels.items():
            speakers.heard(source, level)
        heard = speakers.speaking(start + turn * PERIOD)
    return heard


def test_the_loudest_comes_first_with_its_mean() -> None:
    assert talk(Speakers(), {A: 40, B: 20.5}, 0.0, 0.3) == [Heard(B, 20.5), Heard(A, 40)]


def test_silence_is_not_heard() -> None:
    assert talk(Speakers(), {A: 127}, 0.0, 0.9) == []


def test_who_speaks_stays_above_the_lower_threshold() -> None:
    speakers = Speakers()
    middle = (BEGINS + ENDS) / 2
    assert talk(speakers, {A: middle}, 0.0, 0.6) == []
    assert talk(speakers, {A: 30}, 0.6, 0.6)
    assert talk(speakers, {A: middle}, 1.2, 3.0)


def test_a_breath_is_no_end_but_a_pause_is() -> None:
    speakers = Speakers()
    assert talk(speakers, {A: 30}, 0.0, 0.3)
    speakers.heard(A, 127)
    assert speakers.speaking(HOLD - 0.01)
    speakers.heard(A, 127)
    assert speakers.speaking(HOLD + 0.01) == []


def test_a_sound_of_which_nothing_is_told_falls_silent() -> None:
    speakers = Speakers()
    assert talk(speakers, {A: 30}, 0.0, 0.3)
    assert speakers.speaking(0.3) == [Heard(A, 127)]
    assert speakers.speaking(HOLD + 0.3) == []


def test_a_forgotten_sound_is_gone_at_once() -> None:
    speakers = Speakers()
    assert talk(speakers, {A: 30}, 0.0, 0.3)
    speakers.forget(A)
    assert speakers.speaking(0.3) == []
