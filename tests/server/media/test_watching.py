"""Publishers are told which of their layers somebody gets, and nothing else."""

import pytest

from server.media.link_notices import LayersWatched
from server.media.requests import SetTap
from server.media.watched import KEEP
from signaling.ids import SourceId
from tests.support.layered_camera import Camera
from tests.support.layered_play import CAMERA
from tests.support.plane import Ground


class Told:
    """What the server was told."""

    def __init__(self, floor: Ground) -> None:
        self._floor = floor

    @property
    def layers(self) -> list[tuple[str, ...]]:
        """Each time."""
        return [n.layers for n in self._floor.notices if isinstance(n, LayersWatched)]


@pytest.fixture
def camera(floor: Ground) -> Camera:
    made = Camera(floor)
    made.film(0, 1, 2, key=True)
    return made


def unrecorded(floor: Ground) -> None:
    """The recorder needs the picture no more."""
    floor.plane.set_tap(SetTap(source=SourceId(CAMERA), handle=None))


def test_the_middle_one_stops_while_everybody_gets_the_highest(
    floor: Ground, camera: Camera
) -> None:
    camera.films(2 + KEEP, 0, 1, 2)
    assert Told(floor).layers == [("l", "h")]


def test_the_recorder_is_one_more_who_watches(floor: Ground, camera: Camera) -> None:
    camera.want(0)
    camera.films(2 + KEEP, 0, 1, 2)
    assert Told(floor).layers == [("l", "h")]
    unrecorded(floor)
    camera.film(0, 1, 2, key=True)
    camera.films(2 + KEEP, 0, 1, 2)
    assert Told(floor).layers[-1] == ("l",)


def test_what_nobody_watches_stops_and_begins_at_once(floor: Ground, camera: Camera) -> None:
    unrecorded(floor)
    camera.want(None)
    camera.films(2 + KEEP, 0, 1, 2)
    assert Told(floor).layers[-1] == ()
    camera.want(1)
    camera.films(1.1)
    assert Told(floor).layers[-1] == ("l", "m")


def test_what_stands_in_for_a_layer_that_does_not_come_goes_on(
    floor: Ground, camera: Camera
) -> None:
    camera.films(1.5, 0, 1)
    camera.film(0, 1, key=True)
    camera.films(2 + KEEP, 0, 1)
    assert Told(floor).layers == []
