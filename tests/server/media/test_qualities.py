"""What a picture may be sent as is put together once a second, and when its layers are others."""

from server.media.metering import Meter
from server.media.qualities import Qualities
from signaling.ids import SourceId
from tests.support.layered_camera import Camera
from tests.support.layered_play import CAMERA
from tests.support.plane import Ground


def test_all_receivers_have_the_same_until_it_is_measured_again(floor: Ground) -> None:
    camera, meter = Camera(floor), Meter()
    qualities = Qualities(meter)
    source = floor.plane.sources[SourceId(CAMERA)]
    assert qualities.of(source) == ()
    for _ in range(2):
        meter.read(source.carried(), floor.now)
        camera.films(1.0, 0, 1, 2)
    meter.read(source.carried(), floor.now)
    assert qualities.of(source) == ()
    qualities.measured([source])
    known = qualities.of(source)
    assert {each.layer for each in known} == {0, 1, 2}
    assert qualities.of(source) is known


def test_a_picture_in_one_piece_has_nothing_of_the_layers_it_had(floor: Ground) -> None:
    camera, meter = Camera(floor), Meter()
    qualities = Qualities(meter)
    source = floor.plane.sources[SourceId(CAMERA)]
    for _ in range(2):
        camera.films(1.0, 0, 1, 2)
        meter.read(source.carried(), floor.now)
    assert {each.layer for each in qualities.of(source)} == {0, 1, 2}
    source.split(())
    assert {each.layer for each in qualities.of(source)} == {0}


def test_another_choice_is_counted_and_another_bitrate_is_none(floor: Ground) -> None:
    camera, meter = Camera(floor), Meter()
    qualities = Qualities(meter)
    source = floor.plane.sources[SourceId(CAMERA)]
    counts = []
    for seconds, layers in [(1.0, (0, 1))] * 3 + [(0.5, (0, 1))] + [(1.0, (0, 1, 2))] * 3:
        camera.films(seconds, *layers)
        meter.read(source.carried(), floor.now)
        qualities.measured([source])
        counts.append(qualities.changes)
    assert counts[2] == counts[3]
    assert counts[-1] == counts[3] + 1
    qualities.measured([])
    assert qualities.changes == counts[-1] + 1
