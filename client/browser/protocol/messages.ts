/* Written by `make types` from signaling; do not edit. */

/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "FromDevice".
 */
export type FromDevice =
  | Hello
  | Ping
  | Report
  | Offer
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
  | Leave;
/**
 * A media codec.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Codec".
 */
export type Codec = "opus" | "h264" | "vp8" | "vp9";
/**
 * What a source is.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Kind".
 */
export type Kind = "camera" | "class_camera" | "microphone" | "screen" | "screen_sound";
/**
 * Whose microphones are open; a called participant's is open besides.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Mode".
 */
export type Mode = "lecture" | "discussion";
/**
 * What the teacher of a receiving room tells the host of how her class follows.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Pace".
 */
export type Pace = "slower" | "lost" | "go_on" | "wait" | "help";
/**
 * What the teacher may allow or forbid the pupils.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Switch".
 */
export type Switch = "chat" | "camera" | "microphone" | "sharing";
/**
 * How a wall is divided.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Layout".
 */
export type Layout = "equal" | "speaker" | "screen";
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ToDevice".
 */
export type ToDevice =
  | Welcome
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
  | Closed;
/**
 * What a link lets its holder be in one lesson.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Role".
 */
export type Role = "teacher" | "room" | "pupil" | "viewer" | "inspector";
/**
 * What went wrong, as a word that never changes its meaning.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Code".
 */
export type Code =
  | "malformed"
  | "too_large"
  | "unknown_type"
  | "version_unsupported"
  | "hello_expected"
  | "hello_repeated"
  | "too_fast"
  | "too_slow"
  | "bad_sdp"
  | "no_common_codec"
  | "link_invalid"
  | "link_expired"
  | "resume_refused"
  | "barred"
  | "removed"
  | "turned_away"
  | "locked"
  | "lesson_full"
  | "lesson_unknown"
  | "lesson_over"
  | "lesson_broken"
  | "server_stopping"
  | "server_untrusted"
  | "not_allowed"
  | "not_started"
  | "already_started"
  | "no_such_participant"
  | "no_such_device"
  | "no_such_source"
  | "not_here"
  | "not_called"
  | "paused"
  | "banned"
  | "chat_off"
  | "camera_off"
  | "microphone_off"
  | "sharing_off"
  | "second_microphone"
  | "too_many_sources"
  | "media_unavailable";
/**
 * Why a lesson ended.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EndReason".
 */
export type EndReason = "ended" | "stopped" | "overrun" | "broken";
/**
 * Why a presence interval ended.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LeaveReason".
 */
export type LeaveReason = "left" | "link_lost" | "removed" | "lesson_over";
/**
 * Why a stretch of a source is not in its recording.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "GapReason".
 */
export type GapReason =
  | "sender_away"
  | "microphone_closed"
  | "paused"
  | "consent"
  | "recorder_overrun"
  | "recorder_lost"
  | "worker_lost"
  | "server_lost"
  | "no_space"
  | "slow_disk"
  | "packets_lost";
/**
 * What a participant gets for what its line carries.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LinkStep".
 */
export type LinkStep = "stills" | "low" | "high";
/**
 * Why it does not get more; a sentence stands in the client's locale.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LinkReason".
 */
export type LinkReason = "enough" | "budget" | "loss" | "narrow";
/**
 * Where a lesson stands between its lobby and its end.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Phase".
 */
export type Phase = "lobby" | "live" | "ended";
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Event".
 */
export type Event =
  | LessonOpened
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
  | Talked;

export interface Wire {
  FromDevice?: FromDevice;
  ToDevice?: ToDevice;
  Event?: Event;
  Replay?: Replay;
}
/**
 * The first message of every connection.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Hello".
 */
export interface Hello {
  type: "hello";
  version: number;
  token: string;
  name?: string | null;
  encodes: Codec[];
  decodes: Codec[];
  loudspeaker?: boolean;
  resume?: Resume | null;
}
/**
 * Proof that this is a device the lesson knows.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Resume".
 */
export interface Resume {
  device: string;
  secret: string;
  seen: number;
}
/**
 * Every 2 s: I am here. Answered at once by `Pong`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Ping".
 */
export interface Ping {
  type: "ping";
  sent: number;
}
/**
 * Once in 30 s: the device's own measurements. Not answered.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Report".
 */
export interface Report {
  type: "report";
  rtt_ms: number;
  clock_offset_ms: number;
  loss: number;
}
/**
 * An SDP offer: up with what the device sends, down with a pool of receive slots.
 *
 * Answered by `Answer` with the same id. The same `peer` renegotiates, another replaces: one up
 * and one down peer per device.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Offer".
 */
export interface Offer {
  type: "offer";
  id: number;
  peer: string;
  direction: "up" | "down";
  sdp: string;
  sources?: SourceOffer[];
}
/**
 * What one media section of an upward offer carries.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SourceOffer".
 */
export interface SourceOffer {
  mid: string;
  name: string;
  kind: Kind;
  enabled?: boolean;
  rows?: number;
}
/**
 * Turn an own source on or off, in place.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EnableSource".
 */
export interface EnableSource {
  type: "enable_source";
  id: number;
  source: string;
  on: boolean;
}
/**
 * What this device shows and how large; decides which sources get its slots.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "View".
 */
export interface View {
  type: "view";
  id: number;
  shown: string[];
  sizes?: Size[];
  saves?: boolean;
}
/**
 * How large a device shows a picture.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Size".
 */
export interface Size {
  source: string;
  rows: number;
}
/**
 * 上课. Staff of the host room.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "StartLesson".
 */
export interface StartLesson {
  type: "start_lesson";
  id: number;
}
/**
 * 下课 (`stopped` false) or 一键停 (`stopped` true). Staff of the host room.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EndLesson".
 */
export interface EndLesson {
  type: "end_lesson";
  id: number;
  stopped?: boolean;
}
/**
 * Lecture or discussion. Ends a call. Host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SetMode".
 */
export interface SetMode {
  type: "set_mode";
  id: number;
  mode: Mode;
}
/**
 * 请 B 班发言: open one participant's microphone and show it large everywhere. Host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Call".
 */
export interface Call {
  type: "call";
  id: number;
  participant: string;
}
/**
 * 收回: end the call. Host staff, or the called participant itself.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SendBack".
 */
export interface SendBack {
  type: "send_back";
  id: number;
}
/**
 * 举手. Rooms and pupils.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "RaiseHand".
 */
export interface RaiseHand {
  type: "raise_hand";
  id: number;
}
/**
 * Take a hand down: one's own, or anyone's by host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LowerHand".
 */
export interface LowerHand {
  type: "lower_hand";
  id: number;
  participant?: string | null;
}
/**
 * 慢一点, 没听懂, 可以继续, 给我们 2 分钟, 请帮忙. Teachers of receiving rooms.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SignalPace".
 */
export interface SignalPace {
  type: "signal_pace";
  id: number;
  pace: Pace;
}
/**
 * The pupils of a room who are not to be recorded sit out of view. Host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ConfirmSeating".
 */
export interface ConfirmSeating {
  type: "confirm_seating";
  id: number;
  participant: string;
}
/**
 * 全体静音: back to lecture, nobody called. Host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "MuteAll".
 */
export interface MuteAll {
  type: "mute_all";
  id: number;
}
/**
 * Let nobody new in, or again. Host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SetLock".
 */
export interface SetLock {
  type: "set_lock";
  id: number;
  on: boolean;
}
/**
 * 移出. Host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Remove".
 */
export interface Remove {
  type: "remove";
  id: number;
  participant: string;
  bar?: boolean;
}
/**
 * 请进: let a waiting pupil in. Teachers of any room of the lesson.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Admit".
 */
export interface Admit {
  type: "admit";
  id: number;
  participant: string;
}
/**
 * 不是我们班的: do not let a waiting pupil in. Teachers of any room of the lesson.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TurnAway".
 */
export interface TurnAway {
  type: "turn_away";
  id: number;
  participant: string;
}
/**
 * Allow or forbid the pupils chat, camera, microphone or sharing. Host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SetSwitch".
 */
export interface SetSwitch {
  type: "set_switch";
  id: number;
  switch: Switch;
  on: boolean;
}
/**
 * 一键暂停. Host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SetPause".
 */
export interface SetPause {
  type: "set_pause";
  id: number;
  on: boolean;
}
/**
 * 一键禁止互动. Host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SetBan".
 */
export interface SetBan {
  type: "set_ban";
  id: number;
  on: boolean;
}
/**
 * The layout for everyone. Host staff.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SetLayout".
 */
export interface SetLayout {
  type: "set_layout";
  id: number;
  layout: Layout;
}
/**
 * Give this device, or another of the same participant, microphone and loudspeaker.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SetAudioMaster".
 */
export interface SetAudioMaster {
  type: "set_audio_master";
  id: number;
  device: string;
}
/**
 * A line of chat to all.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SendChat".
 */
export interface SendChat {
  type: "send_chat";
  id: number;
  text: string;
}
/**
 * 悄悄话: a private line between a receiving room's teacher and the host's.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Whisper".
 */
export interface Whisper {
  type: "whisper";
  id: number;
  text: string;
  participant?: string | null;
}
/**
 * Goodbye; the device will not resume.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Leave".
 */
export interface Leave {
  type: "leave";
  id: number;
}
/**
 * Answers a good `Hello`; `People` follows, then `State` or the events that were missed.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Welcome".
 */
export interface Welcome {
  type: "welcome";
  version: number;
  lesson: string;
  title: string;
  participant: string;
  device: string;
  secret: string | null;
  role: Role;
  leads: boolean;
  now: number;
  resumed: boolean;
  waits?: boolean;
  layers?: boolean;
  ice_servers?: IceServer[];
}
/**
 * A relay for media where no direct way is open, as `RTCIceServer` (W3C WebRTC, 4.2.4).
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "IceServer".
 */
export interface IceServer {
  urls: string[];
  username: string;
  credential: string;
}
/**
 * The answer to `Ping`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Pong".
 */
export interface Pong {
  type: "pong";
  sent: number;
  now: number;
}
/**
 * A command was carried out; what it caused comes as events.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Done".
 */
export interface Done {
  type: "done";
  id: number;
}
/**
 * A command was not carried out.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Refused".
 */
export interface Refused {
  type: "refused";
  id: number;
  code: Code;
  data: {
    [k: string]: string | number;
  };
}
/**
 * The answer to `Offer`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Answer".
 */
export interface Answer {
  type: "answer";
  id: number;
  peer: string;
  sdp: string;
  slots: Slot[];
}
/**
 * A receive section of a down peer.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Slot".
 */
export interface Slot {
  mid: string;
  use: "camera" | "camera_sound" | "extra_sound" | "screen" | "screen_sound";
  pair: number;
}
/**
 * Slots of the device's down peer were bound anew, without SDP.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Bound".
 */
export interface Bound {
  type: "bound";
  peer: string;
  bindings: Binding[];
}
/**
 * What one slot carries from now on.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Binding".
 */
export interface Binding {
  mid: string;
  source: string | null;
}
/**
 * The device offers its peer anew: to change codec, after its worker died, for more slots.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OfferAgain".
 */
export interface OfferAgain {
  type: "offer_again";
  direction: "up" | "down";
  fresh: boolean;
  more_slots?: number;
}
/**
 * Which layers of an own picture somebody watches; the others are not to be sent.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SendLayers".
 */
export interface SendLayers {
  type: "send_layers";
  source: string;
  layers: string[];
}
/**
 * Whether this device's microphone is open; a device whose microphone is closed mutes it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Microphone".
 */
export interface Microphone {
  type: "microphone";
  open: boolean;
  loudspeaker: boolean;
}
/**
 * One event, numbered; numbers grow but leave out what this device may not see.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Told".
 */
export interface Told {
  type: "event";
  n: number;
  t: number;
  event:
    | LessonOpened
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
    | Talked;
}
/**
 * The lobby opened; the journal's first line.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LessonOpened".
 */
export interface LessonOpened {
  type: "lesson_opened";
  lesson: string;
  utc: string;
  planned_seconds: number;
  rooms: RoomPlan[];
}
/**
 * A classroom that the plan expects.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "RoomPlan".
 */
export interface RoomPlan {
  participant: string;
  host: boolean;
}
/**
 * A new owner took the lesson up from its journal.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Resumed".
 */
export interface Resumed {
  type: "resumed";
  away_s: number;
  torn_bytes: number;
}
/**
 * The journal could not be written for a while.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "JournalGap".
 */
export interface JournalGap {
  type: "journal_gap";
  since: number;
  events: number;
}
/**
 * The teacher pressed 上课.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LessonStarted".
 */
export interface LessonStarted {
  type: "lesson_started";
  by: string | null;
}
/**
 * The lesson is over; the journal's last line.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LessonEnded".
 */
export interface LessonEnded {
  type: "lesson_ended";
  reason: EndReason;
  by: string | null;
}
/**
 * A person or classroom is in the lesson, for the first time or again after it left.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ParticipantJoined".
 */
export interface ParticipantJoined {
  type: "participant_joined";
  participant: string;
  role: Role;
  host: boolean;
}
/**
 * A participant has no device here any more.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ParticipantLeft".
 */
export interface ParticipantLeft {
  type: "participant_left";
  participant: string;
  reason: LeaveReason;
  by?: string | null;
  barred?: boolean;
}
/**
 * A page or a `tongke room` of a participant said hello, or came back after it had left.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DeviceJoined".
 */
export interface DeviceJoined {
  type: "device_joined";
  participant: string;
  device: string;
  role: Role;
  secret_hash: string;
  encodes: Codec[];
  decodes: Codec[];
  loudspeaker?: boolean;
}
/**
 * Somebody came as a pupil whose name the lesson does not know; a teacher is to let it in.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PupilWaits".
 */
export interface PupilWaits {
  type: "pupil_waits";
  participant: string;
  device: string;
  secret_hash: string;
  encodes: Codec[];
  decodes: Codec[];
  loudspeaker?: boolean;
}
/**
 * A teacher let a waiting pupil in; it joins with the next events.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PupilAdmitted".
 */
export interface PupilAdmitted {
  type: "pupil_admitted";
  participant: string;
  device: string;
  by: string;
}
/**
 * A teacher does not know a waiting pupil.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PupilTurnedAway".
 */
export interface PupilTurnedAway {
  type: "pupil_turned_away";
  participant: string;
  device: string;
  by: string;
}
/**
 * A waiting pupil went away before anybody decided.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PupilGaveUp".
 */
export interface PupilGaveUp {
  type: "pupil_gave_up";
  participant: string;
  device: string;
  reason: LeaveReason;
}
/**
 * A silent inspector watches; told to nobody.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "InspectorJoined".
 */
export interface InspectorJoined {
  type: "inspector_joined";
  participant: string;
  device: string;
  secret_hash: string;
  encodes?: Codec[];
  decodes?: Codec[];
}
/**
 * A silent inspector is gone; told to nobody.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "InspectorLeft".
 */
export interface InspectorLeft {
  type: "inspector_left";
  participant: string;
  device: string;
}
/**
 * Nothing was heard of a device for 5 s; it may resume.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DeviceAway".
 */
export interface DeviceAway {
  type: "device_away";
  participant: string;
  device: string;
  heard_at: number;
}
/**
 * A device that was away resumed before it was given up.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DeviceBack".
 */
export interface DeviceBack {
  type: "device_back";
  participant: string;
  device: string;
}
/**
 * A device said goodbye, was removed, or has been without a socket for 60 s.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DeviceLeft".
 */
export interface DeviceLeft {
  type: "device_left";
  participant: string;
  device: string;
  reason: LeaveReason;
  heard_at: number;
}
/**
 * A source has packets, or has them again from another device or peer.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SourcePublished".
 */
export interface SourcePublished {
  type: "source_published";
  source: string;
  kind: Kind;
  device: string;
  codec: Codec;
}
/**
 * A running source was switched to a codec that everyone can decode.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SourceCodecChanged".
 */
export interface SourceCodecChanged {
  type: "source_codec_changed";
  source: string;
  codec: Codec;
}
/**
 * A source was turned on or off at its device (camera off, microphone switched off by hand).
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SourceEnabled".
 */
export interface SourceEnabled {
  type: "source_enabled";
  source: string;
  on: boolean;
}
/**
 * A source is no more.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SourceEnded".
 */
export interface SourceEnded {
  type: "source_ended";
  source: string;
}
/**
 * Lecture or discussion.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ModeSet".
 */
export interface ModeSet {
  type: "mode_set";
  mode: Mode;
}
/**
 * A participant is asked to speak: its microphone opens and it is shown large.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Called".
 */
export interface Called {
  type: "called";
  participant: string;
}
/**
 * The called participant's turn is over.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SentBack".
 */
export interface SentBack {
  type: "sent_back";
  participant: string;
  turn_s: number;
}
/**
 * A hand went up.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HandRaised".
 */
export interface HandRaised {
  type: "hand_raised";
  participant: string;
}
/**
 * A hand went down.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HandLowered".
 */
export interface HandLowered {
  type: "hand_lowered";
  participant: string;
}
/**
 * A receiving room's teacher said how her class follows; changes nothing.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PaceSignalled".
 */
export interface PaceSignalled {
  type: "pace_signalled";
  participant: string;
  pace: Pace;
}
/**
 * Every microphone but the host room's was closed, and discussion or a call ended with it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "MutedAll".
 */
export interface MutedAll {
  type: "muted_all";
}
/**
 * Newcomers are let in or not.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LockSet".
 */
export interface LockSet {
  type: "lock_set";
  on: boolean;
}
/**
 * The teacher allowed or forbade the pupils something.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SwitchSet".
 */
export interface SwitchSet {
  type: "switch_set";
  switch: Switch;
  on: boolean;
}
/**
 * One-key pause: no picture and no sound passes and none is recorded.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PauseSet".
 */
export interface PauseSet {
  type: "pause_set";
  on: boolean;
}
/**
 * One-key ban: only the host room speaks, shows and writes.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "BanSet".
 */
export interface BanSet {
  type: "ban_set";
  on: boolean;
}
/**
 * The teacher chose the layout for all.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LayoutSet".
 */
export interface LayoutSet {
  type: "layout_set";
  layout: Layout;
}
/**
 * The one device of a participant whose microphone and loudspeaker are open.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "AudioMasterSet".
 */
export interface AudioMasterSet {
  type: "audio_master_set";
  participant: string;
  device: string | null;
}
/**
 * A line of chat; erasable.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ChatSent".
 */
export interface ChatSent {
  type: "chat_sent";
  participant: string;
  text: string;
}
/**
 * 悄悄话: a line between the teachers of a receiving room and of the host room; erasable.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Whispered".
 */
export interface Whispered {
  type: "whispered";
  participant: string;
  host: string;
  by_host: boolean;
  text: string;
}
/**
 * Whether a source may be recorded, and why.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ConsentDecided".
 */
export interface ConsentDecided {
  type: "consent_decided";
  source: string;
  allowed: boolean;
  reason: string;
}
/**
 * The host says that the pupils of a room who are not to be recorded sit out of view.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SeatingConfirmed".
 */
export interface SeatingConfirmed {
  type: "seating_confirmed";
  participant: string;
  by: string;
}
/**
 * A stretch of a source is not in its recording.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "RecordingGap".
 */
export interface RecordingGap {
  type: "recording_gap";
  source: string;
  start: number;
  end: number;
  reason: GapReason;
}
/**
 * Whether the lesson is being kept.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "RecordingStateSet".
 */
export interface RecordingStateSet {
  type: "recording_state_set";
  on: boolean;
  reason: string;
}
/**
 * One participant's link over the last minute; facts for the technician.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Summary".
 */
export interface Summary {
  type: "summary";
  participant: string;
  device: string;
  rtt_ms: number;
  clock_offset_ms: number;
  loss: number;
}
/**
 * What a participant gets for what its line carries has changed, for some seconds at least.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LinkStepped".
 */
export interface LinkStepped {
  type: "link_stepped";
  participant: string;
  step: LinkStep;
  reason: LinkReason;
  available_kbps?: number | null;
}
/**
 * A classroom's microphone was talked into; told of no pupil at home.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Talked".
 */
export interface Talked {
  type: "talked";
  participant: string;
  source: string;
  began: number;
  ended: number;
  talked_s: number;
}
/**
 * The lesson for whoever comes late.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "State".
 */
export interface State {
  type: "state";
  state: LessonState;
}
/**
 * The whole lesson, as it stands after event `n`, for one audience; the fold of its events.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LessonState".
 */
export interface LessonState {
  n: number;
  phase: Phase;
  started: number | null;
  planned_seconds: number;
  mode: Mode;
  called: string | null;
  called_since: number | null;
  locked: boolean;
  paused: boolean;
  banned: boolean;
  switches: {
    [k: string]: boolean;
  };
  layout: Layout;
  participants: ParticipantState[];
  sources: SourceState[];
  hands: HandState[];
  chat: ChatState[];
  whispers?: WhisperState[];
  recording: boolean;
  recording_reason: string;
  waiting?: WaitingState[];
}
/**
 * A participant as a late joiner sees it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ParticipantState".
 */
export interface ParticipantState {
  participant: string;
  role: Role;
  host: boolean;
  devices: DeviceState[];
  audio_master: string | null;
}
/**
 * A device as a late joiner sees it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DeviceState".
 */
export interface DeviceState {
  device: string;
  role: Role;
  away: boolean;
}
/**
 * A source as a late joiner sees it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SourceState".
 */
export interface SourceState {
  source: string;
  kind: Kind;
  device: string;
  codec: Codec;
  on: boolean;
  recorded: boolean;
  consent?: string;
}
/**
 * A raised hand.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HandState".
 */
export interface HandState {
  participant: string;
  since: number;
}
/**
 * A line of chat.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ChatState".
 */
export interface ChatState {
  n: number;
  t: number;
  participant: string;
  text: string;
}
/**
 * A line between the teachers of two rooms.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WhisperState".
 */
export interface WhisperState {
  n: number;
  t: number;
  participant: string;
  by_host: boolean;
  text: string;
}
/**
 * A pupil who waits to be let in.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitingState".
 */
export interface WaitingState {
  participant: string;
  since: number;
}
/**
 * Names; sent after `Welcome` and before a newcomer's first event.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "People".
 */
export interface People {
  type: "people";
  people: Person[];
}
/**
 * A name for an id; journals hold none.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Person".
 */
export interface Person {
  participant: string;
  name: string;
}
/**
 * Every 2 s: what changes too often to be a fact. May be lost.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Pulse".
 */
export interface Pulse {
  type: "pulse";
  speaking: string[];
  links: LinkQuality[];
  recorded: RecordedSource[];
  free_space: number | null;
  hands_over_at: number | null;
}
/**
 * How good the link of a participant is just now; a move, not a fact.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LinkQuality".
 */
export interface LinkQuality {
  participant: string;
  rtt_ms: number | null;
  loss: number;
  step?: LinkStep | null;
  reason?: LinkReason | null;
}
/**
 * That a source's bytes reach the disk.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "RecordedSource".
 */
export interface RecordedSource {
  source: string;
  written: number;
  key_frame_age_s: number;
  trouble: GapReason | null;
}
/**
 * The lesson goes on at another server: say hello there, with `resume`; `Closed` follows.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Moved".
 */
export interface Moved {
  type: "moved";
  url: string;
}
/**
 * The last message of a connection that the server ends.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Closed".
 */
export interface Closed {
  type: "closed";
  code: Code;
  data: {
    [k: string]: string | number;
  };
  may_resume: boolean;
}
/**
 * One lesson for one viewer.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Replay".
 */
export interface Replay {
  lesson: string;
  title: string;
  duration: number;
  started: number | null;
  people: Person[];
  tracks: Track[];
  events: Told[];
  talk: TalkTime[];
  initial: LessonState;
}
/**
 * One source.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Track".
 */
export interface Track {
  source: string;
  participant: string;
  kind: Kind;
  parts: Part[];
  gaps: Gap[];
}
/**
 * One file of a track.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Part".
 */
export interface Part {
  file: string;
  container: string;
  codec: Codec;
  mime: string;
  start: number;
  end: number;
  init: unknown[];
  segments: unknown[][];
}
/**
 * A stretch that is not kept.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Gap".
 */
export interface Gap {
  start: number;
  end: number;
  reason: GapReason;
}
/**
 * How long one classroom talked.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TalkTime".
 */
export interface TalkTime {
  participant: string;
  seconds: number;
  share: number;
}
