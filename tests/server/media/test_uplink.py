"""What comes of one peer."""

from server.media.uplink import Uplink
from signaling.congestion.wide_feedback import read_wide


def test_every_packet_counts_and_numbered_ones_are_told() -> None:
    uplink = Uplink()
    uplink.came(100, -1, 1.0)
    uplink.came(200, 65_535, 1.01)
    uplink.came(300, 1, 1.02)
    assert (uplink.packets, uplink.octets, uplink.gaps) == (3, 600, False)
    (message,) = uplink.messages(5, 7)
    (told,) = read_wide(message)
    assert told.first == 65_535
    assert [each is not None for each in told.ticks] == [True, False, True]


def test_nothing_is_told_twice_and_nothing_where_nothing_is_numbered() -> None:
    uplink = Uplink()
    uplink.came(100, -1, 1.0)
    assert uplink.messages(5, 7) == []
    uplink.came(100, 3, 1.0)
    assert len(uplink.messages(5, 7)) == 1
    assert uplink.messages(5, 7) == []
