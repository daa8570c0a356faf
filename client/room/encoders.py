"""PyAV's encoders, set for live lessons; each is used by one thread."""

import os
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter

from client.room.rates import Shape
from signaling.events import Codec

Samples = npt.NDArray[np.int16]

TICKS = Fraction(1, 90_000)
RATE = 48_000
BLOCK = 960
"""Samples of one Opus packet: 20 ms."""

RAISE_S = 3.0
"""An encoder starts anew for more bits or another pace at most this often: it costs a key frame."""

NAMES = {Codec.H264: "libx264", Codec.VP8: "libvpx", Codec.VP9: "libvpx-vp9"}


class PictureEncoder:
    """One picture stream in one codec.

    FFmpeg's encoders can't be given another bit rate while they run, so a new one takes over: at
    once for another size or a rate a tenth lower, and every few seconds for one a fifth higher, or
    if pictures come a fifth more rarely or a quarter more often.
    """

    def __init__(self, codec: Codec, screen: bool) -> None:
        self.codec = codec
        """What it makes."""
        self._screen = screen
        self._scaler = VideoReformatter()
        self._context: av.VideoCodecContext | None = None
        self._shape: Shape | None = None
        self._bitrate = 0
        self._began = 0.0

    def encode(
        self, frame: av.VideoFrame, at: float, shape: Shape, bitrate: int, key: bool
    ) -> tuple[bytes, bool]:
        """One picture in, one encoded frame out, and whether it is a key frame.

        Args:
            frame: of any size and format.
            at: seconds since the source began; grows.
            shape: what to scale it to.
            bitrate: bits per second.
            key: whether it must be decodable by itself.
        """
        context = self._fitting(at, shape, bitrate)
        scaled = self._scaler.reformat(frame, shape.width, shape.height, "yuv420p")
        scaled.pts = round(at * 90_000)
        scaled.time_base = TICKS
        scaled.pict_type = PictureType.I if key else PictureType.NONE
        packets = context.encode(scaled)
        return b"".join(map(bytes, packets)), any(packet.is_keyframe for packet in packets)

    def _fitting(self, at: float, shape: Shape, bitrate: int) -> av.VideoCodecContext:
        if self._context is None or self._is_unfit(at, shape, bitrate):
            self._context = self._open(shape, bitrate)
            self._shape, self._bitrate, self._began = shape, bitrate, at
        return self._context

    def _is_unfit(self, at: float, shape: Shape, bitrate: int) -> bool:
        now = self._shape
        if now is None or (shape.width, shape.height) != (now.width, now.height):
            return True
        higher, paced = bitrate > self._bitrate * 1.2, 0.8 <= shape.rate / now.rate <= 1.25
        return bitrate < self._bitrate * 0.9 or (
            at - self._began >= RAISE_S and (higher or not paced)
        )

    def _open(self, shape: Shape, bitrate: int) -> av.VideoCodecContext:
        context = av.CodecContext.create(NAMES[self.codec], "w")
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height = shape.width, shape.height
        context.pix_fmt = "yuv420p"
        context.bit_rate = bitrate
        context.time_base = TICKS
        context.framerate = Fraction(shape.rate).limit_denominator(1000)
        context.gop_size = 1_000_000  # key frames come when they are asked for
        context.thread_count = self._threads(shape)
        context.options = self._options(shape, bitrate)
        return context

    def _threads(self, shape: Shape) -> int:
        # Threads of libvpx wait for each other by spinning: on two cores that had other work, one
        # picture of VP8 took 580 ms with two threads, never over 25 with one.
        large = shape.width * shape.height > 640 * 360
        return min(2, os.cpu_count() or 1) if large and self.codec is not Codec.VP8 else 1

    def _options(self, shape: Shape, bitrate: int) -> dict[str, str]:
        limits = {"maxrate": str(bitrate), "bufsize": str(bitrate)}
        if self.codec is Codec.H264:
            return limits | {
                "preset": "veryfast",
                "tune": "zerolatency",
                "profile": "baseline",
                "level": "31" if shape.width * shape.height <= 1280 * 720 else "40",
                "forced-idr": "1",
            }
        live = {"deadline": "realtime", "lag-in-frames": "0", "minrate": str(bitrate)}
        if self.codec is Codec.VP8:
            return limits | live | {"cpu-used": "-6", "static-thresh": "1"}
        content = {"tune-content": "screen"} if self._screen else {}
        return limits | live | {"cpu-used": "7", "row-mt": "1"} | content


class SoundEncoder:
    """Opus of one channel, 20 ms a packet; each repeats the one before in short (in-band FEC)."""

    def __init__(self) -> None:
        context = av.CodecContext.create("libopus", "w")
        assert isinstance(context, av.AudioCodecContext)
        context.sample_rate = RATE
        context.layout = "mono"
        context.format = "s16"
        context.bit_rate = 32_000
        context.options = {
            "application": "voip",
            "fec": "1",
            "packet_loss": "10",
            "frame_duration": "20",
        }
        self._context = context
        self._samples = 0

    def encode(self, samples: Samples) -> bytes:
        """One block in, one Opus packet out."""
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, BLOCK), format="s16", layout="mono")
        frame.sample_rate = RATE
        frame.pts = self._samples
        frame.time_base = Fraction(1, RATE)
        self._samples += BLOCK
        return b"".join(map(bytes, self._context.encode(frame)))


def loudness(samples: Samples) -> int:
    """Level in −dBov: 0 for the loudest there is, 127 for silence (RFC 6464)."""
    power = float(np.mean(np.square(samples.astype(np.float64)))) / 32768**2
    return 127 if power <= 0 else round(min(127.0, max(0.0, -10 * float(np.log10(power)))))
