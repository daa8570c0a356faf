"""The generator's peers as SDP offers, and an answer as a transport."""

import re

from bench.orders import AUDIO, BASELINE, EXTENSIONS, PASSWORD, UFRAG, VIDEO, VIDEO_RTX
from signaling.agreement import Candidate, Fingerprint, Transport
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC
from signaling.slots import CAMERA_PAIRS, EXTRA_SOUNDS


def offer(fingerprint: Fingerprint, room: int) -> str:
    """What the publisher of `room` offers: section 0 its picture, section 1 its sound."""
    video = [
        f"m=video 9 UDP/TLS/RTP/SAVPF {VIDEO} {VIDEO_RTX}",
        *_shared(fingerprint, "0", "sendonly", (MID, ABS_SEND_TIME, TRANSPORT_CC)),
        f"a=rtpmap:{VIDEO} H264/90000",
        f"a=fmtp:{VIDEO} {BASELINE}",
        *[f"a=rtcp-fb:{VIDEO} {one}" for one in ("nack", "nack pli", "transport-cc")],
        f"a=rtpmap:{VIDEO_RTX} rtx/90000",
        f"a=fmtp:{VIDEO_RTX} apt={VIDEO}",
        f"a=ssrc:{1000 + room} cname:bench",
    ]
    audio = [
        f"m=audio 9 UDP/TLS/RTP/SAVPF {AUDIO}",
        *_shared(fingerprint, "1", "sendonly", (MID, ABS_SEND_TIME, TRANSPORT_CC, AUDIO_LEVEL)),
        f"a=rtpmap:{AUDIO} opus/48000/2",
        f"a=rtcp-fb:{AUDIO} transport-cc",
        f"a=ssrc:{3000 + room} cname:bench",
    ]
    return _bundled(2, [*video, *audio])


def pool(fingerprint: Fingerprint) -> str:
    """What a receiver offers: the slots that every device has."""
    kinds = [*("video", "audio") * CAMERA_PAIRS, *["audio"] * EXTRA_SOUNDS, "video", "audio"]
    lines = [
        line
        for mid, kind in enumerate(kinds)
        for line in (_picture if kind == "video" else _sound)(fingerprint, str(mid))
    ]
    return _bundled(len(kinds), lines)


def _picture(fingerprint: Fingerprint, mid: str) -> list[str]:
    return [
        f"m=video 9 UDP/TLS/RTP/SAVPF {VIDEO} {VIDEO_RTX}",
        *_shared(fingerprint, mid, "recvonly", (MID, ABS_SEND_TIME)),
        f"a=rtpmap:{VIDEO} H264/90000",
        f"a=fmtp:{VIDEO} {BASELINE}",
        *[f"a=rtcp-fb:{VIDEO} {one}" for one in ("nack", "nack pli")],
        f"a=rtpmap:{VIDEO_RTX} rtx/90000",
        f"a=fmtp:{VIDEO_RTX} apt={VIDEO}",
    ]


def _sound(fingerprint: Fingerprint, mid: str) -> list[str]:
    return [
        f"m=audio 9 UDP/TLS/RTP/SAVPF {AUDIO}",
        *_shared(fingerprint, mid, "recvonly", (MID, ABS_SEND_TIME)),
        f"a=rtpmap:{AUDIO} opus/48000/2",
    ]


def _bundled(sections: int, lines: list[str]) -> str:
    group = " ".join(map(str, range(sections)))
    session = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", f"a=group:BUNDLE {group}"]
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
