"""What comes of a peer, as the compiled pump notes it."""

from __future__ import annotations

from server.media.twin.library import Struct, ffi, flag, in_state, load
from server.media.uplink import Uplink

_MESSAGE: Struct = ffi.new("uint8_t[]", 1400)
"""One message on its way from C; `WIDE_MESSAGE` of them."""


class TwinUplink(Uplink):
    """Counts that lie in the peer's struct, and arrivals in memory of their own."""

    def __init__(self, state: Struct) -> None:
        self.state = state
        """The peer's struct."""
        self._arrivals: Struct = None
        super().__init__()

    packets = in_state("packets")
    octets = in_state("octets")
    gaps = flag("gaps")

    def open(self) -> None:
        """Have room for arrivals; a peer that only receives never needs it."""
        if self._arrivals is None:
            library = load()
            self._arrivals = ffi.gc(library.wide_open(), library.wide_close)
            self.state.wide = self._arrivals

    def came(self, size: int, wide: int, now: float) -> None:
        """Note a datagram, as the compiled pump does; see `Uplink.came`."""
        self.open()
        self.packets += 1
        self.octets += size
        if wide >= 0:
            load().wide_arrived(self._arrivals, wide, now)

    def messages(self, sender: int, media: int) -> list[bytes]:
        """Transport-wide feedback on what came since the last call."""
        if self._arrivals is None:
            return []
        told, write = [], load().wide_write
        while length := write(self._arrivals, sender, media, _MESSAGE):
            told.append(bytes(ffi.buffer(_MESSAGE, length)))
        return told
