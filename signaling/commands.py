"""What a command causes: rights first, then one small decider for each (pure, over the fold)."""

from functools import singledispatch

from signaling import departure, publishing, waiting
from signaling import events as ev
from signaling import messages as ms
from signaling.departure import hand_down, turn_over
from signaling.errors import Code, UserError
from signaling.events import EndReason, Event, Mode, Pace, Phase, Role, Switch
from signaling.messages import Command
from signaling.seats import Member, Seat
from signaling.state import Fold

OF_THE_HOST = (
    ms.StartLesson,
    ms.EndLesson,
    ms.SetMode,
    ms.Call,
    ms.MuteAll,
    ms.SetLock,
    ms.Remove,
    ms.SetSwitch,
    ms.SetPause,
    ms.SetBan,
    ms.SetLayout,
    ms.ConfirmSeating,
)
"""Commands that only a teacher's device of the host room may give."""

OF_TEACHERS = (ms.Admit, ms.TurnAway)
"""Commands that a teacher's device of any room of the lesson may give."""

OF_ANYONE = (ms.Leave,)
"""Commands that viewers, silent inspectors and pupils who wait may give too."""


def leads(fold: Fold, seat: Seat) -> bool:
    """Whether a device may give the host's commands."""
    member = fold.members.get(seat.participant)
    return seat.role is Role.TEACHER and member is not None and member.host


def decide(fold: Fold, seat: Seat, command: Command, now: float) -> list[Event]:
    """The events that a command causes; raises `UserError` when it is not for now or not for it."""
    if not _may_give(fold, seat, command):
        raise UserError(Code.NOT_ALLOWED)
    if fold.phase is Phase.ENDED and not isinstance(command, OF_ANYONE):
        raise UserError(Code.LESSON_OVER)
    return _decide(command, fold, seat, now)


def _may_give(fold: Fold, seat: Seat, command: Command) -> bool:
    """Whether a command is for a device of this kind at all."""
    if isinstance(command, OF_ANYONE):
        return True
    if seat.waits or seat.role in (Role.VIEWER, Role.INSPECTOR):
        return False
    if isinstance(command, OF_TEACHERS):
        return seat.role is Role.TEACHER
    return not isinstance(command, OF_THE_HOST) or leads(fold, seat)


def finish(fold: Fold, reason: EndReason, by: Seat | None, now: float) -> list[Event]:
    """The lesson's last events; nothing if it is over."""
    if fold.phase is Phase.ENDED:
        return []
    ended = ev.LessonEnded(reason=reason, by=by.device if by else None)
    return [*turn_over(fold, now), ended]


def _member(fold: Fold, seat: Seat) -> Member:
    """The participant of a device that is here."""
    member = fold.members.get(seat.participant)
    if member is None:
        raise UserError(Code.NO_SUCH_PARTICIPANT)
    return member


@singledispatch
def _decide(command: Command, fold: Fold, seat: Seat, now: float) -> list[Event]:
    """`Offer` and `View` are not for the floor: they cause nothing here."""
    return []


@_decide.register
def _(command: ms.StartLesson, fold: Fold, seat: Seat, now: float) -> list[Event]:
    if fold.phase is Phase.LIVE:
        raise UserError(Code.ALREADY_STARTED)
    return [ev.LessonStarted(by=seat.device)]


@_decide.register
def _(command: ms.EndLesson, fold: Fold, seat: Seat, now: float) -> list[Event]:
    if command.stopped:
        return finish(fold, EndReason.STOPPED, seat, now)
    if fold.phase is Phase.LOBBY:
        raise UserError(Code.NOT_STARTED)
    return finish(fold, EndReason.ENDED, seat, now)


@_decide.register
def _(command: ms.SetMode, fold: Fold, seat: Seat, now: float) -> list[Event]:
    changed = [] if fold.mode is command.mode else [ev.ModeSet(mode=command.mode)]
    return [*turn_over(fold, now), *changed]


@_decide.register
def _(command: ms.Call, fold: Fold, seat: Seat, now: float) -> list[Event]:
    who = command.participant
    member = fold.members.get(who)
    if member is None or member.role is Role.INSPECTOR:
        raise UserError(Code.NO_SUCH_PARTICIPANT)
    if member.host or member.role is Role.VIEWER:
        raise UserError(Code.NOT_ALLOWED)
    if not member.seats:
        raise UserError(Code.NOT_HERE)
    if fold.paused or fold.banned:
        raise UserError(Code.PAUSED if fold.paused else Code.BANNED)
    if fold.called == who:
        return []
    return [*turn_over(fold, now), *hand_down(fold, who), ev.Called(participant=who)]


@_decide.register
def _(command: ms.SendBack, fold: Fold, seat: Seat, now: float) -> list[Event]:
    if fold.called != seat.participant and not leads(fold, seat):
        raise UserError(Code.NOT_ALLOWED)
    if fold.called is None:
        raise UserError(Code.NOT_CALLED)
    return turn_over(fold, now)


@_decide.register
def _(command: ms.RaiseHand, fold: Fold, seat: Seat, now: float) -> list[Event]:
    if _member(fold, seat).host:
        raise UserError(Code.NOT_ALLOWED)
    if fold.banned:
        raise UserError(Code.BANNED)
    if seat.participant in fold.hands:
        return []
    return [ev.HandRaised(participant=seat.participant)]


@_decide.register
def _(command: ms.LowerHand, fold: Fold, seat: Seat, now: float) -> list[Event]:
    who = command.participant or seat.participant
    if who != seat.participant and not leads(fold, seat):
        raise UserError(Code.NOT_ALLOWED)
    return hand_down(fold, who)


@_decide.register
def _(command: ms.SignalPace, fold: Fold, seat: Seat, now: float) -> list[Event]:
    if seat.role is not Role.TEACHER or _member(fold, seat).host:
        raise UserError(Code.NOT_ALLOWED)
    if fold.phase is Phase.LOBBY and command.pace is not Pace.HELP:
        raise UserError(Code.NOT_STARTED)
    return [ev.PaceSignalled(participant=seat.participant, pace=command.pace)]


@_decide.register
def _(command: ms.ConfirmSeating, fold: Fold, seat: Seat, now: float) -> list[Event]:
    room = fold.members.get(command.participant)
    if room is None or not room.planned:
        raise UserError(Code.NO_SUCH_PARTICIPANT)
    if room.participant in fold.seated:
        return []
    return [ev.SeatingConfirmed(participant=room.participant, by=seat.device)]


@_decide.register
def _(command: ms.MuteAll, fold: Fold, seat: Seat, now: float) -> list[Event]:
    if fold.mode is Mode.LECTURE and fold.called is None:
        return []
    return [*turn_over(fold, now), ev.MutedAll()]


@_decide.register
def _(command: ms.SetLock, fold: Fold, seat: Seat, now: float) -> list[Event]:
    return [] if fold.locked == command.on else [ev.LockSet(on=command.on)]


@_decide.register
def _(command: ms.Remove, fold: Fold, seat: Seat, now: float) -> list[Event]:
    return departure.remove(fold, seat, command, now)


@_decide.register
def _(command: ms.Admit, fold: Fold, seat: Seat, now: float) -> list[Event]:
    return waiting.admit(fold, seat, command)


@_decide.register
def _(command: ms.TurnAway, fold: Fold, seat: Seat, now: float) -> list[Event]:
    return waiting.turn_away(fold, seat, command)


@_decide.register
def _(command: ms.SetSwitch, fold: Fold, seat: Seat, now: float) -> list[Event]:
    if fold.switches[command.switch] == command.on:
        return []
    return [ev.SwitchSet(switch=command.switch, on=command.on)]


@_decide.register
def _(command: ms.SetPause, fold: Fold, seat: Seat, now: float) -> list[Event]:
    return [] if fold.paused == command.on else [ev.PauseSet(on=command.on)]


@_decide.register
def _(command: ms.SetBan, fold: Fold, seat: Seat, now: float) -> list[Event]:
    if fold.banned == command.on:
        return []
    return [*(turn_over(fold, now) if command.on else []), ev.BanSet(on=command.on)]


@_decide.register
def _(command: ms.SetLayout, fold: Fold, seat: Seat, now: float) -> list[Event]:
    return [] if fold.layout is command.layout else [ev.LayoutSet(layout=command.layout)]


@_decide.register
def _(command: ms.EnableSource, fold: Fold, seat: Seat, now: float) -> list[Event]:
    return publishing.enable(fold, seat, command)


@_decide.register
def _(command: ms.SetAudioMaster, fold: Fold, seat: Seat, now: float) -> list[Event]:
    member = _member(fold, seat)
    chosen = next((one for one in member.seats if one.device == command.device), None)
    if chosen is None:
        raise UserError(Code.NO_SUCH_DEVICE)
    if not chosen.loudspeaker:
        raise UserError(Code.NOT_ALLOWED)
    if member.master == chosen.device:
        return []
    return [ev.AudioMasterSet(participant=member.participant, device=chosen.device)]


@_decide.register
def _(command: ms.SendChat, fold: Fold, seat: Seat, now: float) -> list[Event]:
    member = _member(fold, seat)
    if fold.banned and not member.host:
        raise UserError(Code.BANNED)
    if seat.role is Role.PUPIL and not fold.switches[Switch.CHAT]:
        raise UserError(Code.CHAT_OFF)
    return [ev.ChatSent(participant=seat.participant, text=command.text)]


@_decide.register
def _(command: ms.Whisper, fold: Fold, seat: Seat, now: float) -> list[Event]:
    if seat.role is not Role.TEACHER:
        raise UserError(Code.NOT_ALLOWED)
    own = _member(fold, seat)
    room = fold.members.get(command.participant) if own.host and command.participant else own
    if room is None or room.host or not room.planned:
        raise UserError(Code.NO_SUCH_PARTICIPANT)
    host = next(one.participant for one in fold.members.values() if one.host)
    return [
        ev.Whispered(participant=room.participant, host=host, by_host=own.host, text=command.text)
    ]


@_decide.register
def _(command: ms.Leave, fold: Fold, seat: Seat, now: float) -> list[Event]:
    return departure.goodbye(fold, seat, now)
