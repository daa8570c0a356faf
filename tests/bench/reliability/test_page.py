"""The page: rows stay when others are measured anew, and a missed target is said to be missed."""

from dataclasses import replace

from bench.reliability.figures import Figures
from bench.reliability.page import known, written
from bench.reliability.targets import judged

EMPTY = "\n".join(f"<!-- {name} -->\n<!-- /{name} -->" for name in ("machine", "targets", "rows"))
LOSS = Figures(
    row="5 % loss",
    browser="Chrome/1",
    audio_heard=0.9961,
    tone_heard=0.998,
    longest_gap_s=0.05,
    frames_per_second=24.0,
    height=720,
    longest_freeze_s=0.3,
    queue_p95_s=0.0,
    queue_up_p95_s=0.0,
    used=0.0,
    back_s=0.4,
    joined_s=1.0,
    usual_height=720,
    usual_frames=25.0,
    kept_sound=1.0,
    kept_picture=0.99,
    busy=0.7,
)


def test_rows_that_are_not_measured_anew_stay_in_their_order() -> None:
    first = written(EMPTY, [replace(LOSS, row="UDP shut")], "a machine")
    both = written(first, [LOSS], "a machine")
    assert [one.row for one in known(both)] == ["5 % loss", "UDP shut"]
    again = written(both, [replace(LOSS, audio_heard=0.9)], "a machine")
    assert [one.audio_heard for one in known(again)] == [0.9, 0.9961]


def test_the_browsers_are_named_beside_the_machine() -> None:
    both = [LOSS, replace(LOSS, row="UDP shut, Firefox", browser="firefox/2")]
    assert "a machine Chrome/1, firefox/2." in written(EMPTY, both, "a machine")


def test_a_figure_survives_its_line() -> None:
    assert Figures.of(LOSS.line()) == LOSS


def test_a_missed_target_is_said_to_be_missed() -> None:
    kept = written(EMPTY, [LOSS], "a machine")
    missed = written(EMPTY, [replace(LOSS, audio_heard=0.9949)], "a machine")
    assert "| 5 % loss | audio heard ≥ 99.5 % | 0.9961 | yes |" in kept
    assert "| 5 % loss | audio heard ≥ 99.5 % | 0.9949 | **no** |" in missed


def test_what_was_never_seen_is_not_reached() -> None:
    outage = replace(LOSS, row="outage of 5 s", back_s=None)
    assert [one.reached for one in judged(outage)] == [False]
    assert [one.reached for one in judged(replace(outage, back_s=3.0))] == [True]


def test_a_row_on_a_busy_machine_says_so() -> None:
    assert "too busy" in written(EMPTY, [replace(LOSS, busy=0.95)], "a machine")
    assert "too busy" not in written(EMPTY, [LOSS], "a machine")
