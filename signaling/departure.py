"""Who goes: goodbye, silence, removal, a server that was away (pure deciders over the fold)."""

from collections.abc import Callable, Sequence

from signaling import events as ev
from signaling.clock import stamp
from signaling.errors import Code, UserError
from signaling.events import Event, LeaveReason, Phase, Role
from signaling.ids import DeviceId, ParticipantId
from signaling.messages import Remove
from signaling.seats import Member, Seat
from signaling.state import Fold

AWAY_AFTER = 5.0
"""Seconds of silence after which a device is shown as away."""
GONE_AFTER = 60.0
"""Seconds of silence after which a device is given up: link lost; it may still resume."""


def depart(
    fold: Fold,
    seats: Sequence[Seat],
    reason: LeaveReason,
    now: float,
    ended: Callable[[Seat], float] = lambda seat: seat.heard,
) -> list[Event]:
    """These devices go, with their sources; a participant goes with its last device.

    `ended` says when a device's presence ended, lesson time in seconds.
    """
    events: list[Event] = []
    for seat in seats:
        who, device = seat.participant, seat.device
        if seat.role is Role.INSPECTOR:
            events.append(ev.InspectorLeft(participant=who, device=device))
        elif seat.waits:
            events.append(ev.PupilGaveUp(participant=who, device=device, reason=reason))
    for member in fold.members.values():
        if member.role is not Role.INSPECTOR:
            going = [seat for seat in seats if seat in member.seats]
            events += _depart_of(fold, member, going, reason, now, ended) if going else []
    return events


def _depart_of(
    fold: Fold,
    member: Member,
    going: Sequence[Seat],
    reason: LeaveReason,
    now: float,
    ended: Callable[[Seat], float],
) -> list[Event]:
    """Some devices of one participant go."""
    who = member.participant
    devices = {seat.device for seat in going}
    last = len(going) == len(member.seats)
    events: list[Event] = [
        ev.SourceEnded(source=source.source)
        for source in fold.sources.values()
        if source.device in devices
    ]
    if last:
        events += [*turn_over(fold, now, who), *hand_down(fold, who)]
    events += [
        ev.DeviceLeft(
            participant=who, device=seat.device, reason=reason, heard_at=stamp(ended(seat))
        )
        for seat in going
    ]
    if member.master in devices:
        events.append(ev.AudioMasterSet(participant=who, device=_heir(member, going)))
    if last and reason is not LeaveReason.REMOVED:
        events.append(ev.ParticipantLeft(participant=who, reason=reason))
    return events


def _heir(member: Member, going: Sequence[Seat]) -> DeviceId | None:
    """The next device that may be the audio master."""
    able = (seat.device for seat in member.seats if seat not in going and seat.loudspeaker)
    return next(able, None)


def turn_over(fold: Fold, now: float, who: ParticipantId | None = None) -> list[Event]:
    """The end of the turn of whoever is called, or of `who` if that is called; else nothing."""
    if fold.called is None or fold.called_since is None or who not in (None, fold.called):
        return []
    turn = stamp(now - fold.called_since)
    return [ev.SentBack(participant=fold.called, turn_s=turn)]


def hand_down(fold: Fold, who: ParticipantId) -> list[Event]:
    """A participant's hand goes down, if it is up."""
    return [ev.HandLowered(participant=who)] if who in fold.hands else []


def goodbye(fold: Fold, seat: Seat, now: float) -> list[Event]:
    """A device says that it leaves."""
    if fold.phase is Phase.ENDED:
        return []
    return depart(fold, [seat], LeaveReason.LEFT, now, lambda _: now)


def remove(fold: Fold, by: Seat, command: Remove, now: float) -> list[Event]:
    """移出: every device of a participant goes; barred, it may not come back."""
    who = command.participant
    member = fold.members.get(who)
    if who not in fold.known:
        raise UserError(Code.NO_SUCH_PARTICIPANT)
    if member is not None and member.host:
        raise UserError(Code.NOT_ALLOWED)
    seats = member.seats if member is not None else []
    if not seats and not command.bar:
        raise UserError(Code.NOT_HERE)
    left = ev.ParticipantLeft(
        participant=who, reason=LeaveReason.REMOVED, by=by.device, barred=command.bar
    )
    ended = depart(fold, seats, LeaveReason.REMOVED, now, lambda s: s.heard if s.away else now)
    return [*ended, left]


def restarted(fold: Fold, away_s: float, torn_bytes: int, now: float) -> list[Event]:
    """A new owner: whoever was here is given up if the server was away longer than a device may."""
    events: list[Event] = [ev.Resumed(away_s=stamp(away_s), torn_bytes=torn_bytes)]
    if away_s < GONE_AFTER or fold.phase is Phase.ENDED:
        return events
    before = now - away_s
    here = list(fold.seats_here())

    def ended(seat: Seat) -> float:
        return seat.heard if seat.away else max(seat.heard, before)

    return [*events, *depart(fold, here, LeaveReason.LINK_LOST, now, ended)]


def silent(fold: Fold, now: float) -> list[Event]:
    """Devices that were not heard of: away after 5 s, given up after 60 s; and back after all."""
    if fold.phase is Phase.ENDED:
        return []
    gone = [seat for seat in fold.seats_here() if now >= seat.since + GONE_AFTER]
    away: list[Event] = [
        ev.DeviceAway(participant=seat.participant, device=seat.device, heard_at=stamp(seat.heard))
        for seat in fold.seats_here()
        if _is_newly_away(seat, now)
    ]
    back: list[Event] = [
        ev.DeviceBack(participant=seat.participant, device=seat.device)
        for seat in fold.seats_here()
        if _is_back(seat)
    ]
    return [*away, *back, *depart(fold, gone, LeaveReason.LINK_LOST, now)]


def _is_newly_away(seat: Seat, now: float) -> bool:
    """Whether to say now that a device is away; never of one that nobody has seen come."""
    told = seat.away or _is_unseen(seat)
    return not told and seat.since + AWAY_AFTER <= now < seat.since + GONE_AFTER


def _is_unseen(seat: Seat) -> bool:
    """Whether it is a silent inspector's, or that of somebody who was not let in yet."""
    return seat.role is Role.INSPECTOR or seat.waits


def _is_back(seat: Seat) -> bool:
    """Whether a device that was called away was heard after that on its old connection."""
    return seat.away and seat.heard > seat.missed + 0.001


def next_silence(fold: Fold) -> float | None:
    """When `silent` has something to say at the earliest."""
    return min((_silent_at(seat) for seat in fold.seats_here()), default=None)


def _silent_at(seat: Seat) -> float:
    """When this device is next called away or gone."""
    if _is_back(seat):
        return seat.heard
    waits = seat.away or _is_unseen(seat)
    return seat.since + (GONE_AFTER if waits else AWAY_AFTER)
