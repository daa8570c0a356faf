"""One receiver over the layers of one source: a single continuous stream, whatever changes.

Another layer begins at a key frame of its own, another temporal limit at any frame that allows it.
Numbers and times run on, so that no decoder sees where a switch was. Pure; plain integers in flat
fields, and no object for a packet, so that a compiled pump can take it as it is.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final

from server.media.together import Member, Passed
from signaling.rtp.frames import FIRST, KEY, RISES, SYNCED
from signaling.rtp.sequence import difference

NEWEST: Final = 16
"""Beside the flags of `signaling.rtp.frames`: the packet is the newest of its layer so far."""
NONE: Final = -1
"""No layer."""
EVERY: Final = 7
"""A temporal limit that keeps every frame: there are no higher layers (RFC 7741, RFC 9628)."""
SPANS: Final = 64
"""Spans of indexes that are remembered, for what comes late: two seconds and more."""

_LAYER: Final = 0
_BEGINS: Final = 1
_LIMIT: Final = 2
_AHEAD: Final = 3
_SHIFT: Final = 4
_PICTURES: Final = 5
_BASES: Final = 6
_WIDTH: Final = 7


class Switch(Member):
    """Where one receiver stands.

    Remembers `SPANS` spans of indexes that are numbered alike; what is older comes too late. A span
    ends in our numbers where a later one begins, so each of our numbers names one packet, as long
    as each index of a layer is given once.
    """

    __slots__ = (
        "_dropping", "_frame", "_fresh", "_highest", "_spans", "_started", "_written", "base",
        "clock_rate", "clocks", "closes", "layer", "limit", "out_base", "out_picture",
        "out_sequence", "out_timestamp", "picture", "sequence", "timestamp", "wanted",
        "wanted_limit",
    )  # fmt: skip

    def __init__(
        self, clocks: Sequence[int], clock_rate: int, closes: bool, sequence: int, timestamp: int
    ) -> None:
        super().__init__()
        self.clocks = clocks
        """Of each layer NTP and RTP timestamp of its last sender report, `Q`; 0 before the first.
        All receivers of the source share it."""
        self.clock_rate = clock_rate
        """RTP ticks per second."""
        self.closes = closes
        """Whether picture numbers are to run on without dropped frames: VP8's. VP9's frames name
        those they need by the difference of their numbers, which must stay."""
        self.layer = NONE
        """The one that passes."""
        self.wanted = NONE
        """The one that shall pass from its next key frame on; `NONE`: nothing passes."""
        self.limit = EVERY
        """Highest temporal layer that passes."""
        self.wanted_limit = EVERY
        """The one that shall pass."""
        self.sequence = sequence
        """Of the newest packet sent; unbounded."""
        self.timestamp = timestamp
        """Its RTP timestamp."""
        self.picture = 0
        """Its picture number."""
        self.base = 0
        """Its lowest temporal layer's picture number."""
        self._numbers()
        self._spans = self._room()
        self._written = 0
        self._highest = 0
        self._frame = 0
        self._fresh = False
        self._dropping = NONE
        self._started = False

    def _numbers(self) -> None:
        """What it says of the packet that was taken last."""
        self.out_sequence = 0
        """After `take` said yes: the packet's sequence number; unbounded."""
        self.out_timestamp = 0
        """Its RTP timestamp."""
        self.out_picture = 0
        """Its picture number, 15 bits, of which the payload may have 7."""
        self.out_base = 0
        """Its lowest temporal layer's picture number."""

    def _room(self) -> array[int]:
        return array("q", bytes(8 * _WIDTH * SPANS))

    def resume(self, moment: int) -> None:
        """Go on behind a packet of another sequence that was sent at this moment."""
        self.moment = moment
        self._started = True

    def take_over(
        self, begins: int, highest: int, ahead: int, shift: int, timestamp: int, moment: int
    ) -> None:
        """Go on with a picture in one piece of which everything has passed, as layer 0.

        Args:
            begins: the index with which that run began.
            highest: the newest index of the publisher.
            ahead: our sequence numbers minus its indexes.
            shift: our timestamps minus its own, modulo 2**32.
            timestamp: its timestamp of the newest.
            moment: when that came, in RTP ticks.
        """
        self.layer = self.wanted = 0
        self._span(begins, ahead, shift, 0, 0)
        self._highest, self._frame = highest, timestamp
        self.sequence = highest + ahead
        self.timestamp = (timestamp + shift) & 0xFFFF_FFFF
        self.resume(moment)

    @property
    def is_under_way(self) -> bool:
        """Whether anything was sent before the next packet, by it or before it."""
        return bool(self._started)

    def want(self, layer: int, limit: int = EVERY) -> None:
        """What shall pass; takes effect at the first packets that allow it."""
        if (layer, limit) == (self.wanted, self.wanted_limit):
            return
        self.part()
        self.wanted = layer
        self.wanted_limit = limit
        if layer == NONE:
            self.stop()

    def stop(self) -> None:
        """Let nothing pass before the next key frame of what is wanted.

        Also where a layer's indexes begin anew: nothing that came before passes any more.
        """
        self.part()
        self.layer = NONE
        self._written = 0

    def forget(self, layer: int) -> None:
        """A layer's indexes begin anew: nothing of it that came before passes or is found."""
        if layer == self.layer:
            self.stop()
        for back in range(1, min(self._written, SPANS) + 1):
            at = (self._written - back) % SPANS * _WIDTH
            if self._spans[at + _LAYER] == layer:
                self._spans[at + _LAYER] = NONE

    def find(self, sequence: int) -> tuple[int, int]:
        """Layer and index of what bears one of our numbers; `NONE` for what is forgotten."""
        self.catch_up()
        if sequence > self.sequence:
            return NONE, 0
        for back in range(1, min(self._written, SPANS) + 1):
            at = (self._written - back) % SPANS * _WIDTH
            index = sequence - self._spans[at + _AHEAD]
            if index >= self._spans[at + _BEGINS]:
                return self._spans[at + _LAYER], index
        return NONE, 0

    def take(
        self,
        layer: int,
        index: int,
        timestamp: int,
        moment: int,
        flags: int,
        temporal: int,
        picture: int,
        base: int,
    ) -> bool:
        """Whether a packet passes; its numbers are then in `out_…`.

        Args:
            layer: its layer.
            index: its sequence number there with rollovers; never the same twice.
            timestamp: its RTP timestamp there.
            moment: when it came, in RTP ticks of any clock that grows.
            flags: of `signaling.rtp.frames`, and `NEWEST`.
            temporal: its temporal layer.
            picture: its picture number, -1 for none.
            base: its lowest temporal layer's picture number, -1 for none.
        """
        if not flags & NEWEST:
            late = self.again(layer, index, timestamp, temporal, picture, base)
            self.packets += late
            return late
        if layer != self.layer:
            if layer != self.wanted or not flags & KEY:
                return False
            self._begin(layer, index, timestamp, moment, picture, base)
        elif flags & FIRST:
            self._settle(index, timestamp, flags, temporal)
        if temporal > self.limit:
            self._drop(index, timestamp, picture)
            return False
        self._number(self._last(), index, timestamp, picture, base)
        self._pass(index, timestamp, moment, flags, temporal)
        self.packets += 1
        return True

    def _pass(self, index: int, timestamp: int, moment: int, flags: int, temporal: int) -> None:
        """Note the newest packet, which has just been numbered."""
        self._dropping = NONE
        self._highest = index
        self._frame = timestamp
        self.moment = moment
        self._started = True
        self.sequence = self.out_sequence
        self.timestamp = self.out_timestamp
        self.picture = self.out_picture
        self.base = self.out_base
        # A frame of VP9 opens the higher layers to those behind it.
        if flags & RISES and temporal <= self.limit < self.wanted_limit:
            self._fresh = True

    def _begin(
        self, layer: int, index: int, timestamp: int, moment: int, picture: int, base: int
    ) -> None:
        """Another layer, from this packet on, right behind the newest one sent."""
        shift = (self._time(layer, timestamp, moment) - timestamp) & 0xFFFF_FFFF
        continues = self._started
        pictures = self.picture + 1 - picture if continues and picture >= 0 else 0
        bases = self.base + 1 - base if continues and base >= 0 else 0
        if not self.packets:
            self.began = moment
        self.layer = layer
        self.limit = self.wanted_limit
        self._fresh = False
        self._dropping = NONE
        self._span(index, self.sequence + 1 - index, shift, pictures, bases)

    def _time(self, layer: int, timestamp: int, moment: int) -> int:
        """Our time of another layer's packet: by both layers' reports, else by arrival."""
        if not self._started:
            return self.timestamp
        arrived = self.timestamp + max(moment - self.moment, 1)
        ours = self._reported(layer, timestamp)
        if ours < 0 or abs(difference(ours, arrived & 0xFFFF_FFFF)) > self.clock_rate:
            ours = arrived
        if difference(ours & 0xFFFF_FFFF, self.timestamp & 0xFFFF_FFFF) <= 0:
            ours = self.timestamp + 1
        return ours

    def _reported(self, layer: int, timestamp: int) -> int:
        """Our time of another layer's packet by sender reports; -1 if one is missing."""
        if self.layer == NONE or not self._written:
            return NONE
        ntp, rtp = self.clocks[2 * layer], self.clocks[2 * layer + 1]
        ntp_now, rtp_now = self.clocks[2 * self.layer], self.clocks[2 * self.layer + 1]
        if not ntp or not ntp_now:
            return NONE
        apart = (ntp - ntp_now) * self.clock_rate >> 32
        theirs = rtp_now + apart + difference(timestamp, rtp)
        return (theirs + self._spans[self._last() + _SHIFT]) & 0xFFFF_FFFF

    def _settle(self, index: int, timestamp: int, flags: int, temporal: int) -> None:
        """Change the temporal limit at the beginning of a frame that allows it."""
        limit, wanted = self.limit, self.wanted_limit
        if wanted < limit or (self._fresh and timestamp != self._frame) or flags & KEY:
            limit = wanted
        elif flags & SYNCED and limit < temporal <= wanted:
            limit = temporal
        self._fresh = self._fresh and timestamp == self._frame
        if limit == self.limit:
            return
        self.limit = limit
        last = self._last()
        if self._spans[last + _BEGINS] == index:
            self._spans[last + _LIMIT] = limit
        else:
            self._span(index, *self._spans[last + _AHEAD : last + _WIDTH])

    def _drop(self, index: int, timestamp: int, picture: int) -> None:
        """Leave a packet out: those behind it follow without a gap."""
        last = self._last()
        ahead, shift, pictures, bases = self._spans[last + _AHEAD : last + _WIDTH]
        # What is missing within a dropped frame is no gap either.
        within = self._dropping >= 0 and timestamp == self._frame
        ahead -= index - self._highest if within else 1
        if self.closes and picture >= 0 and picture != self._dropping:
            pictures -= 1
        if self._spans[last + _BEGINS] == (self._highest + 1 if within else index):
            self._write(last, index + 1, ahead, shift, pictures, bases)
        else:
            self._span(index + 1, ahead, shift, pictures, bases)
        self._highest = index
        self._frame = timestamp
        self._dropping = max(picture, 0)
        self._fresh = False

    def again(
        self, layer: int, index: int, timestamp: int, temporal: int, picture: int, base: int
    ) -> bool:
        """A packet behind newer ones: as the span numbers it in which it would have come.

        Also one that has passed: it gets the numbers that it had.
        """
        self.catch_up()
        ends = self.sequence + 1
        for back in range(1, min(self._written, SPANS) + 1):
            at = (self._written - back) % SPANS * _WIDTH
            begins = self._spans[at + _BEGINS]
            if self._spans[at + _LAYER] == layer and begins <= index:
                if temporal > self._spans[at + _LIMIT] or index + self._spans[at + _AHEAD] >= ends:
                    return False
                self._number(at, index, timestamp, picture, base)
                return True
            # Another layer takes the numbers over that were kept free before dropped frames.
            ends = min(ends, begins + self._spans[at + _AHEAD])
        return False

    @property
    def is_steady(self) -> bool:
        """Whether every packet passes from now on, with no picture number but its own."""
        if not NONE != self.layer == self.wanted:
            return False
        last, is_whole = self._last(), self.limit == self.wanted_limit == EVERY
        return is_whole and not any(self._spans[last + _PICTURES : last + _WIDTH])

    @property
    def offsets(self) -> tuple[int, int]:
        """Our numbers and times minus the layer's that passes."""
        ahead, shift = self._spans[self._last() + _AHEAD : self._last() + _PICTURES]
        return ahead, shift

    def went(self, last: Passed) -> None:
        """The newest of what has passed since it was steady, as `take` would have noted it."""
        moment = int(last.moment * self.clock_rate)
        self._number(self._last(), last.order, last.timestamp, last.picture, last.base)
        self._pass(last.order, last.timestamp, moment, 0, 0)

    def _number(self, at: int, index: int, timestamp: int, picture: int, base: int) -> None:
        """Number a packet as a span says."""
        spans = self._spans
        self.out_sequence = index + spans[at + _AHEAD]
        self.out_timestamp = (timestamp + spans[at + _SHIFT]) & 0xFFFF_FFFF
        self.out_picture = (picture + spans[at + _PICTURES]) & 0x7FFF if picture >= 0 else 0
        self.out_base = (base + spans[at + _BASES]) & 0xFF if base >= 0 else 0

    def _last(self) -> int:
        """Where the newest span stands."""
        return (self._written - 1) % SPANS * _WIDTH

    def _span(self, begins: int, ahead: int, shift: int, pictures: int, bases: int) -> None:
        """Begin a span."""
        self._written += 1
        self._write(self._last(), begins, ahead, shift, pictures, bases)

    def _write(
        self, at: int, begins: int, ahead: int, shift: int, pictures: int, bases: int
    ) -> None:
        spans = self._spans
        spans[at + _LAYER] = self.layer
        spans[at + _BEGINS] = begins
        spans[at + _LIMIT] = self.limit
        spans[at + _AHEAD] = ahead
        spans[at + _SHIFT] = shift
        spans[at + _PICTURES] = pictures
        spans[at + _BASES] = bases

    def report(self, layer: int, rtp: int) -> int:
        """Our RTP timestamp of a layer's sender report; -1 unless it is the one that passes."""
        if layer != self.layer or not self._written:
            return NONE
        return (rtp + self._spans[self._last() + _SHIFT]) & 0xFFFF_FFFF
