"""In which codec each source of a lesson runs, so that everyone sees it who can (pure)."""

from collections.abc import Collection, Iterable

from signaling.errors import UserError
from signaling.events import Codec, Kind
from signaling.ids import DeviceId
from signaling.lesson import LiveLesson
from signaling.messages import SourceState
from signaling.negotiation import choose_codec


def choose(lesson: LiveLesson, kind: Kind, device: DeviceId, offered: Collection[Codec]) -> Codec:
    """The codec for a source that `device` offers to send in one of `offered`.

    Whoever plays none of what can be sent does not count: a refusal would not serve it either.

    Raises:
        UserError: `NO_COMMON_CODEC`.
    """
    known = set(lesson.encodes(device)) & set(offered)
    can_send = {codec for codec in known if (codec is Codec.OPUS) is kind.is_sound}
    others = [lesson.decodes(other) for other in _receivers(lesson) if other != device]
    return choose_codec(kind, can_send, [o for o in others if can_send & set(o)])


def to_switch(lesson: LiveLesson, sources: Iterable[SourceState]) -> list[DeviceId]:
    """Devices that must offer again: somebody here can't play what they send, but could."""
    return sorted({source.device for source in sources if _should_switch(lesson, source)})


def _should_switch(lesson: LiveLesson, source: SourceState) -> bool:
    here = _receivers(lesson)
    others = [lesson.decodes(device) for device in here if device != source.device]
    if source.device not in here or all(source.codec in decodes for decodes in others):
        return False
    try:
        best = choose(lesson, source.kind, source.device, lesson.encodes(source.device))
    except UserError:
        return False
    return best is not source.codec


def _receivers(lesson: LiveLesson) -> list[DeviceId]:
    """The devices that may get what is sent; who waits to be let in gets nothing."""
    return [device for device in lesson.present() if not lesson.waits(device)]
