"""Fewer frames of a picture in one piece, from any frame on: its temporal layers above a limit go.

A receiver that gets everything goes by lanes as all others do. The first limit that is wished for
gives its run a `Switch`, as over several layers, with the numbers that it had: nothing shows where
that was. The run keeps it, also when everything passes again; the next one begins without. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.media.switching import EVERY, Switch
from signaling.events import Codec

if TYPE_CHECKING:
    from server.media.publication import Publication
    from server.media.subscription import Subscription

CODECS: Final = (Codec.VP8, Codec.VP9)
"""Those whose packets tell their temporal layer: H.264 would by a dependency descriptor alone."""


def thin(row: Subscription) -> None:
    """Let the present run of a row keep to the temporal limit that is wished."""
    source = row.source
    if source is None or source.layers or row.wish is None or not row.running:
        return
    limit, publication = row.wish[1], source.publication
    if row.switch is None and limit < EVERY and publication is not None:
        row.switch = _switch(row, publication)
    if row.switch is not None:
        row.switch.want(0, limit)


def _switch(row: Subscription, publication: Publication) -> Switch | None:
    """One that goes on where the run stands."""
    if publication.codec not in CODECS:
        return None
    rate = publication.clock_rate
    switch = row.new_switch(publication.source.clocks, rate, publication.codec is Codec.VP8)
    switch.take_over(
        row.first,
        publication.highest,
        row.sequence_offset,
        row.timestamp_offset,
        publication.timestamp,
        int(publication.arrived * rate),
    )
    switch.began = int(row.began * rate)
    row.packets += publication.packets
    row.octets += publication.octets
    return switch
