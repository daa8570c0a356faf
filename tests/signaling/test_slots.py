import pytest

from signaling.slots import layout

PAIR = ["video", "audio"]
POOL = PAIR * 6 + ["audio"] * 4 + PAIR


def test_the_pool_has_six_cameras_four_sounds_and_a_screen() -> None:
    places = layout(POOL)
    assert places is not None
    assert [place.use for place in places] == [
        *["camera", "camera_sound"] * 6,
        *["extra_sound"] * 4,
        "screen",
        "screen_sound",
    ]


def test_a_picture_and_its_sound_share_a_number_and_nobody_else_does() -> None:
    places = layout(POOL + PAIR * 4)
    assert places is not None
    numbers = [place.pair for place in places]
    assert numbers[:4] == [0, 0, 1, 1]
    assert numbers[12:18] == [6, 7, 8, 9, 10, 10]
    assert numbers[18:] == [11, 11, 12, 12, 13, 13, 14, 14]


def test_further_pairs_leave_the_first_as_they_are() -> None:
    before, after = layout(POOL), layout(POOL + PAIR * 4)
    assert before is not None
    assert after is not None
    assert after[: len(before)] == before


@pytest.mark.parametrize("kinds", [["video", "audio"], ["audio", "video"], ["video"]])
def test_a_device_may_show_one_thing_alone(kinds: list[str]) -> None:
    places = layout(kinds)
    assert places is not None
    assert [place.use for place in places] == [
        "camera" if kind == "video" else "camera_sound" for kind in kinds
    ]
    assert {place.pair for place in places} == {0}


@pytest.mark.parametrize(
    "kinds",
    [
        [],
        ["audio"],
        [*PAIR, "video"],
        POOL[:-1],
        [*POOL, "video"],
        [*POOL, "audio", "video"],
        ["audio", "video", *POOL[2:]],
        [*POOL[:-2], "audio", "audio"],
    ],
)
def test_anything_else_is_no_pool(kinds: list[str]) -> None:
    assert layout(kinds) is None
