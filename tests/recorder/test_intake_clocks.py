"""Picture and sound of one device, recorded together: never further apart than 20 ms."""

import random

import pytest

from recorder.intake import Intake, Source, taken
from recorder.requests import OpenSource
from recorder.sound import SoundCutter
from recorder.twin.choice import incoming
from signaling.events import Codec, Kind
from signaling.ids import LessonId, SourceId
from signaling.rtp.sequence import to_ntp
from tests.support.encoded import Encoded, Publisher

LESSON = LessonId("lesson")
BOOT = 1_760_000_000.0
ZERO = 500.0
DELAY = {Codec.OPUS: 0.32, Codec.H264: 0.02}


class Device:
    """A microphone with a clock of its own and a camera, reported by one device clock."""

    def __init__(self, ppm: float) -> None:
        self.intake = Intake(incoming())
        self._sound = Publisher(1, Codec.OPUS, ppm=ppm, ssrc=1)
        self._picture = Publisher(2, Codec.H264, ssrc=2)
        self.microphone = self._open(self._sound, Kind.MICROPHONE)
        self._open(self._picture, Kind.CAMERA)

    def _open(self, publisher: Publisher, kind: Kind) -> Source:
        request = OpenSource(
            lesson=LESSON,
            source=SourceId(f"p/{kind}"),
            handle=publisher.handle,
            kind=kind,
            codec=publisher.codec,
        )
        return self.intake.open_source(request, ZERO, ZERO)

    def say(self, said: float, data: bytes) -> None:
        """One packet of sound."""
        now = ZERO + said + DELAY[Codec.OPUS]
        for record in self._sound.frame(Encoded(data, said, True), now):
            self._send(record, now)

    def show(self, said: float) -> None:
        """One picture that is no key frame: only its time matters."""
        now = ZERO + said + DELAY[Codec.H264]
        for record in self._picture.frame(Encoded(b"\0\0\1\x41x", said, False), now):
            self._send(record, now)

    def report(self, said: float, step: float) -> None:
        """Both sources' sender reports."""
        for publisher in (self._sound, self._picture):
            now = ZERO + said + DELAY[publisher.codec]
            self._send(publisher.report(to_ntp(BOOT + said + step), said, now), now)

    def _send(self, data: bytes, now: float) -> None:
        for source, found in self.intake.batch(data):
            source.record(found, now)
            list(taken(source))


@pytest.mark.slow
@pytest.mark.parametrize("ppm", [150.0, -150.0])
@pytest.mark.parametrize("step", [0.0, 2.0, -2.0])
def test_sound_stays_within_20_ms_of_the_picture(ppm: float, step: float) -> None:
    device, chance = Device(ppm), random.Random(3)
    cutter = device.microphone.cutter
    assert isinstance(cutter, SoundCutter)
    worst = 0.0
    for n in range(30_000):
        said = n * 0.02
        quiet = (n // 100) % 3 == 0
        device.say(said, b"\x78" + bytes(8 if quiet else chance.randrange(60, 100)))
        if n % 3 == 0:
            device.show(said)
        if n % 50 == 0 and not 200 < said < 205:
            device.report(said, step if said >= 205 else 0.0)
        if said > 10:
            picture = said + DELAY[Codec.H264]
            worst = max(worst, abs(cutter.put_to - 0.02 - picture))
    assert worst <= 0.020
