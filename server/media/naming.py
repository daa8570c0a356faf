"""What a packet's header extensions say: whose it is, and how loud. Pure."""

from server.media.peer import Peer
from server.media.publication import Publication
from signaling.rtp.extensions import SILENCE
from signaling.rtp.header import Header


def adopt(
    peer: Peer, plain: memoryview | bytes, header: Header, found: dict[int, tuple[int, int]]
) -> Publication | None:
    """The publication of a packet whose SSRC is not known yet, by the names that it bears."""
    mid, rid, repaired = (
        str(plain[at : at + length], "ascii", "replace") if length else None
        for at, length in (found.get(each, (0, 0)) for each in (peer.mid_id, *peer.rid_ids))
    )
    return peer.adopt(header.ssrc, mid, header.payload_type, repaired or rid)


def level_of(publication: Publication, plain: memoryview, found: dict[int, tuple[int, int]]) -> int:
    """The octet of RFC 6464, silence when it is not given."""
    at = told(publication.level_id, found)
    return SILENCE if at is None else plain[at[0]]


def told(number: int, found: dict[int, tuple[int, int]]) -> tuple[int, int] | None:
    """Where an extension's value is, none if it has none: two-byte headers may hold no octet."""
    at = found.get(number)
    return at if at is not None and at[1] else None
