"""Pupils who wait to be let in: they knock, a teacher of the lesson decides (pure deciders).

Whoever waits is told nothing of the lesson, not who is in it either, and may only leave. What it is
called is in the `people` message that teachers get; journals hold no names.
"""

from signaling import events as ev
from signaling.admission import enter, joined
from signaling.errors import Code, UserError
from signaling.events import Event
from signaling.ids import ParticipantId
from signaling.messages import Admit, TurnAway
from signaling.seats import Seat
from signaling.state import Fold


def admit(fold: Fold, by: Seat, command: Admit) -> list[Event]:
    """请进: from now on it is in the lesson like everyone else.

    Raises:
        UserError: nobody of this id waits, or the lesson is full.
    """
    seat = _waiting(fold, command.participant)
    admitted = ev.PupilAdmitted(participant=seat.participant, device=seat.device, by=by.device)
    return [admitted, *enter(fold, joined(seat))]


def turn_away(fold: Fold, by: Seat, command: TurnAway) -> list[Event]:
    """不是我们班的: its connection ends; it may knock again under another name.

    Raises:
        UserError: nobody of this id waits.
    """
    seat = _waiting(fold, command.participant)
    return [ev.PupilTurnedAway(participant=seat.participant, device=seat.device, by=by.device)]


def _waiting(fold: Fold, who: ParticipantId) -> Seat:
    """The device of somebody who waits."""
    seat = fold.waiting.get(who)
    if seat is None:
        raise UserError(Code.NO_SUCH_PARTICIPANT)
    return seat
