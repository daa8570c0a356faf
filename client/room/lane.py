"""A source's section on the up peer: what it is sent in, one piece or layers, and at what rates."""

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from aiortc.rtp import AnyRtcpPacket

from client.room.handover import Encoded
from client.room.layers import HIGHEST, LAYERS, WHOLE, demand, spared, split
from client.room.offers import Answered, Section
from client.room.outgoing import Line, Outgoing
from client.room.peer import new_ssrc
from client.room.sources import Source
from client.room.strain import Strain
from signaling.events import Codec
from signaling.layers import ROWS


@dataclass
class Lane:
    """One source on one up peer.

    The whole picture and the highest layer are one stream, so that a section which changes from
    the one to the other goes on; it alone is declared by SSRC, the lower ones by rid.
    """

    source: Source
    """What it carries."""
    section: Section
    """What is offered."""
    cname: str
    """The same for all streams of a process."""
    epoch: float
    """Seconds from 1970 to monotonic second 0."""
    rows: int = ROWS
    """Of its highest layer, as was offered."""
    codec: Codec | None = None
    """What was agreed on; none while nothing is."""
    streams: dict[str, Outgoing] = field(default_factory=dict)
    """What was agreed on, by layer, lowest first; `WHOLE` alone for one piece."""
    _made: dict[str, Outgoing] = field(default_factory=dict)
    _watched: frozenset[str] | None = None
    _granted: int | None = None
    _strain: Strain = field(default_factory=Strain)

    def offer(self, *, sends: bool, layered: bool) -> None:
        """What the next offer says of it: whether it sends, and whether in layers."""
        self.section = replace(
            self.section,
            direction="sendonly" if sends else "inactive",
            layers=tuple(LAYERS) if layered and self.source.layered else (),
        )
        self.rows = self.source.rows or ROWS

    @property
    def is_outdated(self) -> bool:
        """Whether its source has turned out to be another one than was offered to be in layers."""
        if self.section.direction == "inactive":
            return False
        layered, rows = self.source.layered, self.source.rows or ROWS
        return layered != bool(self.section.layers) or (layered and rows != self.rows)

    def agree(self, answered: Answered) -> None:
        """Take the answer: in which codec, and in which layers."""
        codec = next(iter(answered.lines), None) if answered.active else None
        if self.section.direction == "inactive" or codec is None:
            self.codec, self.streams = None, {}
            return
        layers = [rid for rid in self.section.layers if rid in answered.layers]
        line = answered.lines[codec]
        self.streams = {layer: self._stream(layer, line) for layer in layers or (WHOLE,)}
        self.codec = codec
        self.source.set(codec=codec)
        self.settle()
        for layer in self.streams:
            self.source.want_key_frame(layer)

    def _stream(self, layer: str, line: Line) -> Outgoing:
        name = WHOLE if layer == HIGHEST else layer
        if name not in self._made:
            self._made[name] = self._new_stream(line, declared=name == WHOLE)
        self._made[name].agree(line, layer)
        return self._made[name]

    def _new_stream(self, line: Line, *, declared: bool) -> Outgoing:
        ssrc = self.section.ssrc if declared else None
        rtx_ssrc = self.section.rtx_ssrc if declared else None
        return Outgoing(
            line=line,
            ssrc=ssrc or new_ssrc(),
            rtx_ssrc=rtx_ssrc or new_ssrc(),
            cname=self.cname,
            epoch=self.epoch,
            sequence=random.randrange(1 << 15),
            timestamp=random.randrange(1 << 32),
        )

    @property
    def is_layered(self) -> bool:
        """Whether layers were agreed on."""
        return bool(self.streams) and WHOLE not in self.streams

    @property
    def numbered(self) -> bool:
        """Whether its packets bear numbers on the transport."""
        return any(stream.numbered for stream in self.streams.values())

    @property
    def demand(self) -> int:
        """Bits per second that it takes where the way has room for them."""
        return demand(self.source.wanted, self._wanted) if self.is_layered else self.source.wanted

    @property
    def _wanted(self) -> Collection[str]:
        known = self.streams.keys()
        watched = known if self._watched is None else known & self._watched
        return spared(watched, self._strain.spared)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Layers that are not sent because the computer is short, lowest first."""
        return tuple(LAYERS)[len(LAYERS) - self._strain.spared :]

    def spare(self, now: float) -> int:
        """Look whether the computer is short; how many layers more are left out for that now.

        Fewer than none when one is tried again.
        """
        sent = self.source.setting.layers
        if not self.is_layered or not sent:
            return 0
        before = self._strain.spared
        unsent = [*reversed(LAYERS)].index([*sent][-1])
        self._strain.take(self.source.short, len(LAYERS), unsent, now)
        return self._strain.spared - before

    def watch(self, layers: Iterable[str] | None) -> None:
        """Of its layers somebody gets these; none: send all until it is known."""
        self._watched = None if layers is None else frozenset(layers)

    def grant(self, bitrate: int) -> None:
        """Send with at most so many bits per second, all layers together."""
        self._granted = bitrate
        if not self.is_layered:
            self.source.set(bitrate=bitrate)

    def settle(self) -> None:
        """Let the source encode what is to be sent of it, and nothing else."""
        if not self.is_layered:
            self.source.divide(None)
            return
        budget = self.demand if self._granted is None else self._granted
        sent = self.source.setting.layers or {}
        self.source.divide(split(budget, self.source.wanted, self._wanted, sent))

    def packets(self, frame: Encoded, now: float) -> list[bytes]:
        """The packets of a frame; none for one in a codec or a layer that is not agreed."""
        stream = self.streams.get(frame.layer)
        if stream is None or self.codec is not frame.codec:
            return []
        return stream.frame(
            frame.payloads,
            frame.ticks,
            frame.captured,
            now,
            level=frame.level,
            begins=frame.begins,
        )

    def padding(self, octets: int) -> list[bytes]:
        """Packets once more, at least so many octets; none of what has not been sent yet."""
        for stream in self.streams.values():
            found = stream.padding(octets)
            if found:
                return found
        return []

    def reports(self, now: float) -> list[bytes]:
        """The sender reports of the streams that are sent; call about once a second."""
        sent = self.source.setting.layers
        streams = [one for layer, one in self.streams.items() if sent is None or layer in sent]
        return [report for one in streams if (report := one.report(now)) is not None]

    def feedback(self, packet: AnyRtcpPacket) -> list[bytes]:
        """Do what one RTCP packet asks of the source; the packets to send once more."""
        again: list[bytes] = []
        for layer, stream in self.streams.items():
            wishes = stream.feedback(packet)
            again += wishes.again
            if wishes.key_frame:
                self.source.want_key_frame(layer)
        return again

    def is_named(self, ssrcs: Collection[int]) -> bool:
        """Whether one of its streams is among these."""
        return any(stream.ssrc in ssrcs for stream in self.streams.values())
