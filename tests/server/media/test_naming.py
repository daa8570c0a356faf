"""What header extensions say of a packet."""

import pytest

from server.media.naming import adopt, level_of, told
from server.media.peer import Peer
from server.media.publication import Publication, Source
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from signaling.rtp.extensions import AUDIO_LEVEL, MID, SILENCE
from signaling.rtp.header import extensions, read
from tests.support.plane import UP_IDS, agreement, rtp, up_section


@pytest.fixture
def voice() -> Publication:
    """A sound whose SSRC no offer declared."""
    peer = Peer(PeerId("up"), "u", "p", 1, 0.0)
    section = up_section("1", "h/microphone", Codec.OPUS)
    peer.agree(agreement([up_section("0", "h/camera", Codec.VP8), section]))
    source = Source(SourceId("h/microphone"))
    peer.publications["1"] = Publication(peer, 0, source, section)
    return peer.publications["1"]


@pytest.mark.parametrize(("mid", "is_found"), [(b"1", True), (b"0", False), (b"\xff", False)])
def test_a_packet_is_its_publications_by_the_name_it_bears(
    voice: Publication, mid: bytes, is_found: bool
) -> None:
    packet = rtp(77, 1, b"sound", codec=Codec.OPUS, extensions={UP_IDS[MID]: mid})
    header = read(packet)
    found = adopt(voice.peer, packet, header, extensions(packet, header))
    assert (found is voice) == is_found
    assert voice.peer.streams == {77: found}


def test_a_level_is_silence_where_it_is_not_told(voice: Publication) -> None:
    loud = rtp(77, 1, b"sound", extensions={UP_IDS[AUDIO_LEVEL]: b"\x8a"})
    assert level_of(voice, memoryview(loud), extensions(loud, read(loud))) == 0x8A
    assert level_of(voice, memoryview(loud), {}) == SILENCE


def test_an_extension_of_no_octet_tells_nothing() -> None:
    assert told(4, {4: (16, 0)}) is None
    assert told(4, {4: (16, 1)}) == (16, 1)
    assert told(5, {4: (16, 1)}) is None
