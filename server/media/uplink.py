"""What comes of one peer, whatever it belongs to: octets, and when on the whole path. Pure.

The reference for the compiled pump's own (`twin.uplink`).
"""

from server.media.transport_cc import TransportFeedback


class Uplink:
    """All RTP packets of one peer; bounded by `transport_cc.MEMORY`."""

    def __init__(self) -> None:
        self.packets = 0
        """How many came since the start."""
        self.octets = 0
        """Octets of their datagrams."""
        self.gaps = False
        """Whether something may be missing of what it sends; the control half takes that back."""
        self._wide = TransportFeedback()

    def came(self, size: int, wide: int, now: float) -> None:
        """Note a datagram of so many octets, with its transport-wide number or -1."""
        self.packets += 1
        self.octets += size
        if wide >= 0:
            self._wide.arrived(wide, now)

    def messages(self, sender: int, media: int) -> list[bytes]:
        """Transport-wide feedback on what came since the last call."""
        return self._wide.messages(sender, media)
