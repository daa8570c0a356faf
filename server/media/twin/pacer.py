"""What waits for one receiver, as the compiled pump keeps it."""

from collections.abc import Mapping

from server.media.pacer import Pacer, Waiting
from server.media.subscription import Subscription
from server.media.twin.library import Struct, ffi, in_state, load
from server.media.twin.receiver import TwinSubscription


class TwinPacer(Pacer):
    """A pacer whose packets and figures lie in its struct."""

    def __init__(self, now: float, target: float, rows: Mapping[int, Subscription]) -> None:
        self._rows = rows
        super().__init__(now, target)

    def _start(self) -> None:
        """What waits lies in the struct."""

    def _set(self, now: float, target: float) -> None:
        library = load()
        self.state: Struct = ffi.gc(library.pacing_open(now, target), library.pacing_close)
        """Its struct."""

    _octets = in_state("octets")

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and no row is shut."""
        return not self.state.count and not self.state.shut

    def aim(self, target: float) -> None:
        """The target in bits per second has changed."""
        self.state.rate = target / 8

    def charge(self, size: int, now: float) -> None:
        """So many octets have left, of whatever kind."""
        load().pacing_charge(self.state, size, now)

    def waits(self, packet: Waiting, now: float) -> bool:
        """Whether a packet of a picture does not leave now; see `Pacer.waits`."""
        return bool(load().pacing_waits(self.state, self._flat(packet), now))

    def refuses(self, row: int) -> bool:
        """Whether a row is shut."""
        return bool(self._slot(row).shut)

    def due(self, now: float) -> Waiting | None:
        """What leaves now, one at a time."""
        packet: Struct = ffi.new("struct waiting *")
        if not load().pacing_due(self.state, packet, now):
            return None
        return Waiting(
            row=packet.slot.ssrc,
            layer=packet.layer,
            order=packet.index,
            timestamp=packet.timestamp,
            number=packet.number,
            moment=packet.moment,
            picture=packet.picture,
            base=packet.base,
            size=packet.size,
            key=bool(packet.key),
            newest=bool(packet.newest),
        )

    def gone(self, packet: Waiting) -> None:
        """What was due is not kept any more: its row has to begin anew."""
        load().pacing_gone(self.state, self._flat(packet))

    def ended(self) -> list[int]:
        """Rows that are shut and of which nothing waits."""
        if not self.state.shut:
            return []
        slots = {row.ssrc: self._slot(row.ssrc) for row in self._rows.values()}
        return [ssrc for ssrc, slot in slots.items() if load().pacing_ended(self.state, slot)]

    def forget(self, row: int) -> int | None:
        """A row stopped; the first number that did not leave, if any."""
        first = int(load().pacing_forget(self.state, self._slot(row)))
        return None if first < 0 else first

    def _flat(self, packet: Waiting) -> Struct:
        row, layer, order, timestamp, number, moment, *rest = packet
        flat = self._slot(row), order, timestamp, moment, layer, number, *rest
        return ffi.new("struct waiting *", flat)

    def _slot(self, row: int) -> Struct:
        found = self._rows[row]
        assert isinstance(found, TwinSubscription)
        return found.state
