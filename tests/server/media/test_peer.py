"""Which section a stream belongs to, and how many streams are listened to."""

from dataclasses import replace

import pytest

from server.media.peer import STRANGERS, Peer
from server.media.publication import Publication, Source
from signaling.events import Codec
from signaling.ids import PeerId
from signaling.rtp.extensions import TRANSPORT_CC
from tests.support.plane import agreement, down_section, numbered, up_section


@pytest.fixture
def peer() -> Peer:
    """A peer with two pictures, one of them with declared SSRCs, and a sound."""
    made = Peer(PeerId("p"), "ufrag", "password", 1, 0.0)
    sections = (
        up_section("a", "h/camera", Codec.VP8, (11, 12)),
        up_section("b", "h/screen", Codec.VP8),
        up_section("c", "h/microphone", Codec.OPUS),
    )
    made.agree(agreement(sections))
    for number, section in enumerate(sections):
        assert section.source is not None
        source = Source(section.source)
        made.publications[section.mid] = Publication(made, number, source, section)
    return made


def test_a_declared_stream_needs_no_name(peer: Peer) -> None:
    assert peer.adopt(11, None, 96) is peer.publications["a"]
    assert peer.adopt(12, None, 97) is peer.publications["a"]
    assert peer.strangers == 0


def test_a_name_decides_where_nothing_is_declared(peer: Peer) -> None:
    assert peer.adopt(99, "b", 96) is peer.publications["b"]
    assert peer.streams[99] is peer.publications["b"]


def test_a_payload_type_of_one_section_decides_without_a_name(peer: Peer) -> None:
    assert peer.adopt(99, None, 111) is peer.publications["c"]


def test_a_payload_type_of_two_sections_decides_nothing(peer: Peer) -> None:
    assert peer.adopt(99, None, 96) is None
    assert peer.adopt(99, "b", 96) is peer.publications["b"]
    assert peer.strangers == 1


def test_an_unknown_name_is_nobody(peer: Peer) -> None:
    assert peer.adopt(99, "z", 111) is None


def test_strangers_are_listened_to_up_to_a_bound(peer: Peer) -> None:
    for ssrc in range(1000, 1000 + STRANGERS):
        assert peer.may_try(ssrc)
        peer.adopt(ssrc, None, 50)
    assert not peer.may_try(5000)
    assert peer.may_try(1000)
    assert peer.may_try(11)


@pytest.mark.parametrize("feedback", [(), ("transport-cc",)])
@pytest.mark.parametrize("extensions", [{}, {TRANSPORT_CC: 5}])
def test_a_receiver_has_a_path_where_number_and_feedback_are_agreed(
    feedback: tuple[str, ...], extensions: dict[str, int]
) -> None:
    peer = Peer(PeerId("down"), "u", "p", 1, 0.0)
    section = down_section("0", (Codec.VP8,), (100, 101))
    peer.agree(agreement([replace(section, feedback=feedback, extensions=extensions)]))
    assert (peer.path is not None) == bool(feedback and extensions)


def test_a_path_outlives_another_agreement() -> None:
    peer = Peer(PeerId("down"), "u", "p", 1, 0.0)
    peer.agree(agreement([numbered(down_section("0", (Codec.VP8,), (100, 101)))]))
    path = peer.path
    peer.agree(agreement([numbered(down_section("0", (Codec.H264,), (100, 101)))]))
    assert path is not None
    assert peer.path is path


def test_a_publisher_has_no_path(peer: Peer) -> None:
    assert peer.path is None
