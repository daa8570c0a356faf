from server.media.allocation import Reason, Step
from server.media.link_notices import LayersWatched, LinkStep
from server.media.requests import NOTICE, Notice
from signaling.boundary import Lines, encode
from signaling.ids import PeerId, SourceId

NOTICES: list[Notice] = [
    LinkStep(peer=PeerId("p"), step=Step.LOW, reason=Reason.NARROW),
    LayersWatched(peer=PeerId("p"), source=SourceId("a/camera"), layers=("l", "h")),
    LayersWatched(peer=PeerId("p"), source=SourceId("a/camera"), layers=()),
]


def test_they_come_over_the_boundary_as_they_were_told() -> None:
    lines = Lines(NOTICE)
    assert [one for each in NOTICES for one in lines.feed(encode(NOTICE, each))] == NOTICES
