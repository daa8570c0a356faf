"""Streams of IP cameras and other equipment (RTSP): passed on as they are, or encoded anew."""

import re
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import av

from client.room.encoders import BLOCK, RATE
from client.room.feeds import Block, Shot, blocks, decoded
from client.room.handover import Encoded
from client.room.passing import Passing
from client.room.payloads import H264Packets
from client.room.sources import EncodedPicture, Setting
from signaling.events import Codec, Kind

OPTIONS: Final = {"rtsp_transport": "tcp", "fflags": "nobuffer", "analyzeduration": "1000000"}
"""Over TCP, for a camera's packets come in bursts that a network may drop."""
SILENT_S: Final = 5.0
"""A camera that says nothing for so long is asked anew."""
ASTRAY_S: Final = 0.5
"""When the camera's clock is so far from ours, its time is set anew."""
GROUP: Final = 400
"""Packets since the last key frame that are kept for a decoder that has to begin."""
_SECRET: Final = re.compile(r"//[^/@\s]*@")


def is_stream(path: str) -> bool:
    """Whether this is an address of a stream rather than a file or a device."""
    return path.startswith(("rtsp://", "rtsps://"))


def plain(text: str) -> str:
    """A text without the names and passwords of addresses in it."""
    return _SECRET.sub("//", text)


def opened(url: str) -> "av.container.InputContainer":
    """A stream that is open; raises `av.FFmpegError` or `OSError`."""
    return av.open(url, options=OPTIONS, timeout=(SILENT_S, SILENT_S))


def judged(stream: "av.VideoStream") -> Passing:
    """Whether a stream may pass, as far as it says itself."""
    context = stream.codec_context
    return Passing(
        context.name, context.pix_fmt, bool(context.has_b_frames), context.extradata or b""
    )


def heard(url: str, origin: float) -> Iterator[Block]:
    """The sound of a stream, whatever it is in."""
    with opened(url) as container:
        pieces = (samples for samples, _ in decoded(container))
        for number, samples in enumerate(blocks(pieces)):
            at = time.monotonic() - origin - BLOCK / RATE
            yield Block(samples=samples, ticks=number * BLOCK, at=at)


def seconds(stamp: int | None, base: Fraction | None) -> float:
    """A time stamp of FFmpeg's; 0 where it gives none."""
    return float((stamp or 0) * (base or 0))


class Clock:
    """A camera's time as seconds of the source, which never go back; pure."""

    def __init__(self) -> None:
        self._ahead: float | None = None
        self._last = 0.0

    def at(self, stamp: float, arrived: float) -> float:
        """When a packet of the camera's second `stamp` was seen; it came at second `arrived`."""
        if self._ahead is None or abs(stamp + self._ahead - arrived) > ASTRAY_S:
            self._ahead = max(arrived, self._last) - stamp
        self._last = max(self._last, stamp + self._ahead)
        return stamp + self._ahead


class StreamSource(EncodedPicture):
    """A picture of a stream; its packets pass as long as they may and every receiver plays them."""

    def __init__(self, name: str, kind: Kind, url: str, bitrate: int) -> None:
        super().__init__(name, kind, bitrate)
        self._url = url
        self._group: list[av.Packet[av.VideoStream]] = []
        self._decodes = False
        self._packetizer = H264Packets()
        self._encodes = False

    @property
    def layered(self) -> bool:
        """What once could not pass is taken for a camera that is encoded here."""
        return super().layered and self._encodes

    def _read(self, origin: float, begun: float) -> None:
        try:
            with opened(self._url) as container:
                self._follow(container, origin)
        except (av.FFmpegError, OSError) as error:
            raise OSError(plain(str(error))) from error

    def _follow(self, container: "av.container.InputContainer", origin: float) -> None:
        stream = container.streams.video[0]
        judge, clock, began = judged(stream), Clock(), False
        self._group, self._decodes, self._renditions = [], False, {}
        for packet in container.demux(stream):
            if self._stop.is_set():
                return
            began = began or packet.is_keyframe
            if packet.pts is None or not packet.size or not began:
                continue
            self.trouble = None
            stamp = seconds(packet.pts, stream.time_base)
            judge.look(stamp, packet.is_keyframe)
            self._encodes = self._encodes or judge.why is not None
            self._take(packet, judge, clock, origin)

    def _take(
        self, packet: "av.Packet[av.VideoStream]", judge: Passing, clock: Clock, origin: float
    ) -> None:
        arrived = time.monotonic() - origin
        if packet.is_keyframe or len(self._group) >= GROUP:
            self._group = []
        self._group.append(packet)
        setting = self._setting
        passes = judge.why is None and setting.codec is Codec.H264
        if passes and setting.layers is None:
            at = clock.at(seconds(packet.pts, packet.time_base), arrived)
            self._decodes, self._renditions = False, {}
            if setting.on:
                self._pass(packet, judge, at, origin)
            return
        # A decoder that has to begin in the middle gets all since the last key frame.
        due = [packet] if self._decodes else self._group
        self._decodes = True
        for one in due:
            frames = one.decode()
            for frame in frames if one is packet else ():
                at = clock.at(seconds(frame.pts, frame.time_base), arrived)
                self._show(Shot(frame=frame, at=at), setting, origin)

    def _pass(
        self, packet: "av.Packet[av.VideoStream]", judge: Passing, at: float, origin: float
    ) -> None:
        data = judge.unit(bytes(packet))
        self.handover.put(
            Encoded(
                codec=Codec.H264,
                payloads=self._packetizer.payloads(data, packet.is_keyframe),
                key=packet.is_keyframe,
                ticks=round(at * 90_000),
                captured=origin + at,
            )
        )

    def _show(self, shot: Shot, setting: Setting, origin: float) -> None:
        self._saw(shot)
        if setting.on:
            self._encode(shot, setting, origin)
        else:
            self._renditions = {}
