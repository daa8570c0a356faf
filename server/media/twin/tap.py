"""The tap whose records the compiled pump gathers; what a full socket loses is told as ever."""

from collections.abc import Callable

from server.media.publication import Source
from server.media.tapping import Tap
from server.media.twin.library import Struct, ffi
from signaling.rtp.tap import BATCH_LIMIT, HEADER, REPORT, SENDER_REPORT


class TwinTap(Tap):
    """While nothing is lost records lie in the pump's struct, and in Python from then on.

    `adopt` gives it the struct; before that it is the tap it derives from.
    """

    def __init__(self, fd: int, notify: Callable[[Source, float, float], None]) -> None:
        super().__init__(fd, notify)
        self._state: Struct = None

    def adopt(self, state: Struct) -> None:
        """Take over the struct of the pump, none when it closes."""
        self._state = state

    @property
    def _compiled(self) -> bool:
        return self._state is not None and not self._state.overrun

    def add(
        self, source: Source, codec: int, rollover: int, at: float, packet: bytes, begins: bool
    ) -> None:
        """One packet that the compiled pump could not take; see `Tap.add`."""
        self._absorb()
        super().add(source, codec, rollover, at, packet, begins)
        if self._state is not None:
            self._state.overrun = 1

    def report(self, source: Source, codec: int, at: float, ntp: int, timestamp: int) -> None:
        """A sender report of the publisher (RFC 3550, 6.4.1)."""
        if source.handle is None or not self._compiled:
            super().report(source, codec, at, ntp, timestamp)
            return
        record = HEADER.pack(SENDER_REPORT, codec, REPORT.size, source.handle, 0, at)
        record += REPORT.pack(ntp, timestamp)
        if self._state.used + len(record) > BATCH_LIMIT:
            self.flush()
            if not self._compiled:
                super().report(source, codec, at, ntp, timestamp)
                return
        ffi.memmove(self._state.records + self._state.used, record, len(record))
        self._state.used += len(record)

    def flush(self) -> None:
        """Send what was gathered."""
        if not self._compiled:
            super().flush()
            self._settle()
            return
        used, packets = self._state.used, self._state.packets
        if not used:
            return
        try:
            self._socket.send(ffi.buffer(self._state.records, used))
        except OSError:
            self._absorb()
            batch, self._batch = self._batch, type(self._batch)()
            self._drop(batch)
            self._settle()
        else:
            self.packets += packets
            self._state.used = self._state.packets = 0

    def forget(self, handle: int) -> None:
        """A source is not handed on any more; its loss is nobody's."""
        self._absorb()  # C does not keep the source alive whose packets wait
        super().forget(handle)
        self._settle()

    def _settle(self) -> None:
        """The pump gathers again once nothing is lost and nothing waits in Python."""
        if self._state is not None:
            self._state.overrun = bool(self.overruns or self._batch.records)

    def _absorb(self) -> None:
        """Take over what the pump gathered."""
        state = self._state
        if state is None or not state.used:
            return
        self._batch.records += bytes(ffi.buffer(state.records, state.used))
        self._batch.packets += [
            (ffi.from_handle(state.sources[place].self), state.arrivals[place])
            for place in range(state.packets)
        ]
        state.used = state.packets = 0
