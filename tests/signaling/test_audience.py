"""Who may see what; and what one sees folds to what one is told who comes late."""

import pytest

from signaling.audience import seen_by, sees, sees_later, told, whole
from signaling.events import (
    ChatSent,
    Codec,
    ConsentDecided,
    DeviceJoined,
    Event,
    GapReason,
    HandRaised,
    InspectorJoined,
    LeaveReason,
    PupilAdmitted,
    PupilGaveUp,
    PupilTurnedAway,
    PupilWaits,
    RecordingGap,
    Resumed,
    Role,
    Summary,
    Talked,
    Whispered,
)
from signaling.ids import DeviceId, ParticipantId, source_id
from signaling.state import Fold
from tests.support.lessons import FAR, HOST
from tests.support.stories import AUDIENCES, STORIES

OTHER = ParticipantId("other")
JOINED = DeviceJoined(
    participant=FAR,
    device=DeviceId("d"),
    role=Role.ROOM,
    secret_hash="5ec2e7",
    encodes=(Codec.OPUS,),
    decodes=(Codec.OPUS,),
)
INSPECTOR = InspectorJoined(participant=OTHER, device=DeviceId("d"), secret_hash="5ec2e7")
SUMMARY = Summary(participant=FAR, device=DeviceId("d"), rtt_ms=1.0, clock_offset_ms=1.0, loss=0.0)
CONSENT = ConsentDecided(source=source_id(FAR, "camera"), allowed=True, reason="consent_room")
GAP = RecordingGap(
    source=source_id(FAR, "camera"), start=1.0, end=2.0, reason=GapReason.PACKETS_LOST
)
TALKED = Talked(
    participant=FAR, source=source_id(FAR, "microphone"), began=1.0, ended=3.0, talked_s=2.0
)
WHISPER = Whispered(participant=FAR, host=HOST, by_host=False, text="没声音")

KNOCK = PupilWaits(
    participant=OTHER,
    device=DeviceId("d"),
    secret_hash="5ec2e7",
    encodes=(Codec.OPUS,),
    decodes=(Codec.OPUS,),
)
ADMITTED = PupilAdmitted(participant=OTHER, device=DeviceId("d"), by=DeviceId("t"))
TURNED_AWAY = PupilTurnedAway(participant=OTHER, device=DeviceId("d"), by=DeviceId("t"))
GAVE_UP = PupilGaveUp(participant=OTHER, device=DeviceId("d"), reason=LeaveReason.LEFT)

EVERYONE = {(role, who) for role in Role for who in (HOST, FAR, OTHER)}
STAFF = {(Role.TEACHER, who) for who in (HOST, FAR, OTHER)}
THE_ROOM = {(role, FAR) for role in Role}

TABLE: list[tuple[Event, set[tuple[Role, ParticipantId]]]] = [
    (HandRaised(participant=FAR), EVERYONE),
    (ChatSent(participant=FAR, text="好"), EVERYONE),
    (JOINED, EVERYONE),
    (Resumed(away_s=1.0, torn_bytes=0), STAFF),
    (SUMMARY, STAFF),
    (GAP, STAFF),
    (CONSENT, STAFF | THE_ROOM),
    (WHISPER, {(Role.TEACHER, HOST), (Role.TEACHER, FAR)}),
    (INSPECTOR, set()),
    (TALKED, set()),
    (KNOCK, STAFF),
    (ADMITTED, STAFF),
    (TURNED_AWAY, STAFF),
    (GAVE_UP, STAFF),
]


@pytest.mark.parametrize(("event", "expected"), TABLE, ids=lambda one: getattr(one, "type", ""))
def test_who_sees_an_event(event: Event, expected: set[tuple[Role, ParticipantId]]) -> None:
    assert {(role, who) for role, who in EVERYONE if sees(role, who, event)} == expected


def test_whoever_is_nobody_sees_what_all_see() -> None:
    assert sees(Role.VIEWER, None, HandRaised(participant=FAR))
    assert not sees(Role.VIEWER, None, CONSENT)


@pytest.mark.parametrize("event", [JOINED, KNOCK], ids=lambda one: one.type)
def test_the_hash_of_a_secret_is_told_to_nobody(event: Event) -> None:
    message = told(3, 1.5, event)
    assert (message.n, message.t) == (3, 1.5)
    assert "5ec2e7" not in repr(message)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_state_of_an_audience_is_the_fold_of_what_it_sees(story: str, audience: str) -> None:
    role, who = AUDIENCES[audience]
    complete, partial = Fold(), Fold()
    for n, t, event in STORIES[story]().kept:
        complete.apply(n, t, event)
        if sees(role, who, event):
            partial.apply(n, t, event)
        assert seen_by(complete, role, who) == whole(partial)


def test_the_record_alone_sees_a_silent_inspector() -> None:
    room = STORIES["broken_links"]()
    fold = Fold()
    seen = set()
    for n, t, event in room.kept:
        fold.apply(n, t, event)
        seen |= {one.role for one in whole(fold).participants}
        for role in Role:
            told_of = {one.role for one in seen_by(fold, role, FAR).participants}
            assert Role.INSPECTOR not in told_of
    assert Role.INSPECTOR in seen


@pytest.mark.parametrize("role", Role)
def test_who_talked_is_learned_from_the_replay_and_nothing_else_that_was_not_told(
    role: Role,
) -> None:
    assert sees_later(role, OTHER, TALKED)
    assert sees_later(role, OTHER, CONSENT) is sees(role, OTHER, CONSENT)
    assert not sees_later(role, OTHER, INSPECTOR)
