"""What the generator's peers and the server agree on, by the server's own negotiation: pure."""

from collections.abc import Sequence
from dataclasses import replace

from bench.offer import offer, pool
from bench.orders import camera, microphone
from signaling.agreement import Agreement, Fingerprint
from signaling.events import Codec
from signaling.negotiation import SSRCS, agree_down, agree_up


def upward(room: int, fingerprint: Fingerprint) -> Agreement:
    """With a publisher."""
    chosen = {"0": (camera(room), Codec.H264), "1": (microphone(room), Codec.OPUS)}
    return agree_up(offer(fingerprint, room), chosen)


def downward(ssrcs: Sequence[int], fingerprint: Fingerprint, *, wide: bool = True) -> Agreement:
    """With a receiver of one picture and one sound: the first pair of a device's pool.

    `ssrcs` are those of the picture, its retransmissions and the sound. Not `wide`: the receiver
    knows no transport-wide feedback.
    """
    whole, _ = agree_down(pool(fingerprint, wide=wide), range(1, SSRCS + 1), None)
    picture, sound = whole.sections[:2]
    sections = (replace(picture, ssrcs=tuple(ssrcs[:2])), replace(sound, ssrcs=(ssrcs[2],)))
    return replace(whole, sections=sections)


def numbered(agreement: Agreement) -> dict[str, int]:
    """Its header extensions, of all sections."""
    return {
        uri: number for section in agreement.sections for uri, number in section.extensions.items()
    }


def layers(agreement: Agreement) -> tuple[str, ...]:
    """The layers agreed with a publisher; empty: one, or this server knows none."""
    return tuple(getattr(agreement.sections[0], "layers", ()))
