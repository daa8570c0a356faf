"""Reading a device's SDP offer (RFC 8829, RFC 8843); the only reader of `aiortc.sdp`.

Offers come from strangers: whatever is wrong with one is a `PeerError` with `bad_sdp`. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aiortc import sdp
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from signaling.agreement import Fingerprint, Payload
from signaling.errors import Code, PeerError
from signaling.events import Codec
from signaling.rtp.codecs import CLOCK_RATES, NAMES

SECTION_LIMIT = 64
"""Media sections of one offer."""
LAYER_LIMIT = 3
"""Layers of one source that are taken; a device that offers more sends its first ones."""
OFFER_LIMIT = 131_072
"""Characters of one offer: an untrimmed pool of Chromium 156 with four more pairs has 69,000."""
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
_RID_LINE = re.compile(r"a=rid:([A-Za-z0-9]{1,16}) send(?: |$)", re.ASCII)
_SIMULCAST = re.compile(r"a=simulcast:(?:recv \S+ )?send (\S+)(?: recv \S+)?", re.ASCII)
_SSRC_LINE = re.compile(r"a=ssrc:(\d{1,10}) ")
_MODE_1 = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id="

_FEEDBACK = ("nack", "nack pli", "ccm fir", "goog-remb", "transport-cc")


@dataclass(frozen=True, slots=True)
class Media:
    """One section of an offer, as far as it is of use."""

    kind: Literal["audio", "video"]
    """What it carries."""
    mid: str
    """Its name."""
    direction: str
    """One of SDP's four, or `stopped` when the device gave the section up for good."""
    payloads: tuple[Payload, ...]
    """The codecs that we know, each once, in the device's order."""
    extensions: dict[str, int]
    """Header extension URI to its id."""
    feedback: dict[int, tuple[str, ...]]
    """What each payload type understands; -1 stands for every one."""
    ssrcs: tuple[int, ...]
    """Declared ones, in order."""
    reduced_rtcp: bool
    """Whether RTCP may come without a report in front (RFC 5506)."""
    ice: tuple[str, str]
    """User name fragment and password; empty when stopped."""
    fingerprints: tuple[Fingerprint, ...]
    """Of the device's certificate; none when stopped."""
    layers: tuple[str, ...]
    """Names of the layers it would send at once (RFC 8853), in its order; empty for one alone."""


def bad_sdp(why: str) -> PeerError:
    """What is raised for an offer that cannot be agreed on; `why` is for the log."""
    return PeerError(Code.BAD_SDP, why=why)


def read_offer(offer: str) -> list[Media]:
    """The sections of an offer, of which all that are not stopped share one transport.

    Raises `PeerError` with `bad_sdp`.
    """
    if len(offer) > OFFER_LIMIT:
        raise bad_sdp("too long")
    session, groups = sdp.grouplines(offer)
    if not 0 < len(groups) <= SECTION_LIMIT:
        raise bad_sdp("too few or too many sections")
    kept = [[line for line in lines if line.startswith(_READ)] for lines in (session, *groups)]
    if any(len(lines) > _LINE_LIMIT for lines in kept):
        raise bad_sdp("too many lines")
    text = "\r\n".join(line.replace("; ", ";") for lines in kept for line in lines)
    try:
        parsed = sdp.SessionDescription.parse(text)
        found = [_media(media, lines) for media, lines in zip(parsed.media, groups, strict=True)]
    except (ArithmeticError, AssertionError, AttributeError, LookupError) as error:
        raise bad_sdp("unreadable") from error
    except (StopIteration, TypeError, ValueError) as error:
        raise bad_sdp("unreadable") from error
    _check(parsed, found)
    return found


def _check(parsed: sdp.SessionDescription, found: list[Media]) -> None:
    """One bundle, one transport, names that are unique."""
    if len({media.mid for media in found}) != len(found):
        raise bad_sdp("two sections have one name")
    running = [media for media in found if media.direction != "stopped"]
    bundle = {mid for group in parsed.group if group.semantic == "BUNDLE" for mid in group.items}
    if not running or not {media.mid for media in running} <= bundle:
        raise bad_sdp("the sections are not bundled")
    if len({(media.ice, media.fingerprints) for media in running}) != 1:
        raise bad_sdp("the sections have more than one transport")


def _media(media: sdp.MediaDescription, lines: list[str]) -> Media:
    """One section; raises `ValueError` for what cannot be agreed on."""
    kind, mid = media.kind, media.rtp.muxId
    if kind not in ("audio", "video") or media.profile != _PROFILE or not _TOKEN.fullmatch(mid):
        raise ValueError("not a section of sound or picture")
    stopped = media.port == 0 and "a=bundle-only" not in lines
    if not stopped and not ("a=rtcp-mux" in lines and media.dtls and media.dtls.role != "server"):
        raise ValueError("no muxed RTCP, or a device that wants to be the DTLS server")
    ice = ("", "") if stopped else _ice(media)
    return Media(
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
        layers=_layers(lines),
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
    redundant = _redundant(media.rtp.codecs)
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
                red=redundant.get(number) if codec is Codec.OPUS else None,
            )
    return tuple(found.values())


def _redundant(codecs: list[RTCRtpCodecParameters]) -> dict[int, int]:
    """Of each payload type the one that repeats it and nothing else (RFC 2198, 5)."""
    found: dict[int, int] = {}
    for codec in codecs:
        numbers = {each for key in codec.parameters for each in key.split("/")}
        named = codec.name.lower() == "red" and codec.clockRate == CLOCK_RATES[Codec.OPUS]
        if named and len(numbers) == 1 and codec.payloadType is not None:
            only = numbers.pop()
            if only.isdecimal() and len(only) <= 3:
                found.setdefault(int(only), codec.payloadType)
    return found


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
        if prefix == "a=rtcp-fb" and value in _FEEDBACK:
            key = -1 if number == "*" else int(number)
            if value not in found.get(key, ()):
                found[key] = (*found.get(key, ()), value)
    return found


def _ssrcs(lines: list[str]) -> tuple[int, ...]:
    """The SSRCs that a section declares, in order, two a layer at most; raises `ValueError`."""
    matches = (_SSRC_LINE.match(line) for line in lines)
    found = tuple(dict.fromkeys(int(match[1]) for match in matches if match))
    if any(ssrc >= 2**32 for ssrc in found):
        raise ValueError("an SSRC of more than 32 bits (RFC 5576, 4.1)")
    return found[: 2 * LAYER_LIMIT]


def _layers(lines: list[str]) -> tuple[str, ...]:
    """The layers that a section would send (RFC 8853, 5.1), of alternatives the first.

    Only those that `a=rid` declares (RFC 8851, 4), each once, at most `LAYER_LIMIT`; a layer that
    is offered as paused counts.
    """
    declared = {match[1] for match in map(_RID_LINE.match, lines) if match}
    named = next((match[1] for match in map(_SIMULCAST.fullmatch, lines) if match), "")
    first = (streams.split(",", 1)[0].removeprefix("~") for streams in named.split(";"))
    return tuple(rid for rid in dict.fromkeys(first) if rid in declared)[:LAYER_LIMIT]
