"""Slots whose retransmissions and reports the compiled pump sees to itself."""

from __future__ import annotations

import math
from collections import UserDict
from typing import TYPE_CHECKING, Any

from server.media.feedback import Reception
from server.media.recent import Recent
from server.media.subscription import RTX_RATE, Subscription
from server.media.switching import Switch
from server.media.twin.library import Struct, ffi, flag, in_state, load

if TYPE_CHECKING:
    from array import array

    from server.media.peer import Peer
    from server.media.publication import Publication
    from signaling.agreement import Section


class TwinRecent(Recent):
    """What was sent last; it lies in its struct."""

    def __init__(self) -> None:
        library = load()
        self.state: Struct = ffi.gc(library.recent_open(), library.recent_close)
        """Its struct."""


class TwinSwitch(Switch):
    """A switch; all of it lies in its struct."""

    def __init__(
        self, clocks: array[int], clock_rate: int, closes: bool, sequence: int, timestamp: int
    ) -> None:
        self._shared = ffi.from_buffer("uint64_t[]", clocks)
        self.state: Struct = ffi.new("struct over *", {"clocks": self._shared})
        """Its struct."""
        super().__init__(clocks, clock_rate, closes, sequence, timestamp)

    clock_rate = in_state("clock_rate")
    closes = in_state("closes")
    layer = in_state("layer")
    wanted = in_state("wanted")
    limit = in_state("limit")
    wanted_limit = in_state("wanted_limit")
    sequence = in_state("sequence")
    timestamp = in_state("timestamp")
    picture = in_state("picture")
    base = in_state("base")
    out_sequence = in_state("out_sequence")
    out_timestamp = in_state("out_timestamp")
    out_picture = in_state("out_picture")
    out_base = in_state("out_base")
    moment = in_state("moment")
    began = in_state("began")
    packets = in_state("packets")
    octets = in_state("octets")
    _written = in_state("written")
    _highest = in_state("highest")
    _frame = in_state("frame")
    _dropping = in_state("dropping")
    _fresh = in_state("fresh")
    _started = in_state("started")

    def _room(self) -> Any:  # noqa: ANN401  # the same numbers in C
        return self.state.spans

    def take(self, *packet: int) -> bool:
        """See `Switch.take`."""
        return bool(load().over_take(self.state, *packet))


class TwinSubscription(Subscription):
    """A row; what is sent again is counted in its struct."""

    def __init__(self, peer: Peer, section: Section, sequence: int, timestamp: int) -> None:
        rate, burst = RTX_RATE
        ssrc, rtx_ssrc = (*section.ssrcs, -1)[:2]
        self.state: Struct = ffi.new(
            "struct slot *",
            {"ssrc": ssrc, "rtx_ssrc": rtx_ssrc, "rate": rate, "burst": burst, "then": -math.inf},
        )
        """Its struct."""
        super().__init__(peer, section, sequence, timestamp)

    rtx_sequence = in_state("rtx_sequence")
    twice = flag("twice")

    def new_recent(self) -> Recent:
        """What was sent last, which the compiled pump keeps itself."""
        return TwinRecent()

    @property
    def recent(self) -> Recent | None:
        """What was sent last, where it is sent again as it was; where C sees it too."""
        return self._recent

    @recent.setter
    def recent(self, value: Recent | None) -> None:
        self._recent = value
        self.state.recent = value.state if isinstance(value, TwinRecent) else ffi.NULL

    def new_switch(self, clocks: array[int], rate: int, closes: bool) -> Switch:
        """A switch that this row's pump can read."""
        return TwinSwitch(clocks, rate, closes, self.sequence, self.timestamp)

    def carry(self, publication: Publication, state: Struct, place: int) -> int:
        """Its row is at this place of the publication now; the payload type of RTX, -1 for none."""
        self._carried = publication  # C does not keep it alive
        self.state.publication, self.state.place = state, place
        rtx = self.payloads[publication.codec].rtx
        return -1 if rtx is None else rtx

    def told(self) -> list[tuple[Reception, float]]:
        """The last reports on it that were not asked for yet, and when each came."""
        found = []
        for ssrc, told in zip((self.ssrc, self.rtx_ssrc), self.state.told, strict=True):
            if told.fresh and ssrc is not None:
                told.fresh = 0
                found.append((_reception(ssrc, told), float(told.at)))
        return found


def _reception(ssrc: int, told: Struct) -> Reception:
    lost = told.loss & 0xFF_FFFF
    return Reception(
        ssrc=ssrc,
        fraction=(told.loss >> 24) / 256,
        lost=lost - (lost >> 23 << 24),
        highest=told.highest,
        jitter=told.jitter,
        last_report=told.last_report,
        since_report=told.since_report,
    )


class Rows(UserDict[int, Subscription]):
    """What a peer receives, by SSRC, and its slots as the compiled pump reads them."""

    def __init__(self, state: Struct) -> None:
        self._state = state
        self._array: Struct = ffi.NULL
        super().__init__()

    def __setitem__(self, ssrc: int, row: Subscription) -> None:
        super().__setitem__(ssrc, row)
        slots = [
            each.state
            for each in dict.fromkeys(self.values())
            if isinstance(each, TwinSubscription)
        ]
        self._array = ffi.new("struct slot *[]", slots)
        self._state.slots, self._state.slot_count = self._array, len(slots)
