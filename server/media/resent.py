"""What of a row's present run went out under a number, to be sent again. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.media.switched import rewritten
from server.media.switching import NONE, Switch
from server.media.table import HISTORY, Kept
from signaling.rtp.frames import marks
from signaling.rtp.sequence import extend

if TYPE_CHECKING:
    from server.media.publication import Publication
    from server.media.subscription import Subscription


class Resent(NamedTuple):
    """A packet as the receiver had it."""

    kept: Kept
    """As it came."""
    timestamp: int
    """Its RTP timestamp to the receiver."""
    payload: bytes
    """With the picture numbers that the receiver had."""


def find(row: Subscription, publication: Publication, sequence: int) -> Resent | None:
    """The packet under one of our sequence numbers; none if it is gone or of an earlier run."""
    if row.switch is not None:
        return _switched(row, row.switch, sequence)
    newest = publication.highest + row.sequence_offset
    ours = extend(sequence, newest)
    index = ours - row.sequence_offset
    # Where newer ones were lost the store still has what is too old.
    is_too_old = newest - ours >= HISTORY or index < row.first
    kept = None if is_too_old else publication.find(index)
    if kept is None:
        return None
    return Resent(kept, (kept.timestamp + row.timestamp_offset) & 0xFFFF_FFFF, kept.payload)


def _switched(row: Subscription, switch: Switch, sequence: int) -> Resent | None:
    """The same in a run with a switch."""
    switch.catch_up()
    sequence = extend(sequence, switch.sequence)
    layer, index = switch.find(sequence)
    if layer == NONE or row.source is None:
        return None
    publication = row.source.at(layer)
    kept = publication.find(index) if publication is not None else None
    if publication is None or kept is None:
        return None
    found = marks(publication.codec, kept.payload, 0, len(kept.payload))
    numbers = kept.timestamp, found.temporal, found.picture, found.base
    # A number that a dropped packet left to a later one is the later one's.
    if not switch.again(layer, index, *numbers) or switch.out_sequence != sequence:
        return None
    return Resent(kept, switch.out_timestamp, rewritten(kept.payload, found, switch))
