"""What a viewer of a replay is given."""

from recorder.manifest import Manifest, Part, Track
from recorder.replay import REPLAY, Replay, replay
from signaling import events as ev
from signaling.events import Codec, Event, GapReason, Kind, Phase, Role, RoomPlan
from signaling.ids import DeviceId, LessonId, ParticipantId, SourceId
from signaling.journal import Line
from signaling.messages import Person

HOST = ParticipantId("host")
SOURCE = SourceId("host/camera")
PART = Part(
    file="tracks/host~camera/part-0001.mp4",
    container="mp4",
    codec=Codec.H264,
    mime='video/mp4; codecs="avc3.42c01f"',
    start=5.0,
    end=65.0,
    init=(0, 700),
    segments=((5.0, 65.0, 700, 9000),),
)
MANIFEST = Manifest(
    lesson=LessonId("lesson"),
    duration=65.0,
    tracks=(Track(source=SOURCE, participant=HOST, kind=Kind.CAMERA, parts=(PART,), gaps=()),),
)
EVENTS: list[tuple[float, Event | None]] = [
    (
        0.0,
        ev.LessonOpened(
            lesson=LessonId("lesson"),
            utc="2026-11-23T00:00:00Z",
            planned_seconds=60,
            rooms=(RoomPlan(participant=HOST, host=True),),
        ),
    ),
    (
        1.0,
        ev.DeviceJoined(
            participant=HOST,
            device=DeviceId("page"),
            role=Role.TEACHER,
            secret_hash="secret",
            encodes=(),
            decodes=(),
        ),
    ),
    (5.0, ev.LessonStarted(by=DeviceId("page"))),
    (8.0, None),
    (9.0, ev.RecordingGap(source=SOURCE, start=8.0, end=9.0, reason=GapReason.NO_SPACE)),
    (
        30.0,
        ev.Talked(
            participant=HOST,
            source=SourceId("host/microphone"),
            began=10.0,
            ended=28.0,
            talked_s=18.0,
        ),
    ),
    (66.0, ev.LessonEnded(reason=ev.EndReason.ENDED, by=None)),
]


def replay_for(role: Role) -> Replay:
    return replay(
        title="分数",
        lines=[Line(n, t, event) for n, (t, event) in enumerate(EVENTS)],
        manifest=MANIFEST,
        people=[Person(participant=HOST, name="三(1)班")],
        role=role,
        participant=None,
    )


def test_it_holds_media_events_and_names() -> None:
    whole = replay_for(Role.TEACHER)
    assert whole.tracks == MANIFEST.tracks
    assert whole.started == 5.0
    assert whole.duration == 66.0
    assert [one.n for one in whole.events] == [0, 1, 2, 4, 5, 6]
    assert whole.initial.n == -1
    assert whole.initial.phase is Phase.LOBBY


def test_a_viewer_is_not_told_what_is_for_staff() -> None:
    assert [one.n for one in replay_for(Role.VIEWER).events] == [0, 1, 2, 5, 6]


def test_everyone_who_watches_is_told_who_talked_and_how_long() -> None:
    for role in (Role.VIEWER, Role.TEACHER):
        whole = replay_for(role)
        assert [one.event.type for one in whole.events if one.n == 5] == ["talked"]
        assert [(one.participant, one.seconds, one.share) for one in whole.talk] == [
            (HOST, 18.0, 1.0)
        ]


def test_no_secret_leaves_the_journal() -> None:
    assert b'secret"' not in REPLAY.dump_json(replay_for(Role.TEACHER)).replace(b'_hash"', b"")
    assert '"secret_hash":"secret"' not in REPLAY.dump_json(replay_for(Role.TEACHER)).decode()


def test_it_is_written_and_read_as_json() -> None:
    whole = replay_for(Role.TEACHER)
    assert REPLAY.validate_json(REPLAY.dump_json(whole)) == whole
