from dataclasses import replace

import pytest

from server.live.consents import Consents, changed, decision, with_decisions
from server.programme.consent import Standing
from signaling.events import Codec, ConsentDecided, HandRaised, Kind, Role, SourcePublished
from signaling.ids import DeviceId, ParticipantId, SourceId
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
    assert not decision(SourceId("pupil/camera"), Kind.CAMERA, here).allowed


def test_nobody_knows_the_strictest_holds() -> None:
    assert not decision(SourceId("stranger/camera"), Kind.CAMERA, state()).allowed


@pytest.mark.parametrize(
    ("standing", "seated", "reason"),
    [
        (Standing.MISSING, frozenset(), "consent_class_missing"),
        (Standing.EXCEPTED, frozenset(), "consent_class_in_view"),
        (Standing.EXCEPTED, frozenset({ROOM}), "consent_class_seated"),
        (Standing.WHOLE, frozenset(), "consent_room"),
    ],
)
def test_of_a_class_without_consent_only_teacher_and_screen_are_kept(
    standing: Standing, seated: frozenset[ParticipantId], reason: str
) -> None:
    known = Consents(standings={HOST: standing, ROOM: standing}, seated=seated)
    assert decision(SourceId(f"{ROOM}/camera"), Kind.CAMERA, state(), known).reason == reason
    for own in (Kind.CAMERA, Kind.MICROPHONE, Kind.SCREEN):
        assert decision(SourceId(f"{HOST}/{own}"), own, state(), known).allowed


def test_only_what_is_decided_otherwise_than_before_is_said_again() -> None:
    kept = replace(source(ROOM, "camera", Kind.CAMERA), consent="consent_room")
    screen = replace(source(ROOM, "screen", Kind.SCREEN), consent="consent_room")
    here = state(sources=(kept, screen))
    assert changed(here, Consents()) == []
    withdrawn = Consents(standings={ROOM: Standing.MISSING})
    assert changed(here, withdrawn) == [
        ConsentDecided(source=kept.source, allowed=False, reason="consent_class_missing")
    ]
