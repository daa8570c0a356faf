from server.live.consents import decision, with_decisions
from signaling.events import Codec, ConsentDecided, HandRaised, Kind, Role, SourcePublished
from signaling.ids import DeviceId, SourceId
from tests.support.states import HOST, ROOM, room, source, state


def published(name: str) -> SourcePublished:
    return SourcePublished(
        source=SourceId(name), kind=Kind.CAMERA, device=DeviceId("d"), codec=Codec.VP8
    )


def test_every_new_source_is_decided_right_after_it_is_published() -> None:
    new = published(f"{ROOM}/camera")
    hand = HandRaised(participant=ROOM)
    decided = with_decisions([new, hand], state())
    assert decided == [
        new,
        ConsentDecided(source=new.source, allowed=True, reason="consent_room"),
        hand,
    ]


def test_a_source_that_goes_on_is_not_decided_again() -> None:
    known = source(HOST, "camera", Kind.CAMERA)
    again = published(known.source)
    assert with_decisions([again], state(sources=(known,))) == [again]


def test_a_pupil_at_home_is_not_recorded() -> None:
    here = state(participants=(room("pupil", role=Role.PUPIL),))
    assert not decision(SourceId("pupil/camera"), here).allowed


def test_nobody_knows_the_strictest_holds() -> None:
    assert not decision(SourceId("stranger/camera"), state()).allowed
