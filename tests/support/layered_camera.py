"""A camera in three layers at a media plane, and a device that gets its picture."""

from server.media.requests import SetTap, Want
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.extensions import MID, RID
from tests.support.layered_play import CAMERA, IDS, RIDS, layered, vp8
from tests.support.plane import Ground, down_section, rtp

SSRCS = (21, 22, 23)


class Camera:
    """A device that sends three layers, and one that gets the picture."""

    def __init__(self, floor: Ground, rows: int = 0) -> None:
        self.floor = floor
        self.up = floor.peer("up", layered(Codec.VP8, rows=rows))
        self.down = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
        floor.gate(CAMERA)
        floor.plane.set_tap(SetTap(source=SourceId(CAMERA), handle=1))
        floor.bind(self.down, "0", CAMERA)
        self.picture = 0
        self.octets = (0, 0, 0)
        """What a packet of each layer has more."""

    def film(self, *layers: int, key: bool = False) -> None:
        """One picture in these layers."""
        self.picture += 1
        for layer in layers:
            names = {IDS[MID]: b"0", IDS[RID]: RIDS[layer].encode()}
            body = vp8(self.picture, key, self.picture % 2) + bytes(self.octets[layer])
            body += RIDS[layer].encode()
            time = self.picture * 3000 + layer * 500_000
            self.up.send(rtp(SSRCS[layer], self.picture, body, timestamp=time, extensions=names))
        self.floor.turn()
        self.floor.wait(0.04)

    def films(self, seconds: float, *layers: int) -> None:
        """Pictures for so long."""
        for _ in range(round(seconds / 0.04)):
            self.film(*layers)

    def asked(self) -> set[int]:
        """SSRCs of which the device was asked for key frames since."""
        return {int.from_bytes(each[8:12], "big") for each in self.up.reports() if each[1] == 206}

    def want(self, layer: int | None, temporal: int | None = None) -> None:
        """What the allocator says."""
        wish = Want(peer=self.down.id, mid="0", layer=layer, temporal=temporal)
        self.floor.plane.want(wish, self.floor.now)

    def shown(self) -> list[bytes]:
        """Packets that came to the receiver."""
        return self.down.packets()


def ends(packets: list[bytes]) -> str:
    """Of which layers they are."""
    return b"".join(each[-1:] for each in packets).decode()
