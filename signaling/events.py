"""What can happen in a lesson: fields, who may see it, what in it is personal.

Every event is one line of the journal and one message to those who may see it. Types are only
added; a field never changes its meaning. Ids only, never a name: names are in the `people` message.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from signaling.ids import DeviceId, LessonId, ParticipantId, SourceId

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Audience(StrEnum):
    """Who is told of an event, in the live lesson, in `state`, in the replay and in an export."""

    ALL = "all"
    STAFF = "staff"
    """Whoever leads: the devices of teachers."""
    ROOM = "room"
    """The participant the event names, and staff."""
    LINE = "line"
    """The teachers of the two rooms that the event names."""
    LATER = "later"
    """Nobody while it happens; whoever may watch the lesson again."""
    NOBODY = "nobody"
    """Kept for the record alone."""


class Role(StrEnum):
    """What a link lets its holder be in one lesson."""

    TEACHER = "teacher"
    """Leads if the place is the host room; otherwise the far-side teacher of a receiving room."""
    ROOM = "room"
    PUPIL = "pupil"
    VIEWER = "viewer"
    INSPECTOR = "inspector"
    """Silent: an event nobody sees, and never presence."""


class Phase(StrEnum):
    """Where a lesson stands between its lobby and its end."""

    LOBBY = "lobby"
    LIVE = "live"
    ENDED = "ended"


class Mode(StrEnum):
    """Whose microphones are open; a called participant's is open besides."""

    LECTURE = "lecture"
    DISCUSSION = "discussion"


class Kind(StrEnum):
    """What a source is."""

    CAMERA = "camera"
    CLASS_CAMERA = "class_camera"
    MICROPHONE = "microphone"
    SCREEN = "screen"
    SCREEN_SOUND = "screen_sound"

    @property
    def is_sound(self) -> bool:
        """Whether its packets are audio."""
        return self in (Kind.MICROPHONE, Kind.SCREEN_SOUND)


class Codec(StrEnum):
    """A media codec."""

    OPUS = "opus"
    H264 = "h264"
    VP8 = "vp8"
    VP9 = "vp9"


class Layout(StrEnum):
    """How a wall is divided."""

    EQUAL = "equal"
    SPEAKER = "speaker"
    SCREEN = "screen"


class Switch(StrEnum):
    """What the teacher may allow or forbid the pupils."""

    CHAT = "chat"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    SHARING = "sharing"


class Pace(StrEnum):
    """What the teacher of a receiving room tells the host of how her class follows."""

    SLOWER = "slower"
    """慢一点."""
    LOST = "lost"
    """没听懂."""
    GO_ON = "go_on"
    """可以继续."""
    WAIT = "wait"
    """给我们 2 分钟."""
    HELP = "help"
    """请帮忙."""


class LeaveReason(StrEnum):
    """Why a presence interval ended."""

    LEFT = "left"
    LINK_LOST = "link_lost"
    REMOVED = "removed"
    LESSON_OVER = "lesson_over"


class EndReason(StrEnum):
    """Why a lesson ended."""

    ENDED = "ended"
    STOPPED = "stopped"
    OVERRUN = "overrun"
    BROKEN = "broken"


class LinkStep(StrEnum):
    """What a participant gets for what its line carries."""

    STILLS = "stills"
    """Sound, and of a shared screen a still at times."""
    LOW = "low"
    """Moving pictures, not all as good as they are shown."""
    HIGH = "high"
    """The first of the pictures as good as it is shown."""


class LinkReason(StrEnum):
    """Why it does not get more; a sentence stands in the client's locale."""

    ENOUGH = "enough"
    """It gets all that it shows."""
    BUDGET = "budget"
    """The link budget of its school."""
    LOSS = "loss"
    """Much is lost on the way."""
    NARROW = "narrow"
    """The path carries no more."""


class GapReason(StrEnum):
    """Why a stretch of a source is not in its recording."""

    SENDER_AWAY = "sender_away"
    MICROPHONE_CLOSED = "microphone_closed"
    PAUSED = "paused"
    CONSENT = "consent"
    RECORDER_OVERRUN = "recorder_overrun"
    RECORDER_LOST = "recorder_lost"
    WORKER_LOST = "worker_lost"
    SERVER_LOST = "server_lost"
    NO_SPACE = "no_space"
    SLOW_DISK = "slow_disk"
    PACKETS_LOST = "packets_lost"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RoomPlan:
    """A classroom that the plan expects."""

    participant: ParticipantId
    """The participant the room will be."""
    host: bool
    """Whether it is the host room."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LessonOpened:
    """The lobby opened; the journal's first line."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["lesson_opened"] = "lesson_opened"
    lesson: LessonId
    """The planned lesson."""
    utc: str
    """Lesson time zero as an ISO 8601 instant in UTC."""
    planned_seconds: float
    """How long the lesson should last once started."""
    rooms: tuple[RoomPlan, ...]
    """The classrooms that are expected, the host room among them."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Resumed:
    """A new owner took the lesson up from its journal."""

    audience: ClassVar[Audience] = Audience.STAFF
    type: Literal["resumed"] = "resumed"
    away_s: float
    """Seconds between the journal's last line and now."""
    torn_bytes: int
    """Bytes of a torn last line that were cut off."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class JournalGap:
    """The journal could not be written for a while."""

    audience: ClassVar[Audience] = Audience.STAFF
    type: Literal["journal_gap"] = "journal_gap"
    since: float
    """Lesson time of the first event that was not kept."""
    events: int
    """How many events were not kept."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LessonStarted:
    """The teacher pressed 上课."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["lesson_started"] = "lesson_started"
    by: DeviceId | None
    """The device that asked; none when the server did."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LessonEnded:
    """The lesson is over; the journal's last line."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["lesson_ended"] = "lesson_ended"
    reason: EndReason
    """Why it ended."""
    by: DeviceId | None
    """The device that asked; none when the server did."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ParticipantJoined:
    """A person or classroom is in the lesson, for the first time or again after it left."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["participant_joined"] = "participant_joined"
    participant: ParticipantId
    """Who."""
    role: Role
    """As what."""
    host: bool
    """Whether it is the host room."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ParticipantLeft:
    """A participant has no device here any more."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["participant_left"] = "participant_left"
    participant: ParticipantId
    """Who."""
    reason: LeaveReason
    """Why."""
    by: DeviceId | None = None
    """Whoever removed it."""
    barred: bool = False
    """Whether it may not come back."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class DeviceJoined:
    """A page or a `tongke room` of a participant said hello, or came back after it had left."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["device_joined"] = "device_joined"
    participant: ParticipantId
    """Whose device."""
    device: DeviceId
    """Which."""
    role: Role
    """What its link lets it be."""
    secret_hash: str
    """SHA-256 of the resume secret, in hex; not told to anyone."""
    encodes: tuple[Codec, ...]
    """What it can send."""
    decodes: tuple[Codec, ...]
    """What it can play."""
    loudspeaker: bool = True
    """Whether it may be its participant's audio master."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PupilWaits:
    """Somebody came as a pupil whose name the lesson does not know; a teacher is to let it in."""

    audience: ClassVar[Audience] = Audience.STAFF
    type: Literal["pupil_waits"] = "pupil_waits"
    participant: ParticipantId
    """Who it will be."""
    device: DeviceId
    """Its device."""
    secret_hash: str
    """SHA-256 of the resume secret, in hex; not told to anyone."""
    encodes: tuple[Codec, ...]
    """What it can send."""
    decodes: tuple[Codec, ...]
    """What it can play."""
    loudspeaker: bool = True
    """Whether it may be its participant's audio master."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PupilAdmitted:
    """A teacher let a waiting pupil in; it joins with the next events."""

    audience: ClassVar[Audience] = Audience.STAFF
    type: Literal["pupil_admitted"] = "pupil_admitted"
    participant: ParticipantId
    """Who."""
    device: DeviceId
    """Its device."""
    by: DeviceId
    """The teacher's device."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PupilTurnedAway:
    """A teacher does not know a waiting pupil."""

    audience: ClassVar[Audience] = Audience.STAFF
    type: Literal["pupil_turned_away"] = "pupil_turned_away"
    participant: ParticipantId
    """Who."""
    device: DeviceId
    """Its device."""
    by: DeviceId
    """The teacher's device."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PupilGaveUp:
    """A waiting pupil went away before anybody decided."""

    audience: ClassVar[Audience] = Audience.STAFF
    type: Literal["pupil_gave_up"] = "pupil_gave_up"
    participant: ParticipantId
    """Who."""
    device: DeviceId
    """Its device."""
    reason: LeaveReason
    """Whether it said goodbye or was not heard of."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class InspectorJoined:
    """A silent inspector watches; told to nobody."""

    audience: ClassVar[Audience] = Audience.NOBODY
    type: Literal["inspector_joined"] = "inspector_joined"
    participant: ParticipantId
    """Who."""
    device: DeviceId
    """Which device."""
    secret_hash: str
    """SHA-256 of the resume secret, in hex."""
    encodes: tuple[Codec, ...] = ()
    """Nothing: an inspector sends nothing."""
    decodes: tuple[Codec, ...] = ()
    """What it can play."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class InspectorLeft:
    """A silent inspector is gone; told to nobody."""

    audience: ClassVar[Audience] = Audience.NOBODY
    type: Literal["inspector_left"] = "inspector_left"
    participant: ParticipantId
    """Who."""
    device: DeviceId
    """Which device."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class DeviceAway:
    """Nothing was heard of a device for 5 s; it may resume."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["device_away"] = "device_away"
    participant: ParticipantId
    """Whose device."""
    device: DeviceId
    """Which."""
    heard_at: float
    """Lesson time when it was last heard."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class DeviceBack:
    """A device that was away resumed before it was given up."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["device_back"] = "device_back"
    participant: ParticipantId
    """Whose device."""
    device: DeviceId
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class DeviceLeft:
    """A device said goodbye, was removed, or has been without a socket for 60 s."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["device_left"] = "device_left"
    participant: ParticipantId
    """Whose device."""
    device: DeviceId
    """Which."""
    reason: LeaveReason
    """Why."""
    heard_at: float
    """Lesson time when its presence ends: when it was last heard, or now if it was here."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SourcePublished:
    """A source has packets, or has them again from another device or peer."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["source_published"] = "source_published"
    source: SourceId
    """`<participant>/<name>`."""
    kind: Kind
    """What it is."""
    device: DeviceId
    """Who sends it now."""
    codec: Codec
    """In what."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SourceCodecChanged:
    """A running source was switched to a codec that everyone can decode."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["source_codec_changed"] = "source_codec_changed"
    source: SourceId
    """Which."""
    codec: Codec
    """To what."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SourceEnabled:
    """A source was turned on or off at its device (camera off, microphone switched off by hand)."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["source_enabled"] = "source_enabled"
    source: SourceId
    """Which."""
    on: bool
    """Whether it shows or sounds."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SourceEnded:
    """A source is no more."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["source_ended"] = "source_ended"
    source: SourceId
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ModeSet:
    """Lecture or discussion."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["mode_set"] = "mode_set"
    mode: Mode
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Called:
    """A participant is asked to speak: its microphone opens and it is shown large."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["called"] = "called"
    participant: ParticipantId
    """Who."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SentBack:
    """The called participant's turn is over."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["sent_back"] = "sent_back"
    participant: ParticipantId
    """Who."""
    turn_s: float
    """How long the turn lasted."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class HandRaised:
    """A hand went up."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["hand_raised"] = "hand_raised"
    participant: ParticipantId
    """Whose."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class HandLowered:
    """A hand went down."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["hand_lowered"] = "hand_lowered"
    participant: ParticipantId
    """Whose."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PaceSignalled:
    """A receiving room's teacher said how her class follows; changes nothing."""

    audience: ClassVar[Audience] = Audience.STAFF
    type: Literal["pace_signalled"] = "pace_signalled"
    participant: ParticipantId
    """Whose room."""
    pace: Pace
    """What she said."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MutedAll:
    """Every microphone but the host room's was closed, and discussion or a call ended with it."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["muted_all"] = "muted_all"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LockSet:
    """Newcomers are let in or not."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["lock_set"] = "lock_set"
    on: bool
    """Whether nobody new may come in."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SwitchSet:
    """The teacher allowed or forbade the pupils something."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["switch_set"] = "switch_set"
    switch: Switch
    """What."""
    on: bool
    """Whether it is allowed."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PauseSet:
    """One-key pause: no picture and no sound passes and none is recorded."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["pause_set"] = "pause_set"
    on: bool
    """Whether the lesson is paused."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class BanSet:
    """One-key ban: only the host room speaks, shows and writes."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["ban_set"] = "ban_set"
    on: bool
    """Whether interaction is banned."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LayoutSet:
    """The teacher chose the layout for all."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["layout_set"] = "layout_set"
    layout: Layout
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class AudioMasterSet:
    """The one device of a participant whose microphone and loudspeaker are open."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["audio_master_set"] = "audio_master_set"
    participant: ParticipantId
    """Whose."""
    device: DeviceId | None
    """Which; none when the last one left."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ChatSent:
    """A line of chat; erasable."""

    audience: ClassVar[Audience] = Audience.ALL
    personal: ClassVar[tuple[str, ...]] = ("text",)
    type: Literal["chat_sent"] = "chat_sent"
    participant: ParticipantId
    """Who wrote it."""
    text: str
    """What; at most 500 characters."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Whispered:
    """悄悄话: a line between the teachers of a receiving room and of the host room; erasable."""

    audience: ClassVar[Audience] = Audience.LINE
    personal: ClassVar[tuple[str, ...]] = ("text",)
    type: Literal["whispered"] = "whispered"
    participant: ParticipantId
    """The receiving room."""
    host: ParticipantId
    """The host room."""
    by_host: bool
    """Whether the host room wrote it."""
    text: str
    """What; at most 500 characters."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ConsentDecided:
    """Whether a source may be recorded, and why."""

    audience: ClassVar[Audience] = Audience.ROOM
    type: Literal["consent_decided"] = "consent_decided"
    source: SourceId
    """Which."""
    allowed: bool
    """Whether its bytes may reach the disk."""
    reason: str
    """A word of `signaling/locale` that says why."""

    @property
    def participant(self) -> ParticipantId:
        """Whose source it is."""
        return ParticipantId(self.source.partition("/")[0])


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SeatingConfirmed:
    """The host says that the pupils of a room who are not to be recorded sit out of view."""

    audience: ClassVar[Audience] = Audience.STAFF
    type: Literal["seating_confirmed"] = "seating_confirmed"
    participant: ParticipantId
    """Which room."""
    by: DeviceId
    """Who said so."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RecordingGap:
    """A stretch of a source is not in its recording."""

    audience: ClassVar[Audience] = Audience.STAFF
    type: Literal["recording_gap"] = "recording_gap"
    source: SourceId
    """Which."""
    start: float
    """Lesson time of the first thing missing."""
    end: float
    """Lesson time of the first thing kept again."""
    reason: GapReason
    """Why."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RecordingStateSet:
    """Whether the lesson is being kept."""

    audience: ClassVar[Audience] = Audience.ALL
    type: Literal["recording_state_set"] = "recording_state_set"
    on: bool
    """Whether bytes reach the disk."""
    reason: str
    """A word of `signaling/locale`, group `recording`."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Summary:
    """One participant's link over the last minute; facts for the technician."""

    audience: ClassVar[Audience] = Audience.STAFF
    type: Literal["summary"] = "summary"
    participant: ParticipantId
    """Whose."""
    device: DeviceId
    """Which device's."""
    rtt_ms: float
    """Smallest round trip of signaling."""
    clock_offset_ms: float
    """Client clock minus lesson time, taken at that round trip."""
    loss: float
    """Share of packets lost on the way down, 0 to 1."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Talked:
    """A classroom's microphone was talked into; told of no pupil at home."""

    audience: ClassVar[Audience] = Audience.LATER
    type: Literal["talked"] = "talked"
    participant: ParticipantId
    """Who."""
    source: SourceId
    """Its microphone."""
    began: float
    """Lesson time of the first word; of a piece of a long turn, where the piece before ended."""
    ended: float
    """Lesson time of the last word."""
    talked_s: float
    """Seconds of talk in it; less than its length where several turns were put together."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LinkStepped:
    """What a participant gets for what its line carries has changed, for some seconds at least."""

    audience: ClassVar[Audience] = Audience.ROOM
    type: Literal["link_stepped"] = "link_stepped"
    participant: ParticipantId
    """Whose line."""
    step: LinkStep
    """What it gets from now on."""
    reason: LinkReason
    """Why it does not get more."""
    available_kbps: int | None = None
    """What the path carries; none if that was not measured."""


Event = Annotated[
    LessonOpened
    | Resumed
    | JournalGap
    | LessonStarted
    | LessonEnded
    | ParticipantJoined
    | ParticipantLeft
    | DeviceJoined
    | PupilWaits
    | PupilAdmitted
    | PupilTurnedAway
    | PupilGaveUp
    | InspectorJoined
    | InspectorLeft
    | DeviceAway
    | DeviceBack
    | DeviceLeft
    | SourcePublished
    | SourceCodecChanged
    | SourceEnabled
    | SourceEnded
    | ModeSet
    | Called
    | SentBack
    | HandRaised
    | HandLowered
    | PaceSignalled
    | MutedAll
    | LockSet
    | SwitchSet
    | PauseSet
    | BanSet
    | LayoutSet
    | AudioMasterSet
    | ChatSent
    | Whispered
    | ConsentDecided
    | SeatingConfirmed
    | RecordingGap
    | RecordingStateSet
    | Summary
    | LinkStepped
    | Talked,
    Field(discriminator="type"),
]
"""Anything a journal may hold."""

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and writes one event as JSON."""
