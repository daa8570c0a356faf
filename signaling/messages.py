"""Every message between a device and the server, declared once.

`wire` turns them into JSON and back; TypeScript types come from their JSON schema; who sends each,
when, its errors and what follows stand in `docs/protocol.md`. A *command* carries a request id and
is answered by exactly one `Done` or `Refused` with that id; a repeated id gets its first answer.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from signaling.agreement import Rid
from signaling.errors import Code
from signaling.events import (
    STRICT,
    Codec,
    Event,
    GapReason,
    Kind,
    Layout,
    LinkReason,
    LinkStep,
    Mode,
    Pace,
    Phase,
    Role,
    Switch,
)
from signaling.ids import DeviceId, LessonId, ParticipantId, PeerId, SourceId

VERSION = 1
"""The newest version of this language; a server speaks it and the one before."""

RequestId = Annotated[int, Field(ge=0, le=2**31 - 1)]
Id = Annotated[str, Field(min_length=1, max_length=160)]
Seconds = Annotated[float, Field(ge=0, le=10_000_000)]
Sdp = Annotated[str, Field(min_length=1, max_length=131_072)]
Name = Annotated[str, Field(min_length=1, max_length=40)]

# --------------------------------------------------------------- from device to server


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Resume:
    """Proof that this is a device the lesson knows."""

    device: DeviceId
    """The device id of an earlier `Welcome`."""
    secret: Annotated[str, Field(min_length=16, max_length=128)]
    """The secret of that `Welcome`."""
    seen: Annotated[int, Field(ge=-1)]
    """Number of the last event that was received; -1 for none: the answer is then `State`."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Hello:
    """The first message of every connection."""

    type: Literal["hello"] = "hello"
    version: Annotated[int, Field(ge=0, le=1000)]
    """What the device speaks."""
    token: Annotated[str, Field(min_length=1, max_length=4096)]
    """The signed link's token."""
    name: Name | None = None
    """What a pupil or viewer wants to be called; rooms are named by the plan."""
    encodes: Annotated[tuple[Codec, ...], Field(max_length=8)]
    """What it can send."""
    decodes: Annotated[tuple[Codec, ...], Field(max_length=8)]
    """What it can play."""
    loudspeaker: bool = True
    """Whether it may become its room's audio master: it has echo cancellation."""
    resume: Resume | None = None
    """Given when it was here before."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ping:
    """Every 2 s: I am here. Answered at once by `Pong`."""

    type: Literal["ping"] = "ping"
    sent: float
    """The device's own clock in seconds."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SourceOffer:
    """What one media section of an upward offer carries."""

    mid: Annotated[str, Field(min_length=1, max_length=16)]
    """The section."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,24}$")]
    """Unique in its participant: `camera`, `class_camera`, `microphone`, `screen`…"""
    kind: Kind
    """What it is."""
    enabled: bool = True
    """Whether it shows or sounds at once."""
    rows: Annotated[int, Field(ge=0, le=8640)] = 0
    """Of the highest layer, sent or not: each lower one has half of them; 0 where it can't tell."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Offer:
    """An SDP offer: up with what the device sends, down with a pool of receive slots.

    Answered by `Answer` with the same id. The same `peer` renegotiates, another replaces: one up
    and one down peer per device.
    """

    type: Literal["offer"] = "offer"
    id: RequestId
    """Request id."""
    peer: Annotated[PeerId, Field(min_length=1, max_length=64)]
    """Chosen by the device, random, new for every RTCPeerConnection."""
    direction: Literal["up", "down"]
    """Which of the device's two peers."""
    sdp: Sdp
    """The offer."""
    sources: Annotated[tuple[SourceOffer, ...], Field(max_length=16)] = ()
    """Up only: what each section carries. A source not named any more has ended."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class EnableSource:
    """Turn an own source on or off, in place."""

    type: Literal["enable_source"] = "enable_source"
    id: RequestId
    """Request id."""
    source: SourceId
    """Which."""
    on: bool
    """Whether it shows or sounds."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Size:
    """How large a device shows a picture."""

    source: SourceId
    """Which."""
    rows: Annotated[int, Field(ge=0, le=8640)]
    """Rows of its screen's pixels."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class View:
    """What this device shows and how large; decides which sources get its slots."""

    type: Literal["view"] = "view"
    id: RequestId
    """Request id."""
    shown: Annotated[tuple[SourceId, ...], Field(max_length=40)]
    """Pictures wanted, largest first; empty means: as the lesson's layout says."""
    sizes: Annotated[tuple[Size, ...], Field(max_length=40)] = ()
    """How large everything is that it shows; nothing larger is sent. Empty: it does not say."""
    saves: bool = False
    """Whether it saves data: it gets all sounds, no camera, and a still of the screen at times."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StartLesson:
    """上课. Staff of the host room."""

    type: Literal["start_lesson"] = "start_lesson"
    id: RequestId
    """Request id."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class EndLesson:
    """下课 (`stopped` false) or 一键停 (`stopped` true). Staff of the host room."""

    type: Literal["end_lesson"] = "end_lesson"
    id: RequestId
    """Request id."""
    stopped: bool = False
    """Whether it is the emergency stop."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetMode:
    """Lecture or discussion. Ends a call. Host staff."""

    type: Literal["set_mode"] = "set_mode"
    id: RequestId
    """Request id."""
    mode: Mode
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Call:
    """请 B 班发言: open one participant's microphone and show it large everywhere. Host staff."""

    type: Literal["call"] = "call"
    id: RequestId
    """Request id."""
    participant: ParticipantId
    """Who; whoever was called before is sent back."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SendBack:
    """收回: end the call. Host staff, or the called participant itself."""

    type: Literal["send_back"] = "send_back"
    id: RequestId
    """Request id."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RaiseHand:
    """举手. Rooms and pupils."""

    type: Literal["raise_hand"] = "raise_hand"
    id: RequestId
    """Request id."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LowerHand:
    """Take a hand down: one's own, or anyone's by host staff."""

    type: Literal["lower_hand"] = "lower_hand"
    id: RequestId
    """Request id."""
    participant: ParticipantId | None = None
    """Whose; none for one's own."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ConfirmSeating:
    """The pupils of a room who are not to be recorded sit out of view. Host staff."""

    type: Literal["confirm_seating"] = "confirm_seating"
    id: RequestId
    """Request id."""
    participant: ParticipantId
    """Which room."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SignalPace:
    """慢一点, 没听懂, 可以继续, 给我们 2 分钟, 请帮忙. Teachers of receiving rooms."""

    type: Literal["signal_pace"] = "signal_pace"
    id: RequestId
    """Request id."""
    pace: Pace
    """How the class follows."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MuteAll:
    """全体静音: back to lecture, nobody called. Host staff."""

    type: Literal["mute_all"] = "mute_all"
    id: RequestId
    """Request id."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetLock:
    """Let nobody new in, or again. Host staff."""

    type: Literal["set_lock"] = "set_lock"
    id: RequestId
    """Request id."""
    on: bool
    """Whether the door is locked."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Remove:
    """移出. Host staff."""

    type: Literal["remove"] = "remove"
    id: RequestId
    """Request id."""
    participant: ParticipantId
    """Who."""
    bar: bool = False
    """Whether it may not come back."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Admit:
    """请进: let a waiting pupil in. Teachers of any room of the lesson."""

    type: Literal["admit"] = "admit"
    id: RequestId
    """Request id."""
    participant: ParticipantId
    """Who."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TurnAway:
    """不是我们班的: do not let a waiting pupil in. Teachers of any room of the lesson."""

    type: Literal["turn_away"] = "turn_away"
    id: RequestId
    """Request id."""
    participant: ParticipantId
    """Who."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetSwitch:
    """Allow or forbid the pupils chat, camera, microphone or sharing. Host staff."""

    type: Literal["set_switch"] = "set_switch"
    id: RequestId
    """Request id."""
    switch: Switch
    """What."""
    on: bool
    """Whether it is allowed."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetPause:
    """一键暂停. Host staff."""

    type: Literal["set_pause"] = "set_pause"
    id: RequestId
    """Request id."""
    on: bool
    """Whether the lesson is paused."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetBan:
    """一键禁止互动. Host staff."""

    type: Literal["set_ban"] = "set_ban"
    id: RequestId
    """Request id."""
    on: bool
    """Whether interaction is banned."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetLayout:
    """The layout for everyone. Host staff."""

    type: Literal["set_layout"] = "set_layout"
    id: RequestId
    """Request id."""
    layout: Layout
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetAudioMaster:
    """Give this device, or another of the same participant, microphone and loudspeaker."""

    type: Literal["set_audio_master"] = "set_audio_master"
    id: RequestId
    """Request id."""
    device: DeviceId
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SendChat:
    """A line of chat to all."""

    type: Literal["send_chat"] = "send_chat"
    id: RequestId
    """Request id."""
    text: Annotated[str, Field(min_length=1, max_length=500)]
    """What."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Whisper:
    """悄悄话: a private line between a receiving room's teacher and the host's."""

    type: Literal["whisper"] = "whisper"
    id: RequestId
    """Request id."""
    text: Annotated[str, Field(min_length=1, max_length=500)]
    """What."""
    participant: ParticipantId | None = None
    """To which receiving room; none from one to the host."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Leave:
    """Goodbye; the device will not resume."""

    type: Literal["leave"] = "leave"
    id: RequestId
    """Request id."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Report:
    """Once in 30 s: the device's own measurements. Not answered."""

    type: Literal["report"] = "report"
    rtt_ms: Annotated[float, Field(ge=0, le=600_000)]
    """Smallest round trip of the last pings."""
    clock_offset_ms: Annotated[float, Field(ge=-1e15, le=1e15)]
    """Device clock minus lesson time at that ping."""
    loss: Annotated[float, Field(ge=0, le=1)]
    """Share of packets lost on the way down since the last report."""


Command = (
    Offer
    | EnableSource
    | View
    | StartLesson
    | EndLesson
    | SetMode
    | Call
    | SendBack
    | RaiseHand
    | LowerHand
    | SignalPace
    | ConfirmSeating
    | MuteAll
    | SetLock
    | Remove
    | Admit
    | TurnAway
    | SetSwitch
    | SetPause
    | SetBan
    | SetLayout
    | SetAudioMaster
    | SendChat
    | Whisper
    | Leave
)
"""What is asked for with a request id."""

FromDevice = Annotated[Hello | Ping | Report | Command, Field(discriminator="type")]
"""Anything a device may send."""

# --------------------------------------------------------------- from server to device


@dataclass(frozen=True, kw_only=True, config=STRICT)
class IceServer:
    """A relay for media where no direct way is open, as `RTCIceServer` (W3C WebRTC, 4.2.4)."""

    urls: tuple[str, ...]
    """`turn:` and `turns:` URIs (RFC 7065)."""
    username: str
    """Says until when it may be used, and nothing of a person."""
    credential: str
    """Follows from the user name."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Welcome:
    """Answers a good `Hello`; `People` follows, then `State` or the events that were missed."""

    type: Literal["welcome"] = "welcome"
    version: int
    """What will be spoken."""
    lesson: LessonId
    """The planned lesson."""
    title: str
    """What the plan calls it."""
    participant: ParticipantId
    """Who this device is part of."""
    device: DeviceId
    """What it is called; kept for `Resume`."""
    secret: str | None
    """Kept for `Resume`; none when it resumed."""
    role: Role
    """What its link lets it be."""
    leads: bool
    """Whether it may give the host's commands."""
    now: Seconds
    """Lesson time."""
    resumed: bool
    """Whether the peers it had are still there; otherwise it offers new ones."""
    waits: bool = False
    """Whether a teacher is to let it in first; `People` and `State` come when one has."""
    layers: bool = False
    """Whether pictures of cameras may be offered in three layers."""
    ice_servers: tuple[IceServer, ...] = ()
    """Relays that new peers may use; they hold for a day, and each welcome brings new ones."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Pong:
    """The answer to `Ping`."""

    type: Literal["pong"] = "pong"
    sent: float
    """As in the ping."""
    now: Seconds
    """Lesson time when it was answered."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Done:
    """A command was carried out; what it caused comes as events."""

    type: Literal["done"] = "done"
    id: RequestId
    """The command's."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Refused:
    """A command was not carried out."""

    type: Literal["refused"] = "refused"
    id: RequestId
    """The command's."""
    code: Code
    """Why."""
    data: dict[str, str | int | float]
    """What the sentence of this code is filled in with."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Slot:
    """A receive section of a down peer."""

    mid: str
    """The section."""
    use: Literal["camera", "camera_sound", "extra_sound", "screen", "screen_sound"]
    """What it is for; a camera and its sound, a screen and its sound share one msid."""
    pair: int
    """Sections of one pair bear the same number."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Answer:
    """The answer to `Offer`."""

    type: Literal["answer"] = "answer"
    id: RequestId
    """The offer's."""
    peer: PeerId
    """The offer's."""
    sdp: Sdp
    """The SDP answer."""
    slots: tuple[Slot, ...]
    """Down only: what each section is for."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Binding:
    """What one slot carries from now on."""

    mid: str
    """The slot's section."""
    source: SourceId | None
    """What it carries; none when it is free."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Bound:
    """Slots of the device's down peer were bound anew, without SDP."""

    type: Literal["bound"] = "bound"
    peer: PeerId
    """The down peer."""
    bindings: tuple[Binding, ...]
    """The slots that changed."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OfferAgain:
    """The device offers its peer anew: to change codec, after its worker died, for more slots."""

    type: Literal["offer_again"] = "offer_again"
    direction: Literal["up", "down"]
    """Which of its two peers."""
    fresh: bool
    """Whether a new RTCPeerConnection is needed; otherwise the old one is renegotiated."""
    more_slots: int = 0
    """Down only: how many more camera pairs are wanted."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SendLayers:
    """Which layers of an own picture somebody watches; the others are not to be sent."""

    type: Literal["send_layers"] = "send_layers"
    source: SourceId
    """Which picture."""
    layers: tuple[Rid, ...]
    """Those to send from now on, each from a key frame on; none when nobody watches."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Microphone:
    """Whether this device's microphone is open; a device whose microphone is closed mutes it."""

    type: Literal["microphone"] = "microphone"
    open: bool
    """Whether the server passes its packets on."""
    loudspeaker: bool
    """Whether this device plays the others; false on further devices of a room."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Told:
    """One event, numbered; numbers grow but leave out what this device may not see."""

    type: Literal["event"] = "event"
    n: int
    """Its number in the journal."""
    t: Seconds
    """Lesson time."""
    event: Event
    """What happened."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class DeviceState:
    """A device as a late joiner sees it."""

    device: DeviceId
    """Which."""
    role: Role
    """What its link lets it be."""
    away: bool
    """Whether nothing was heard of it for 5 s."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ParticipantState:
    """A participant as a late joiner sees it."""

    participant: ParticipantId
    """Who."""
    role: Role
    """As what."""
    host: bool
    """Whether it is the host room."""
    devices: tuple[DeviceState, ...]
    """What it consists of; empty for a room that is still expected or gone."""
    audio_master: DeviceId | None
    """The device with microphone and loudspeaker."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SourceState:
    """A source as a late joiner sees it."""

    source: SourceId
    """Which."""
    kind: Kind
    """What."""
    device: DeviceId
    """Who sends it."""
    codec: Codec
    """In what."""
    on: bool
    """Whether it shows or sounds."""
    recorded: bool
    """Whether consent lets it be recorded."""
    consent: str = ""
    """Why, or why not; a word of `signaling/locale`; empty before it is decided."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class HandState:
    """A raised hand."""

    participant: ParticipantId
    """Whose."""
    since: Seconds
    """Lesson time."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class WaitingState:
    """A pupil who waits to be let in."""

    participant: ParticipantId
    """Who it will be."""
    since: Seconds
    """Lesson time."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ChatState:
    """A line of chat."""

    n: int
    """Number of its event."""
    t: Seconds
    """Lesson time."""
    participant: ParticipantId
    """Who wrote it."""
    text: str
    """What."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class WhisperState:
    """A line between the teachers of two rooms."""

    n: int
    """Number of its event."""
    t: Seconds
    """Lesson time."""
    participant: ParticipantId
    """The receiving room."""
    by_host: bool
    """Whether the host room wrote it."""
    text: str
    """What."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LessonState:
    """The whole lesson, as it stands after event `n`, for one audience; the fold of its events."""

    n: int
    """Number of the last event in it; -1 before the first."""
    phase: Phase
    """Lobby, live or ended."""
    started: Seconds | None
    """Lesson time of 上课."""
    planned_seconds: float
    """How long it should last once started."""
    mode: Mode
    """Lecture or discussion."""
    called: ParticipantId | None
    """Who is asked to speak."""
    called_since: Seconds | None
    """Since when."""
    locked: bool
    """Whether nobody new may come in."""
    paused: bool
    """One-key pause."""
    banned: bool
    """One-key ban."""
    switches: dict[Switch, bool]
    """What the pupils may do."""
    layout: Layout
    """For all."""
    participants: tuple[ParticipantState, ...]
    """In order of joining, expected rooms first."""
    sources: tuple[SourceState, ...]
    """In order of publishing."""
    hands: tuple[HandState, ...]
    """In order of time."""
    chat: tuple[ChatState, ...]
    """The last 200 lines."""
    whispers: tuple[WhisperState, ...] = ()
    """The last 20 private lines of each receiving room that one may see, in order."""
    recording: bool
    """Whether bytes reach the disk."""
    recording_reason: str
    """Why, or why not; a word of `signaling/locale`; empty before the start."""
    waiting: tuple[WaitingState, ...] = ()
    """To teachers: pupils who wait to be let in, in order of coming."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class State:
    """The lesson for whoever comes late."""

    type: Literal["state"] = "state"
    state: LessonState
    """As of now."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Person:
    """A name for an id; journals hold none."""

    participant: ParticipantId
    """Whose."""
    name: str
    """What people call it: 「齐溪镇中心小学 三(1)班」, 「张老师」, 「小明」."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class People:
    """Names; sent after `Welcome` and before a newcomer's first event."""

    type: Literal["people"] = "people"
    people: tuple[Person, ...]
    """Those not sent before."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LinkQuality:
    """How good the link of a participant is just now; a move, not a fact."""

    participant: ParticipantId
    """Whose."""
    rtt_ms: float | None
    """Round trip, worse of signaling and media; none before it is measured."""
    loss: float
    """Share of packets lost, worse of both ways, 0 to 1."""
    step: LinkStep | None = None
    """What it gets for what its line carries, if that was judged; of others than oneself to staff
    alone."""
    reason: LinkReason | None = None
    """Why it does not get more."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RecordedSource:
    """That a source's bytes reach the disk."""

    source: SourceId
    """Which."""
    written: int
    """Bytes so far."""
    key_frame_age_s: float
    """Seconds since the last key frame on disk; 0 for sound."""
    trouble: GapReason | None
    """Why nothing is written just now."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Pulse:
    """Every 2 s: what changes too often to be a fact. May be lost."""

    type: Literal["pulse"] = "pulse"
    speaking: tuple[ParticipantId, ...]
    """Who is heard just now, loudest first."""
    links: tuple[LinkQuality, ...]
    """Everyone's link; to staff, otherwise one's own and the host's."""
    recorded: tuple[RecordedSource, ...]
    """To staff of the host room."""
    free_space: Annotated[float, Field(ge=0, le=1)] | None
    """Share of the disk that is free; to staff of the host room."""
    hands_over_at: Seconds | None
    """Lesson time at which the classroom goes to its next lesson, minutes before; to staff."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Moved:
    """The lesson goes on at another server: say hello there, with `resume`; `Closed` follows."""

    type: Literal["moved"] = "moved"
    url: str
    """How links of that server begin: `http(s)://host:port`."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Closed:
    """The last message of a connection that the server ends."""

    type: Literal["closed"] = "closed"
    code: Code
    """Why."""
    data: dict[str, str | int | float]
    """What the sentence of this code is filled in with."""
    may_resume: bool
    """Whether it helps to come back."""


ToDevice = Annotated[
    Welcome
    | Pong
    | Done
    | Refused
    | Answer
    | Bound
    | OfferAgain
    | SendLayers
    | Microphone
    | Told
    | State
    | People
    | Pulse
    | Moved
    | Closed,
    Field(discriminator="type"),
]
"""Anything the server may send."""

FROM_DEVICE: TypeAdapter[FromDevice] = TypeAdapter(FromDevice)
TO_DEVICE: TypeAdapter[ToDevice] = TypeAdapter(ToDevice)
