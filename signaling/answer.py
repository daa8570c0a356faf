"""An agreement and our transport as the SDP answer (RFC 8829, 5.3; RFC 8839). Pure.

Ours is an ICE-lite end, the DTLS server, with all candidates known at once.
"""

from collections.abc import Iterator

from signaling.agreement import Agreement, Payload, Section, Transport
from signaling.rtp.codecs import NAMES

CNAME = "tongke"
"""The canonical name of everything that we send (RFC 3550, 6.5.1)."""


def answer(agreement: Agreement, transport: Transport, version: int) -> str:
    """The answer to the offer that led to `agreement`.

    `version` counts the answers of one peer (RFC 8866, 5.2).
    """
    running = [section for section in agreement.sections if not section.stopped]
    lines = [
        "v=0",
        f"o=- 1 {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        "a=group:BUNDLE " + " ".join(section.mid for section in running),
        "a=msid-semantic: WMS *",
    ]
    for section in agreement.sections:
        lines += _section(agreement, section)
        if not section.stopped:
            lines += _transport(transport)
    return "\r\n".join(lines) + "\r\n"


def _section(agreement: Agreement, section: Section) -> Iterator[str]:
    """A section without its transport."""
    numbers = " ".join(str(number) for number in _numbers(section)) or "0"
    port = 0 if section.stopped else 9
    yield f"m={section.kind} {port} UDP/TLS/RTP/SAVPF {numbers}"
    yield "c=IN IP4 0.0.0.0"
    yield f"a=mid:{section.mid}"
    if not section.active:
        yield "a=inactive"
    else:
        yield "a=recvonly" if agreement.direction == "up" else "a=sendonly"
    if section.stopped:
        return
    yield "a=rtcp-mux"
    if section.reduced_rtcp:
        yield "a=rtcp-rsize"
    for uri, number in section.extensions.items():
        yield f"a=extmap:{number} {uri}"
    for payload in section.payloads:
        yield from _payload(payload, section)
    if section.layers:
        yield from (f"a=rid:{rid} recv" for rid in section.layers)
        yield "a=simulcast:recv " + ";".join(section.layers)
    if section.active and agreement.direction == "down":
        yield from _stream(section)


def _numbers(section: Section) -> Iterator[int]:
    for payload in section.payloads:
        yield payload.number
        if payload.rtx is not None:
            yield payload.rtx
        if payload.red is not None:
            yield payload.red


def _payload(payload: Payload, section: Section) -> Iterator[str]:
    channels = "/2" if section.kind == "audio" else ""
    yield f"a=rtpmap:{payload.number} {NAMES[payload.codec]}/{payload.clock_rate}{channels}"
    if payload.parameters:
        yield f"a=fmtp:{payload.number} {payload.parameters}"
    for feedback in section.feedback:
        yield f"a=rtcp-fb:{payload.number} {feedback}"
    if payload.rtx is not None:
        yield f"a=rtpmap:{payload.rtx} rtx/{payload.clock_rate}"
        yield f"a=fmtp:{payload.rtx} apt={payload.number}"
    if payload.red is not None:
        yield f"a=rtpmap:{payload.red} red/{payload.clock_rate}{channels}"
        yield f"a=fmtp:{payload.red} {payload.number}/{payload.number}"


def _stream(section: Section) -> Iterator[str]:
    """What we send in a section: its media stream and its SSRCs (RFC 5576)."""
    repaired = any(payload.rtx is not None for payload in section.payloads)
    ssrcs = section.ssrcs if repaired else section.ssrcs[:1]
    yield f"a=msid:{section.msid}"
    if repaired:
        yield "a=ssrc-group:FID " + " ".join(str(ssrc) for ssrc in ssrcs)
    for ssrc in ssrcs:
        yield f"a=ssrc:{ssrc} cname:{CNAME}"


def _transport(transport: Transport) -> Iterator[str]:
    """Our end, in every section: aiortc takes the candidates of a bundle's last one."""
    yield f"a=ice-ufrag:{transport.ufrag}"
    yield f"a=ice-pwd:{transport.password}"
    yield f"a=fingerprint:{transport.fingerprint.algorithm} {transport.fingerprint.value}"
    yield "a=setup:passive"
    for place, candidate in enumerate(transport.candidates):
        tcp = candidate.transport == "tcp"
        # Type preference of host candidates, then our order, component 1 (RFC 8445, 5.1.2); the
        # passive end of TCP has a direction preference of 4 above its order (RFC 6544, 4.2).
        preference = (4 << 13 | 8191 - place) if tcp else 65_535 - place
        priority = 126 << 24 | preference << 8 | 255
        address = f"{candidate.address} {candidate.port}"
        kind = "typ host tcptype passive" if tcp else "typ host"
        yield f"a=candidate:{place + 1} 1 {candidate.transport} {priority} {address} {kind}"
    yield "a=end-of-candidates"
