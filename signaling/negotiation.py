"""From a device's offer to an agreement to our answer (RFC 8829).

A device has two peers and always offers. *Up* sends, each section one source in one codec; *down*
receives into a fixed pool of slots. Whatever is wrong with an offer is a `PeerError` with
`bad_sdp`. Pure.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from signaling import slots
from signaling.agreement import Agreement, Payload, Section
from signaling.answer import answer
from signaling.errors import Code, UserError
from signaling.events import Codec, Kind
from signaling.ids import SourceId
from signaling.messages import Slot
from signaling.offer import SECTION_LIMIT, Media, bad_sdp, read_offer
from signaling.rtp.extensions import (
    ABS_SEND_TIME,
    AUDIO_LEVEL,
    MID,
    REPAIRED_RID,
    RID,
    TRANSPORT_CC,
)

__all__ = [
    "SSRCS",
    "agree_down",
    "agree_reflected",
    "agree_up",
    "answer",
    "choose_codec",
    "offered",
]

SSRCS = 2 * SECTION_LIMIT
"""How many random SSRCs are enough for any down peer."""
START_KBPS = 2000
"""Bitrate a publisher begins with. Chromium 156 sent 1280×720 after 6 s with it; without it began
with 300 and 320×180 and took 18 s, on a free line. A thin line brings it down within a second."""

_PREFERENCE: dict[Kind, tuple[Codec, ...]] = {
    Kind.CAMERA: (Codec.H264, Codec.VP8),
    Kind.CLASS_CAMERA: (Codec.H264, Codec.VP8),
    Kind.SCREEN: (Codec.VP9, Codec.H264, Codec.VP8),
    Kind.MICROPHONE: (Codec.OPUS,),
    Kind.SCREEN_SOUND: (Codec.OPUS,),
}
_FEEDBACK = {
    "up": ("nack", "nack pli", "ccm fir", "goog-remb", "transport-cc"),
    "down": ("nack", "nack pli", "ccm fir", "goog-remb", "transport-cc"),
}
_EXTENSIONS = {
    "up": (MID, AUDIO_LEVEL, ABS_SEND_TIME, TRANSPORT_CC),
    "down": (MID, ABS_SEND_TIME, TRANSPORT_CC),
}
_SENDS = {"up": ("sendonly", "sendrecv"), "down": ("recvonly", "sendrecv")}

_LAYERED_CODECS = (Codec.H264, Codec.VP8)


def choose_codec(
    kind: Kind, can_send: Collection[Codec], receivers: Iterable[Collection[Codec]]
) -> Codec:
    """The codec of a source: the first of its kind's that it can send and every receiver decodes.

    A receiver that decodes nothing at all only sends and is left out. Raises `UserError` with
    `no_common_codec` if there is none.
    """
    playing = [set(decodes) for decodes in receivers if decodes]
    for codec in _PREFERENCE[kind]:
        if codec in can_send and all(codec in decodes for decodes in playing):
            return codec
    raise UserError(Code.NO_COMMON_CODEC, kind=kind.value)


def offered(offer: str) -> dict[str, tuple[Codec, ...]]:
    """What each section that sends can send, by its mid, in the device's order."""
    return {
        media.mid: tuple(payload.codec for payload in media.payloads)
        for media in read_offer(offer)
        if media.direction in _SENDS["up"]
    }


def agree_up(
    offer: str,
    chosen: Mapping[str, tuple[SourceId, Codec]],
    rows: Mapping[str, int] = MappingProxyType({}),
) -> Agreement:
    """The agreement with a device that sends; `chosen` gives each mid its source and codec.

    A picture in H.264 or VP8 that is offered in layers is taken in them; `rows` are those of
    pictures by mid, where they are known.
    A section that is not chosen is kept, inactive. A new offer of the same peer is read in the
    same way: sections may be added, stopped, or change their codec.
    """
    found = read_offer(offer)
    sending = {media.mid for media in found if media.direction in _SENDS["up"]}
    if not chosen.keys() <= sending:
        raise bad_sdp("a source has no section")
    sections = (_up_section(media, chosen.get(media.mid)) for media in found)
    sized = tuple(replace(each, rows=rows.get(each.mid, 0)) for each in sections)
    return _agreement("up", found, sized)


def agree_down(
    offer: str, ssrcs: Sequence[int], known: Agreement | None
) -> tuple[Agreement, tuple[Slot, ...]]:
    """The agreement with a device that receives, and its slots.

    `ssrcs` are `SSRCS` random numbers, none twice, from which new sections take theirs; the
    sections of `known`, the peer's agreement so far, keep what they have.
    """
    found = read_offer(offer)
    places = slots.layout([media.kind for media in found])
    if places is None or not any(media.direction in _SENDS["down"] for media in found):
        raise bad_sdp("the sections are no pool of slots")
    kept = {section.mid: section.ssrcs for section in known.sections} if known else {}
    fresh = iter(sorted(set(ssrcs) - {ssrc for pair in kept.values() for ssrc in pair}))
    sections = []
    for media, place in zip(found, places, strict=True):
        count = 2 if media.kind == "video" else 1
        own = kept.get(media.mid) or tuple(next(fresh) for _ in range(count))
        sections.append(_down_section(media, place, own))
    pool = tuple(
        Slot(mid=section.mid, use=place.use, pair=place.pair)
        for section, place in zip(sections, places, strict=True)
        if section.active
    )
    return _agreement("down", found, tuple(sections)), pool


def agree_reflected(up: str, down: str, source: SourceId, ssrc: int) -> tuple[Agreement, Agreement]:
    """The agreements with a device that gets back what it sends, so that it can count losses.

    One picture in VP8, which every browser has; where either end has none, nothing is carried.
    Nothing is repaired: what is sent again would hide what was lost.
    """
    sends = [mid for mid, codecs in offered(up).items() if Codec.VP8 in codecs]
    found = read_offer(down)
    plays = [media.mid for media in found if _plays(media)]
    mids = list(zip(sends, plays, strict=False))[:1]
    sent = agree_up(up, {mid: (source, Codec.VP8) for mid, _ in mids})
    wanted = {mid for _, mid in mids}
    sections = tuple(
        _down_section(media, slots.Place("camera", 0), (ssrc,))
        if media.mid in wanted
        else _section(media, "down", media.payloads, active=False)
        for media in found
    )
    return _unrepaired(sent), _unrepaired(_agreement("down", found, sections))


def _plays(media: Media) -> bool:
    plays = any(payload.codec is Codec.VP8 for payload in media.payloads)
    return plays and media.direction in _SENDS["down"]


def _unrepaired(agreement: Agreement) -> Agreement:
    """The same in VP8 alone, without retransmission (RFC 4585, 4588)."""
    return replace(agreement, sections=tuple(map(_once, agreement.sections)))


def _once(section: Section) -> Section:
    payloads = [each for each in section.payloads if each.codec is Codec.VP8 or not section.active]
    return replace(
        section,
        payloads=tuple(replace(each, rtx=None) for each in payloads),
        feedback=tuple(each for each in section.feedback if each != "nack"),
    )


def _agreement(
    direction: Literal["up", "down"], found: list[Media], sections: tuple[Section, ...]
) -> Agreement:
    first = next(media for media in found if media.direction != "stopped")
    return Agreement(
        direction=direction,
        sections=sections,
        remote_ufrag=first.ice[0],
        remote_password=first.ice[1],
        fingerprints=first.fingerprints,
    )


def _up_section(media: Media, chosen: tuple[SourceId, Codec] | None) -> Section:
    source, codec = chosen or (None, None)
    payloads = media.payloads
    if codec is not None:
        payloads = tuple(payload for payload in payloads if payload.codec is codec)
        if not payloads:
            raise bad_sdp("a section does not offer its codec")
        payloads = tuple(map(_started, payloads))
    section = _section(media, "up", payloads[:1], active=chosen is not None, source=source)
    # A browser that is once refused them, be it while it sends nothing, never offers them again.
    layered = codec is None or codec in _LAYERED_CODECS
    return _in_layers(section, media) if layered else section


def _in_layers(section: Section, media: Media) -> Section:
    """The section in the layers that are offered; as it is if packets could not be told apart."""
    ids = {uri: media.extensions[uri] for uri in (RID, REPAIRED_RID) if uri in media.extensions}
    if len(media.layers) < 2 or RID not in ids or MID not in section.extensions:
        return section
    return replace(section, extensions=section.extensions | ids, layers=media.layers)


def _started(payload: Payload) -> Payload:
    """A picture's payload with the bitrate to begin with; Chromium and its kin obey it."""
    if payload.codec is Codec.OPUS:
        return payload
    start = f"x-google-start-bitrate={START_KBPS}"
    return replace(payload, parameters=";".join(filter(None, (payload.parameters, start))))


def _down_section(media: Media, place: slots.Place, ssrcs: tuple[int, ...]) -> Section:
    active = media.direction in _SENDS["down"]
    if active and not media.payloads:
        raise bad_sdp("a slot plays no codec of ours")
    stream = f"pair{place.pair}"
    return _section(
        media,
        "down",
        media.payloads,
        active=active,
        ssrcs=ssrcs,
        msid=f"{stream} {stream}{media.kind}",
    )


def _section(
    media: Media,
    direction: Literal["up", "down"],
    payloads: tuple[Payload, ...],
    *,
    active: bool,
    source: SourceId | None = None,
    ssrcs: tuple[int, ...] | None = None,
    msid: str = "",
) -> Section:
    given = [
        {*media.feedback.get(payload.number, ()), *media.feedback.get(-1, ())}
        for payload in payloads
    ]
    common = set.intersection(*given) if given else set()
    extensions = {
        uri: media.extensions[uri] for uri in _EXTENSIONS[direction] if uri in media.extensions
    }
    if TRANSPORT_CC not in extensions:
        common.discard("transport-cc")
    return Section(
        mid=media.mid,
        kind=media.kind,
        active=active,
        payloads=payloads,
        extensions=extensions,
        feedback=tuple(one for one in _FEEDBACK[direction] if one in common),
        source=source,
        ssrcs=media.ssrcs if ssrcs is None else ssrcs,
        msid=msid,
        stopped=media.direction == "stopped",
        reduced_rtcp=media.reduced_rtcp,
    )
