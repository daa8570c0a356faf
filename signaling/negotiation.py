"""From a device's SDP offer to an agreement (RFC 8829, RFC 8843); the only reader of `aiortc.sdp`.

A device has two peers and always offers. *Up* sends, each section one source in one codec; *down*
receives into a fixed pool of slots. Offers come from strangers: whatever is wrong with one is a
`PeerError` with `bad_sdp`. Pure.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aiortc import sdp
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from signaling import slots
from signaling.agreement import Agreement, Fingerprint, Payload, Section
from signaling.answer import answer
from signaling.errors import Code, PeerError, UserError
from signaling.events import Codec, Kind
from signaling.ids import SourceId
from signaling.messages import Slot
from signaling.rtp.codecs import CLOCK_RATES, NAMES
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC

__all__ = ["SSRCS", "agree_down", "agree_up", "answer", "choose_codec", "offered"]

SECTION_LIMIT = 64
"""Media sections of one offer."""
OFFER_LIMIT = 131_072
"""Characters of one offer: an untrimmed pool of Chromium 156 with four more pairs has 69,000."""
SSRCS = 2 * SECTION_LIMIT
"""How many random SSRCs are enough for any down peer."""

_LINE_LIMIT = 256
_PROFILE = "UDP/TLS/RTP/SAVPF"
# What is read of an offer. The rest is dropped before parsing: the parser takes 9 ms for a whole
# pool of Chromium's and grows with the square of feedback and SSRC lines, which are read here.
_READ = (
    "v=", "o=", "s=", "t=", "m=", "a=group:", "a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:",
    "a=setup:", "a=mid:", "a=extmap:", "a=rtcp-mux", "a=sendrecv", "a=sendonly", "a=recvonly",
    "a=inactive", "a=rtpmap:", "a=fmtp:",
)  # fmt: skip
_HASHES = ("sha-256", "sha-384", "sha-512")
_HEX_PAIRS = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){31,63}")
_ICE = re.compile(r"[A-Za-z0-9+/=_-]{4,256}")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,16}")
_SSRC_LINE = re.compile(r"a=ssrc:(\d{1,10}) ")
_MODE_1 = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id="

_PREFERENCE: dict[Kind, tuple[Codec, ...]] = {
    Kind.CAMERA: (Codec.H264, Codec.VP8),
    Kind.CLASS_CAMERA: (Codec.H264, Codec.VP8),
    Kind.SCREEN: (Codec.VP9, Codec.H264, Codec.VP8),
    Kind.MICROPHONE: (Codec.OPUS,),
    Kind.SCREEN_SOUND: (Codec.OPUS,),
}
_FEEDBACK = {
    "up": ("nack", "nack pli", "ccm fir", "goog-remb", "transport-cc"),
    "down": ("nack", "nack pli", "ccm fir", "goog-remb"),
}
_EXTENSIONS = {
    "up": (MID, AUDIO_LEVEL, ABS_SEND_TIME, TRANSPORT_CC),
    "down": (MID, ABS_SEND_TIME),
}
_SENDS = {"up": ("sendonly", "sendrecv"), "down": ("recvonly", "sendrecv")}


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
        for media in _read(offer)
        if media.direction in _SENDS["up"]
    }


def agree_up(offer: str, chosen: Mapping[str, tuple[SourceId, Codec]]) -> Agreement:
    """The agreement with a device that sends; `chosen` gives each mid its source and codec.

    A section that is not chosen is kept, inactive. A new offer of the same peer is read in the
    same way: sections may be added, stopped, or change their codec.
    """
    found = _read(offer)
    sending = {media.mid for media in found if media.direction in _SENDS["up"]}
    if not chosen.keys() <= sending:
        raise _bad("a source has no section")
    sections = tuple(_up_section(media, chosen.get(media.mid)) for media in found)
    return _agreement("up", found, sections)


def agree_down(
    offer: str, ssrcs: Sequence[int], known: Agreement | None
) -> tuple[Agreement, tuple[Slot, ...]]:
    """The agreement with a device that receives, and its slots.

    `ssrcs` are `SSRCS` random numbers, none twice, from which new sections take theirs; the
    sections of `known`, the peer's agreement so far, keep what they have.
    """
    found = _read(offer)
    places = slots.layout([media.kind for media in found])
    if places is None:
        raise _bad("the sections are no pool of slots")
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


@dataclass(frozen=True, slots=True)
class _Media:
    """One section of an offer, as far as it is of use."""

    kind: Literal["audio", "video"]
    mid: str
    direction: str  # `stopped` besides the four of SDP
    payloads: tuple[Payload, ...]
    extensions: dict[str, int]
    feedback: dict[int, tuple[str, ...]]
    ssrcs: tuple[int, ...]
    reduced_rtcp: bool
    ice: tuple[str, str]
    fingerprints: tuple[Fingerprint, ...]


def _bad(why: str) -> PeerError:
    return PeerError(Code.BAD_SDP, why=why)


def _read(offer: str) -> list[_Media]:
    """The sections of an offer, of which all that are not stopped share one transport."""
    if len(offer) > OFFER_LIMIT:
        raise _bad("too long")
    session, groups = sdp.grouplines(offer)
    if not 0 < len(groups) <= SECTION_LIMIT:
        raise _bad("too few or too many sections")
    kept = [[line for line in lines if line.startswith(_READ)] for lines in (session, *groups)]
    if any(len(lines) > _LINE_LIMIT for lines in kept):
        raise _bad("too many lines")
    text = "\r\n".join(line.replace("; ", ";") for lines in kept for line in lines)
    try:
        parsed = sdp.SessionDescription.parse(text)
        found = [_media(media, lines) for media, lines in zip(parsed.media, groups, strict=True)]
    except (ArithmeticError, AssertionError, AttributeError, LookupError) as error:
        raise _bad("unreadable") from error
    except (StopIteration, TypeError, ValueError) as error:
        raise _bad("unreadable") from error
    _check(parsed, found)
    return found


def _check(parsed: sdp.SessionDescription, found: list[_Media]) -> None:
    """One bundle, one transport, names that are unique."""
    if len({media.mid for media in found}) != len(found):
        raise _bad("two sections have one name")
    running = [media for media in found if media.direction != "stopped"]
    bundle = {mid for group in parsed.group if group.semantic == "BUNDLE" for mid in group.items}
    if not running or not {media.mid for media in running} <= bundle:
        raise _bad("the sections are not bundled")
    if len({(media.ice, media.fingerprints) for media in running}) != 1:
        raise _bad("the sections have more than one transport")


def _media(media: sdp.MediaDescription, lines: list[str]) -> _Media:
    """One section; raises `ValueError` for what cannot be agreed on."""
    kind, mid = media.kind, media.rtp.muxId
    if kind not in ("audio", "video") or media.profile != _PROFILE or not _TOKEN.fullmatch(mid):
        raise ValueError("not a section of sound or picture")
    stopped = media.port == 0 and "a=bundle-only" not in lines
    if not stopped and not ("a=rtcp-mux" in lines and media.dtls and media.dtls.role != "server"):
        raise ValueError("no muxed RTCP, or a device that wants to be the DTLS server")
    ice = ("", "") if stopped else _ice(media)
    return _Media(
        kind="audio" if kind == "audio" else "video",
        mid=mid,
        direction="stopped" if stopped else media.direction or "sendrecv",
        payloads=_payloads(media),
        extensions=_extensions(media),
        feedback=_feedback(lines),
        ssrcs=_ssrcs(lines),
        reduced_rtcp="a=rtcp-rsize" in lines,
        ice=ice,
        fingerprints=() if stopped else _fingerprints(media),
    )


def _ice(media: sdp.MediaDescription) -> tuple[str, str]:
    ufrag, password = (media.ice.usernameFragment, media.ice.password) if media.ice else ("", "")
    ufrag, password = ufrag or "", password or ""
    if not _ICE.fullmatch(ufrag) or not _ICE.fullmatch(password) or len(password) < 22:
        raise ValueError("no ICE user or password")
    return ufrag, password


def _fingerprints(media: sdp.MediaDescription) -> tuple[Fingerprint, ...]:
    certificates = media.dtls.fingerprints if media.dtls else []
    given = [(one.algorithm.lower(), one.value.upper()) for one in certificates]
    found = [
        Fingerprint(algorithm=algorithm, value=value)
        for algorithm, value in dict.fromkeys(given)
        if algorithm in _HASHES and _HEX_PAIRS.fullmatch(value)
    ]
    if not 0 < len(found) <= 4:
        raise ValueError("no fingerprint of a certificate")
    return tuple(found)


def _payloads(media: sdp.MediaDescription) -> tuple[Payload, ...]:
    """The codecs that we know, each once, in the device's order."""
    known = {codec.payloadType: codec for codec in media.rtp.codecs}
    repairs = {
        codec.parameters.get("apt"): codec.payloadType
        for codec in media.rtp.codecs
        if codec.name.lower() == "rtx"
    }
    found: dict[Codec, Payload] = {}
    for number in media.fmt:
        parameters = known.get(number)
        codec = parameters and _codec(parameters)
        if parameters and codec and codec not in found:
            found[codec] = Payload(
                codec=codec,
                number=number,
                rtx=repairs.get(number),
                clock_rate=CLOCK_RATES[codec],
                parameters=_parameters(codec, parameters),
            )
    return tuple(found.values())


def _codec(parameters: RTCRtpCodecParameters) -> Codec | None:
    """What a payload type is, if it is one of ours in the one form that everybody decodes."""
    name = parameters.name.lower()
    codec = next((codec for codec, known in NAMES.items() if known.lower() == name), None)
    if codec is None or parameters.clockRate != CLOCK_RATES[codec]:
        return None
    given = parameters.parameters
    if codec is Codec.VP9 and given.get("profile-id", "0") != "0":
        return None
    if codec is Codec.H264 and not _is_constrained_baseline(given):
        return None
    return codec


def _is_constrained_baseline(given: Mapping[str, int | str | None]) -> bool:
    """Whether H.264 is offered as 42e0xx with packetization-mode 1 (RFC 6184, 8.2.2)."""
    if given.get("packetization-mode") != "1":
        return False
    try:
        profile, _ = sdp.parse_h264_profile_level_id(str(given.get("profile-level-id")))
    except ValueError:
        return False
    return profile is sdp.H264Profile.PROFILE_CONSTRAINED_BASELINE


def _parameters(codec: Codec, parameters: RTCRtpCodecParameters) -> str:
    """What the answer says of a codec."""
    match codec:
        case Codec.OPUS:
            return "minptime=10;useinbandfec=1"
        case Codec.H264:
            return _MODE_1 + str(parameters.parameters["profile-level-id"]).lower()
        case Codec.VP8:
            return ""
        case Codec.VP9:
            return "profile-id=0"


def _extensions(media: sdp.MediaDescription) -> dict[str, int]:
    """URI to id, as far as the id fits a one-byte header; of two the first."""
    found: dict[str, int] = {}
    for extension in media.rtp.headerExtensions:
        if 1 <= extension.id <= 14 and extension.id not in found.values():
            found.setdefault(extension.uri, extension.id)
    return found


def _feedback(lines: list[str]) -> dict[int, tuple[str, ...]]:
    """What feedback each payload type understands; -1 stands for every one."""
    found: dict[int, tuple[str, ...]] = {}
    for line in lines:
        prefix, _, rest = line.partition(":")
        number, _, value = rest.partition(" ")
        if prefix == "a=rtcp-fb" and value in _FEEDBACK["up"]:
            key = -1 if number == "*" else int(number)
            if value not in found.get(key, ()):
                found[key] = (*found.get(key, ()), value)
    return found


def _ssrcs(lines: list[str]) -> tuple[int, ...]:
    """The SSRCs that a section declares, in order, at most four."""
    matches = (_SSRC_LINE.match(line) for line in lines)
    return tuple(dict.fromkeys(int(match[1]) for match in matches if match))[:4]


def _agreement(
    direction: Literal["up", "down"], found: list[_Media], sections: tuple[Section, ...]
) -> Agreement:
    first = next(media for media in found if media.direction != "stopped")
    return Agreement(
        direction=direction,
        sections=sections,
        remote_ufrag=first.ice[0],
        remote_password=first.ice[1],
        fingerprints=first.fingerprints,
    )


def _up_section(media: _Media, chosen: tuple[SourceId, Codec] | None) -> Section:
    source, codec = chosen or (None, None)
    payloads = media.payloads
    if codec is not None:
        payloads = tuple(payload for payload in payloads if payload.codec is codec)
        if not payloads:
            raise _bad("a section does not offer its codec")
    return _section(media, "up", payloads[:1], active=chosen is not None, source=source)


def _down_section(media: _Media, place: slots.Place, ssrcs: tuple[int, ...]) -> Section:
    active = media.direction in _SENDS["down"]
    if active and not media.payloads:
        raise _bad("a slot plays no codec of ours")
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
    media: _Media,
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
