"""A publisher of the load generator: looped pre-encoded media as a browser would send it."""

import struct
import time

import pylibsrtp

from bench.counting import Sent
from bench.datagrams import Batch
from bench.endpoint import Endpoint
from bench.footage import RATE, Picture
from bench.orders import AUDIO, EXTENSIONS, VIDEO
from server.media import feedback
from server.media.feedback import KeyFrameRequest, SenderReport
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC, abs_send_time
from signaling.rtp.header import FIXED, extension_block, is_rtcp
from signaling.rtp.sequence import to_ntp

SOUND_S = 0.02


class Stream:
    """One RTP stream of a publisher."""

    def __init__(self, ssrc: int, payload_type: int, clock_rate: int, mid: bytes) -> None:
        self.ssrc = ssrc
        """Of the stream."""
        self.sent = Sent()
        """What went out, for the tally."""
        self.timestamp = 0
        """Of the newest packet."""
        self.octets = 0
        """Payload so far."""
        self._payload_type = payload_type
        self._clock_rate = clock_rate
        self._mid = mid

    def packet(self, payload: bytes, at: float, marker: bool, number: int) -> bytes:
        """The next packet, whose media was taken at `at` seconds; `number` is transport-wide."""
        now = time.clock_gettime(time.CLOCK_REALTIME)
        elements = {
            EXTENSIONS[MID]: self._mid,
            EXTENSIONS[ABS_SEND_TIME]: abs_send_time(now),
            EXTENSIONS[TRANSPORT_CC]: struct.pack("!H", number & 0xFFFF),
        }
        if self._payload_type == AUDIO:
            elements[EXTENSIONS[AUDIO_LEVEL]] = b"\x9e"
        self.timestamp = int(at * self._clock_rate) & 0xFFFF_FFFF
        sequence = len(self.sent.times) & 0xFFFF
        second = marker << 7 | self._payload_type
        head = FIXED.pack(0x90, second, sequence, self.timestamp, self.ssrc)
        self.octets += len(payload)
        self.sent.note(payload, now)
        return head + extension_block(elements) + payload

    def report(self) -> bytes:
        """A sender report of this moment."""
        now = time.clock_gettime(time.CLOCK_REALTIME)
        return feedback.sender_report(
            SenderReport(
                ssrc=self.ssrc,
                ntp=to_ntp(now),
                rtp=self.timestamp,
                packets=len(self.sent.times),
                octets=self.octets,
            )
        )


class Publisher:
    """Sends a picture 30 times and a sound 50 times a second; a PLI skips to the next key frame."""

    def __init__(
        self, room: int, endpoint: Endpoint, pictures: list[Picture], sounds: list[bytes]
    ) -> None:
        self.video = Stream(1000 + room, VIDEO, 90_000, b"0")
        """Its picture."""
        self.audio = Stream(3000 + room, AUDIO, 48_000, b"1")
        """Its sound."""
        self.endpoint = endpoint
        """Its connection."""
        self._pictures = pictures
        self._sounds = sounds
        self._place = 0
        self._taken = 0
        self._heard = 0
        self._number = 0
        self._skip = False
        self._start = time.monotonic()
        self._report = self._start

    def tick(self, now: float) -> float:
        """Send what is due; how late the oldest of it is, in seconds."""
        late = 0.0
        while (at := self._start + self._taken / RATE) <= now:
            late = max(late, now - at)
            self._send_picture(self._taken / RATE)
            self._taken += 1
        while (at := self._start + self._heard * SOUND_S) <= now:
            late = max(late, now - at)
            sound = self._sounds[self._heard % len(self._sounds)]
            self._send(self.audio, sound, self._heard * SOUND_S, True)
            self._heard += 1
        if now >= self._report:
            self._report = now + 1
            both = self.video.report() + self.audio.report()
            self.endpoint.socket.send(self.endpoint.protect_rtcp(both))
        return late

    def _send_picture(self, at: float) -> None:
        if self._skip:
            self._skip = False
            while not self._pictures[self._place].key:
                self._place = (self._place + 1) % len(self._pictures)
        picture = self._pictures[self._place]
        self._place = (self._place + 1) % len(self._pictures)
        for index, payload in enumerate(picture.payloads):
            self._send(self.video, payload, at, index == len(picture.payloads) - 1)

    def _send(self, stream: Stream, payload: bytes, at: float, marker: bool) -> None:
        packet = stream.packet(payload, at, marker, self._number)
        self._number += 1
        self.endpoint.socket.send(self.endpoint.protect(packet))

    def drain(self, batch: Batch) -> None:
        """Read what the server says."""
        for data, _ in batch.read(self.endpoint.socket.fileno()):
            if data[0] >> 6 != 2 or not is_rtcp(data):
                continue
            try:
                items = feedback.read(self.endpoint.unprotect_rtcp(bytes(data)))
            except (ValueError, pylibsrtp.Error):
                continue
            self._skip |= any(isinstance(item, KeyFrameRequest) for item in items)
