"""What a device sends: new, continued, switched and ended sources (pure deciders over the fold)."""

from collections.abc import Mapping

from signaling import events as ev
from signaling.errors import Code, PeerError, UserError
from signaling.events import Codec, Event, Kind, Phase, Role, Switch
from signaling.ids import SourceId, owner_of, source_id
from signaling.messages import EnableSource, Offer, SourceOffer
from signaling.seats import Member, Seat
from signaling.state import Fold

SOURCES_OF_A_ROOM = 8
"""More sources of a classroom are refused."""
SOURCES_OF_A_PUPIL = 4
"""Camera, microphone, screen and its sound."""
SCREENS = (Kind.SCREEN, Kind.SCREEN_SOUND)


def offered(fold: Fold, seat: Seat, offer: Offer, codecs: Mapping[str, Codec]) -> list[Event]:
    """The sources of an upward offer; what it does not name any more has ended."""
    member = fold.members.get(seat.participant)
    if member is None or seat.role in (Role.VIEWER, Role.INSPECTOR):
        raise UserError(Code.NOT_ALLOWED)
    if fold.phase is Phase.ENDED:
        raise UserError(Code.LESSON_OVER)
    _check_shape(offer)
    for one in offer.sources:
        _check(fold, seat, member, one)
    named = {source_id(member.participant, one.name): one for one in offer.sources}
    _check_number(fold, member, set(named), seat)
    ended: list[Event] = [
        ev.SourceEnded(source=source.source)
        for source in fold.sources.values()
        if source.device == seat.device and source.source not in named
    ]
    for source, one in named.items():
        ended += _publish(fold, seat, source, one, codecs[one.mid])
    return ended


def _check_shape(offer: Offer) -> None:
    """Each section carries one source and each source has one section."""
    mids = {one.mid for one in offer.sources}
    names = {one.name for one in offer.sources}
    if not len(mids) == len(names) == len(offer.sources):
        raise PeerError(Code.MALFORMED)
    if any((one.name == "microphone") != (one.kind is Kind.MICROPHONE) for one in offer.sources):
        raise PeerError(Code.MALFORMED)


def _check(fold: Fold, seat: Seat, member: Member, one: SourceOffer) -> None:
    """Whether this device may send this source; what runs already may always come again."""
    if one.kind is Kind.MICROPHONE and member.master != seat.device:
        raise UserError(Code.SECOND_MICROPHONE)
    known = fold.sources.get(source_id(member.participant, one.name))
    if known is not None and known.kind is not one.kind:
        raise PeerError(Code.MALFORMED)
    if known is not None or one.kind not in SCREENS or member.host:
        return
    if fold.banned:
        raise UserError(Code.BANNED)
    if seat.role is Role.PUPIL and not fold.switches[Switch.SHARING]:
        raise UserError(Code.SHARING_OFF)


def _check_number(fold: Fold, member: Member, named: set[SourceId], seat: Seat) -> None:
    """A participant's other devices' sources and these are not too many."""
    others = {
        source.source
        for source in fold.sources.values()
        if owner_of(source.source) == member.participant and source.device != seat.device
    }
    most = SOURCES_OF_A_PUPIL if seat.role is Role.PUPIL else SOURCES_OF_A_ROOM
    if len(others | named) > most:
        raise UserError(Code.TOO_MANY_SOURCES, most=most)


def _publish(
    fold: Fold, seat: Seat, source: SourceId, one: SourceOffer, codec: Codec
) -> list[Event]:
    """One source: published if new or another device's, else what changed of it."""
    known = fold.sources.get(source)
    events: list[Event] = []
    on = known is None or known.on
    if known is None or known.device != seat.device:
        on = True
        events.append(
            ev.SourcePublished(source=source, kind=one.kind, device=seat.device, codec=codec)
        )
    elif known.codec is not codec:
        events.append(ev.SourceCodecChanged(source=source, codec=codec))
    if one.enabled != on:
        events.append(ev.SourceEnabled(source=source, on=one.enabled))
    return events


def enable(fold: Fold, seat: Seat, command: EnableSource) -> list[Event]:
    """Turn an own source on or off; on only if the teacher has not switched it off for pupils."""
    source = fold.sources.get(command.source)
    if source is None:
        raise UserError(Code.NO_SUCH_SOURCE)
    if owner_of(source.source) != seat.participant:
        raise UserError(Code.NOT_ALLOWED)
    if command.on and seat.role is Role.PUPIL and fold.called != seat.participant:
        _check_switch(fold, source.kind)
    if source.on == command.on:
        return []
    return [ev.SourceEnabled(source=command.source, on=command.on)]


def _check_switch(fold: Fold, kind: Kind) -> None:
    """Whether the pupils may turn on this kind just now."""
    switch, code = {
        Kind.CAMERA: (Switch.CAMERA, Code.CAMERA_OFF),
        Kind.CLASS_CAMERA: (Switch.CAMERA, Code.CAMERA_OFF),
        Kind.MICROPHONE: (Switch.MICROPHONE, Code.MICROPHONE_OFF),
        Kind.SCREEN: (Switch.SHARING, Code.SHARING_OFF),
        Kind.SCREEN_SOUND: (Switch.SHARING, Code.SHARING_OFF),
    }[kind]
    if not fold.switches[switch]:
        raise UserError(code)
