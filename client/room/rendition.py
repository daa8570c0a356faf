"""A picture in one size: its encoder, and what cuts its frames for packets."""

import random

from client.room.encoders import PictureEncoder
from client.room.feeds import Shot
from client.room.handover import Encoded
from client.room.payloads import Packetizer, packetizer
from client.room.rates import Shape
from signaling.events import Codec


class Rendition:
    """The whole picture, or one layer of it, in one codec; begins with a key frame."""

    def __init__(self, codec: Codec, screen: bool, layer: str) -> None:
        self.codec = codec
        """What it is in."""
        self._layer = layer
        self._encoder = PictureEncoder(codec, screen)
        self._packets: tuple[Shape, Packetizer] | None = None

    def encode(
        self, shot: Shot, form: Shape, bitrate: int, key: bool, origin: float
    ) -> Encoded | None:
        """One picture in, at most one frame out; the source's second 0 is the second `origin`."""
        data, is_key = self._encoder.encode(shot.frame, shot.at, form, bitrate, key)
        if not data:
            return None
        return Encoded(
            codec=self.codec,
            payloads=self._cutter(form).payloads(data, is_key),
            key=is_key,
            ticks=round(shot.at * 90_000),
            captured=origin + shot.at,
            layer=self._layer,
        )

    def _cutter(self, form: Shape) -> Packetizer:
        if self._packets is None or self._packets[0] != form:
            # A number to begin with, not a secret.
            number = random.randrange(1 << 15)
            self._packets = (form, packetizer(self.codec, number, (form.width, form.height)))
        return self._packets[1]
