"""What a room offers, and what it reads in the answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import starmap

from aiortc import (
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCIceCandidate,
    RTCIceParameters,
    RTCRtpCodecParameters,
)
from aiortc.sdp import MediaDescription, SessionDescription, candidate_to_sdp, grouplines

from client.room.outgoing import LEVEL, MID, SENT, Line
from signaling.errors import Code, PeerError
from signaling.events import Codec
from signaling.rtp.extensions import REPAIRED_RID, RID, TRANSPORT_CC

PICTURE_FEEDBACK = ("nack", "nack pli", "ccm fir", "goog-remb")
WIDE = "transport-cc"
"""Feedback about all packets of a transport, whatever their stream; the room sends none itself."""
PICTURE_CODECS = (Codec.H264, Codec.VP8, Codec.VP9)
SOUND_CODECS = (Codec.OPUS,)
EXTENSIONS = {"audio": {MID: 1, LEVEL: 2, SENT: 3}, "video": {MID: 1, SENT: 3}}
LAYER_EXTENSIONS = {RID: 4, REPAIRED_RID: 5}
WIDE_EXTENSIONS = {TRANSPORT_CC: 6}

_SIMULCAST = re.compile(r"a=simulcast:(?:send \S+ )?recv (\S+)(?: send \S+)?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Format:
    """How a codec is written in an offer."""

    number: int
    """Payload type; its retransmissions bear the next number."""
    name: str
    """Encoding name and clock, as in `a=rtpmap`."""
    clock_rate: int
    """RTP ticks per second."""
    parameters: str
    """What stands in `a=fmtp`; may be empty."""


FORMATS = {
    Codec.OPUS: Format(
        number=111, name="opus/48000/2", clock_rate=48000, parameters="minptime=10;useinbandfec=1"
    ),
    Codec.H264: Format(
        number=102,
        name="H264/90000",
        clock_rate=90000,
        parameters="level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    ),
    Codec.VP8: Format(number=96, name="VP8/90000", clock_rate=90000, parameters=""),
    Codec.VP9: Format(number=98, name="VP9/90000", clock_rate=90000, parameters="profile-id=0"),
}


@dataclass(frozen=True, kw_only=True)
class Local:
    """Our end of a peer."""

    ice: RTCIceParameters
    """User name fragment and password."""
    candidates: tuple[RTCIceCandidate, ...]
    """Addresses of ours."""
    fingerprints: tuple[RTCDtlsFingerprint, ...]
    """Of our certificate."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One media section of an offer."""

    mid: str
    """Its name."""
    sound: bool
    """Whether it carries audio."""
    direction: str
    """`sendonly`, `recvonly`, or `inactive` for a source that has ended."""
    ssrc: int | None = None
    """Up: of the media."""
    rtx_ssrc: int | None = None
    """Up: of its retransmissions."""
    stream: str = "-"
    """Up: sections of one stream are played in step."""
    layers: tuple[str, ...] = ()
    """Up: rids of the layers that are offered, lowest first; none for a picture in one piece."""

    @property
    def sends(self) -> bool:
        """Whether it is one of an up peer."""
        return self.ssrc is not None


def offer(local: Local, sections: Sequence[Section], cname: str, version: int) -> str:
    """The offer of a peer; sections keep their order for its whole life (RFC 8829 5.2.2)."""
    lines = [
        "v=0",
        f"o=- {version + 1} {version + 1} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(section.mid for section in sections),
        "a=msid-semantic:WMS *",
    ]
    for section in sections:
        lines += _section(local, section, cname)
    return "\r\n".join(lines) + "\r\n"


def _section(local: Local, section: Section, cname: str) -> list[str]:
    kind = "audio" if section.sound else "video"
    codecs = SOUND_CODECS if section.sound else PICTURE_CODECS
    formats = [FORMATS[codec] for codec in codecs]
    numbers = [number for each in formats for number in _numbers(each, section.sound)]
    lines = [
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {' '.join(map(str, numbers))}",
        "c=IN IP4 0.0.0.0",
        f"a={section.direction}",
        f"a=mid:{section.mid}",
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    extensions = EXTENSIONS[kind] | (LAYER_EXTENSIONS if section.layers else {})
    extensions |= WIDE_EXTENSIONS if section.sends else {}
    lines += [f"a=extmap:{number} {uri}" for uri, number in extensions.items()]
    for each in formats:
        lines += _format(each, section)
    return lines + _streams(section, cname) + _layers(section) + _transport(local)


def _layers(section: Section) -> list[str]:
    """What tells layers apart (RFC 8853 5.1); the highest has the section's SSRCs."""
    if not section.layers:
        return []
    rids = [f"a=rid:{rid} send" for rid in section.layers]
    return [*rids, f"a=simulcast:send {';'.join(section.layers)}"]


def _numbers(each: Format, sound: bool) -> tuple[int, ...]:
    return (each.number,) if sound else (each.number, each.number + 1)


def _format(each: Format, section: Section) -> list[str]:
    lines = [f"a=rtpmap:{each.number} {each.name}"]
    if each.parameters:
        lines.append(f"a=fmtp:{each.number} {each.parameters}")
    told = (*(() if section.sound else PICTURE_FEEDBACK), *((WIDE,) if section.sends else ()))
    lines += [f"a=rtcp-fb:{each.number} {feedback}" for feedback in told]
    if not section.sound:
        lines.append(f"a=rtpmap:{each.number + 1} rtx/90000")
        lines.append(f"a=fmtp:{each.number + 1} apt={each.number}")
    return lines


def _streams(section: Section, cname: str) -> list[str]:
    if section.ssrc is None:
        return []
    lines = [
        f"a=msid:{section.stream} {section.mid}",
        f"a=ssrc:{section.ssrc} cname:{cname}",
    ]
    if section.rtx_ssrc is not None and not section.sound:
        # The media's stream stands first: aiortc goes by the order, not by the group.
        lines.append(f"a=ssrc:{section.rtx_ssrc} cname:{cname}")
        lines.append(f"a=ssrc-group:FID {section.ssrc} {section.rtx_ssrc}")
    return lines


def _transport(local: Local) -> list[str]:
    lines = [f"a=candidate:{candidate_to_sdp(candidate)}" for candidate in local.candidates]
    lines += [
        "a=end-of-candidates",
        f"a=ice-ufrag:{local.ice.usernameFragment}",
        f"a=ice-pwd:{local.ice.password}",
    ]
    lines += [f"a=fingerprint:{f.algorithm} {f.value}" for f in local.fingerprints]
    return [*lines, "a=setup:actpass"]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One section of an answer."""

    mid: str
    """Its name."""
    active: bool
    """Whether media flows."""
    lines: dict[Codec, Line]
    """Every codec the answer names, in its order; for a source we send, the first is chosen."""
    ssrcs: tuple[int, ...]
    """Down: of the media, then of its retransmissions."""
    layers: tuple[str, ...] = ()
    """Up: rids of the layers that are taken; none for the picture in one piece."""


@dataclass(frozen=True, kw_only=True)
class Remote:
    """The answer, read."""

    ice: RTCIceParameters
    """User name fragment, password, whether it is a lite agent."""
    dtls: RTCDtlsParameters
    """Fingerprints and the role of the other end."""
    candidates: tuple[RTCIceCandidate, ...]
    """Addresses of the other end."""
    sections: tuple[Answered, ...]
    """In order of the offer."""


def read_answer(sdp: str) -> Remote:
    """What the other end has agreed to.

    Raises:
        PeerError: BAD_SDP when this is no answer to one of our offers.
    """
    try:
        description = SessionDescription.parse(sdp)
        _, groups = grouplines(sdp)
        sections = tuple(starmap(_answered, zip(description.media, groups, strict=True)))
        first = description.media[0]
    except (ValueError, IndexError, KeyError, AssertionError) as error:
        raise PeerError(Code.BAD_SDP) from error
    if first.dtls is None or first.ice is None or not first.dtls.fingerprints:
        raise PeerError(Code.BAD_SDP)
    return Remote(
        ice=first.ice,
        dtls=first.dtls,
        candidates=tuple(first.ice_candidates),
        sections=sections,
    )


def _answered(media: MediaDescription, text: list[str]) -> Answered:
    mid = media.rtp.muxId
    extensions = {extension.uri: extension.id for extension in media.rtp.headerExtensions}
    rtx = {
        codec.parameters.get("apt"): codec.payloadType
        for codec in media.rtp.codecs
        if codec.name.lower() == "rtx"
    }
    lines = {
        codec: Line(
            mid=mid,
            payload=found.payloadType,
            rtx=rtx.get(found.payloadType),
            clock_rate=found.clockRate,
            extensions=extensions if _is_wide(found) else _unnumbered(extensions),
        )
        for found in media.rtp.codecs
        for codec in Codec
        if codec.value == found.name.lower() and found.payloadType is not None
    }
    return Answered(
        mid=mid,
        active=media.port != 0 and media.direction != "inactive" and bool(lines),
        lines=lines,
        ssrcs=_ssrcs(media),
        layers=_taken(text) if RID in extensions else (),
    )


def _is_wide(codec: RTCRtpCodecParameters) -> bool:
    """Whether feedback about the whole transport will tell of its packets."""
    return any(each.type == WIDE for each in codec.rtcpFeedback)


def _unnumbered(extensions: dict[str, int]) -> dict[str, int]:
    return {uri: number for uri, number in extensions.items() if uri != TRANSPORT_CC}


def _taken(lines: list[str]) -> tuple[str, ...]:
    """The layers that an answer takes (RFC 8853 5.3), of alternatives the first."""
    named = next((match[1] for match in map(_SIMULCAST.fullmatch, lines) if match), "")
    first = (streams.split(",", 1)[0].removeprefix("~") for streams in named.split(";"))
    return tuple(rid for rid in first if rid)


def _ssrcs(media: MediaDescription) -> tuple[int, ...]:
    for group in media.ssrc_group:
        if group.semantic == "FID":
            return tuple(int(item) for item in group.items)
    return tuple(found.ssrc for found in media.ssrc[:1])
