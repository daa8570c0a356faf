"""The generator's peers as SDP offers, and an answer as a transport."""

import re
from collections.abc import Set

from bench.orders import (
    AUDIO,
    BASELINE,
    EXTENSIONS,
    LAYERS,
    PASSWORD,
    RID,
    UFRAG,
    VIDEO,
    VIDEO_RTX,
)
from signaling.agreement import Candidate, Fingerprint, Transport
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC
from signaling.slots import CAMERA_PAIRS, EXTRA_SOUNDS


def offer(fingerprint: Fingerprint, room: int, *, layered: bool = True) -> str:
    """What the publisher of `room` offers: section 0 its picture, section 1 its sound.

    `layered`: the picture in layers, as this server asks for it, and so of its peers too.
    """
    rids = [*[f"a=rid:{layer} send" for layer in LAYERS], f"a=simulcast:send {';'.join(LAYERS)}"]
    video = [
        f"m=video 9 UDP/TLS/RTP/SAVPF {VIDEO} {VIDEO_RTX}",
        *_shared(fingerprint, "0", "sendonly", (MID, ABS_SEND_TIME, TRANSPORT_CC, RID)),
        f"a=rtpmap:{VIDEO} H264/90000",
        f"a=fmtp:{VIDEO} {BASELINE}",
        *[f"a=rtcp-fb:{VIDEO} {one}" for one in ("nack", "nack pli", "transport-cc")],
        f"a=rtpmap:{VIDEO_RTX} rtx/90000",
        f"a=fmtp:{VIDEO_RTX} apt={VIDEO}",
        *(rids if layered else ()),
    ]
    audio = [
        f"m=audio 9 UDP/TLS/RTP/SAVPF {AUDIO}",
        *_shared(fingerprint, "1", "sendonly", (MID, ABS_SEND_TIME, TRANSPORT_CC, AUDIO_LEVEL)),
        f"a=rtpmap:{AUDIO} opus/48000/2",
        f"a=rtcp-fb:{AUDIO} transport-cc",
        f"a=ssrc:{3000 + room} cname:bench",
    ]
    return _bundled(["0", "1"], [*video, *audio])


def pool(fingerprint: Fingerprint, *, wide: bool = True) -> str:
    """What a receiver offers: the slots that every device has; `wide`: with transport-cc."""
    kinds = [*("video", "audio") * CAMERA_PAIRS, *["audio"] * EXTRA_SOUNDS, "video", "audio"]
    lines = [
        line
        for mid, kind in enumerate(kinds)
        for line in (_picture if kind == "video" else _sound)(fingerprint, str(mid))
    ]
    unsaid = () if wide else (TRANSPORT_CC, " transport-cc")
    return _bundled(
        list(map(str, range(len(kinds)))), [line for line in lines if not line.endswith(unsaid)]
    )


def _picture(fingerprint: Fingerprint, mid: str) -> list[str]:
    return [
        f"m=video 9 UDP/TLS/RTP/SAVPF {VIDEO} {VIDEO_RTX}",
        *_shared(fingerprint, mid, "recvonly", (MID, ABS_SEND_TIME, TRANSPORT_CC)),
        f"a=rtpmap:{VIDEO} H264/90000",
        f"a=fmtp:{VIDEO} {BASELINE}",
        *[f"a=rtcp-fb:{VIDEO} {one}" for one in ("nack", "nack pli", "goog-remb", "transport-cc")],
        f"a=rtpmap:{VIDEO_RTX} rtx/90000",
        f"a=fmtp:{VIDEO_RTX} apt={VIDEO}",
    ]


def _sound(fingerprint: Fingerprint, mid: str) -> list[str]:
    return [
        f"m=audio 9 UDP/TLS/RTP/SAVPF {AUDIO}",
        *_shared(fingerprint, mid, "recvonly", (MID, ABS_SEND_TIME, TRANSPORT_CC)),
        f"a=rtpmap:{AUDIO} opus/48000/2",
        f"a=rtcp-fb:{AUDIO} transport-cc",
    ]


def _bundled(mids: list[str], lines: list[str]) -> str:
    group = f"a=group:BUNDLE {' '.join(mids)}"
    session = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", group]
    return "\r\n".join([*session, *lines]) + "\r\n"


def _shared(fingerprint: Fingerprint, mid: str, direction: str, uris: tuple[str, ...]) -> list[str]:
    return [
        "c=IN IP4 0.0.0.0",
        f"a=mid:{mid}",
        f"a={direction}",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        "a=setup:actpass",
        f"a=ice-ufrag:{UFRAG}",
        f"a=ice-pwd:{PASSWORD}",
        f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}",
        *[f"a=extmap:{EXTENSIONS[uri]} {uri}" for uri in uris],
    ]


def transport(answer: str) -> Transport:
    """The server's end, as its answer tells it."""
    found = dict(re.findall(r"a=(ice-ufrag|ice-pwd|fingerprint):([^\r\n]+)", answer))
    algorithm, value = found["fingerprint"].split()
    candidates = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", answer)
    once = dict.fromkeys(candidates)  # every section has them
    return Transport(
        ufrag=found["ice-ufrag"],
        password=found["ice-pwd"],
        fingerprint=Fingerprint(algorithm=algorithm, value=value),
        candidates=tuple(Candidate(address=host, port=int(port)) for host, port in once),
    )


def layers(answer: str) -> tuple[str, ...]:
    """The layers of the picture that the server's answer agrees to, in their order."""
    found = re.search(r"a=simulcast:recv ([^\r\n]+)", answer)
    return tuple(found[1].split(";")) if found else ()


def extensions(answer: str) -> dict[str, int]:
    """The header extensions of an answer, of all its sections."""
    found = re.findall(r"a=extmap:(\d+)\S* ([^\r\n ]+)", answer)
    return {uri: int(number) for number, uri in found}


def answer(offered: str, fingerprint: Fingerprint, unknown: Set[str] = frozenset()) -> str:
    """A receiver's answer to a server that offers: one codec a section, as it was numbered.

    `unknown` are the header extensions that it does not take.
    """
    _, *sections = re.split(r"(?=^m=)", offered, flags=re.MULTILINE)
    lines = [line for section in sections for line in _answered(section, fingerprint, unknown)]
    return _bundled(_mids(offered), lines)


def pictures(sdp: str) -> list[str]:
    """The mids of the sections that carry a picture."""
    sections = re.split(r"(?=^m=)", sdp, flags=re.MULTILINE)
    return [mid for one in sections if one.startswith("m=video") for mid in _mids(one)]


def _mids(sdp: str) -> list[str]:
    return re.findall(r"a=mid:(\S+)", sdp)


def _answered(section: str, fingerprint: Fingerprint, unknown: Set[str]) -> list[str]:
    kind, payload = re.findall(r"m=(\w+) \d+ \S+ (\d+)", section)[0]
    repaired = re.findall(rf"a=fmtp:(\d+) apt={payload}\b", section)
    kept = rf"a=(?:rtpmap|fmtp|rtcp-fb):(?:{'|'.join((payload, *repaired))}) [^\r\n]*"
    known = [
        f"a=extmap:{number} {uri}"
        for uri, number in extensions(section).items()
        if uri in {MID, ABS_SEND_TIME, TRANSPORT_CC} - unknown
    ]
    unsaid = (" transport-cc",) if TRANSPORT_CC in unknown else ()
    return [
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {' '.join((payload, *repaired))}",
        *[
            line.replace("a=setup:actpass", "a=setup:active")
            for line in _shared(fingerprint, _mids(section)[0], "recvonly", ())
        ],
        *known,
        *(line for line in re.findall(kept, section) if not line.endswith(unsaid)),
    ]
