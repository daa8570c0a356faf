"""Where a publication's packets stand, and which of them are still wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.peer import Peer
from server.media.publication import START, Publication, Source
from server.media.table import HISTORY, JUMP, Kept
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from tests.support.plane import up_section

SSRC = 11


@pytest.fixture
def publication() -> Publication:
    """A fresh one."""
    return make()


def make() -> Publication:
    """A publication of a picture that nobody receives."""
    section = up_section("0", "h/camera", Codec.VP8, (SSRC, 12))
    peer = Peer(PeerId("p"), "ufrag", "password", 1, 0.0)
    source = Source(SourceId("h/camera"))
    source.publication = Publication(peer, 0, source, section)
    return source.publication


def take(publication: Publication, sequence: int, ssrc: int = SSRC) -> int:
    """Place a packet and keep it, as the pump does."""
    order = publication.place(ssrc, sequence)
    if order >= 0:
        publication.highest = max(publication.highest, order)
        publication.kept[order % HISTORY] = Kept(order, 0, 0, b"", 127)
    return order


def test_the_first_packet_begins_the_first_lap(publication: Publication) -> None:
    assert take(publication, 5) == START + 5


def test_numbers_go_on_over_the_wrap(publication: Publication) -> None:
    taken = [take(publication, each) for each in (65_534, 0, 65_535)]
    assert taken == [START + 65_534, START + 65_536, START + 65_535]


def test_what_is_here_already_is_dropped(publication: Publication) -> None:
    take(publication, 5)
    take(publication, 6)
    assert [take(publication, each) for each in (5, 6)] == [-1, -1]


def test_what_is_too_late_is_dropped(publication: Publication) -> None:
    take(publication, 5)
    take(publication, HISTORY + 10)
    assert take(publication, 10) == -1
    assert take(publication, 11) == START + 11


def test_what_comes_before_the_first_is_dropped(publication: Publication) -> None:
    take(publication, 5)
    assert take(publication, 4) == -1


def test_a_wild_jump_begins_anew(publication: Publication) -> None:
    take(publication, 5)
    assert take(publication, 5 + JUMP) == START + 5 + JUMP
    assert take(publication, 4 + JUMP) == -1


def test_another_stream_begins_anew(publication: Publication) -> None:
    take(publication, 500)
    publication.report = (1, 2)
    assert take(publication, 7, ssrc=99) == START + 7
    assert publication.report is None
    assert publication.find(START + 500) is None


def test_only_what_is_missing_may_be_repaired(publication: Publication) -> None:
    take(publication, 5)
    take(publication, 7)
    assert publication.missing(6) == START + 6
    assert [publication.missing(each) for each in (4, 5, 7, 8, 30_000)] == [-1] * 5


def test_what_was_kept_is_found_until_it_is_overwritten(publication: Publication) -> None:
    take(publication, 5)
    assert publication.find(START + 5) is not None
    take(publication, 5 + HISTORY)
    assert publication.find(START + 5) is None


@given(st.lists(st.integers(0, 65_535), max_size=200))
def test_no_place_is_given_twice(sequences: list[int]) -> None:
    publication = make()
    given_places = [each for each in (take(publication, one) for one in sequences) if each >= 0]
    assert len(set(given_places)) == len(given_places)


def test_only_what_is_newer_than_the_last_look_away_has_come(publication: Publication) -> None:
    assert not publication.has_come
    take(publication, 5)
    assert publication.has_come
    publication.look_away()
    take(publication, 4)
    assert not publication.has_come
    take(publication, 6)
    assert publication.has_come
    publication.look_away()
    take(publication, 6, ssrc=SSRC + 1)
    assert publication.has_come


def test_another_sequence_is_reported_on_anew(publication: Publication) -> None:
    index = take(publication, 5)
    publication.inflow.came(index, 0, 1.0, repairs=False)
    assert publication.inflow.arrivals.report(2.0) is not None
    take(publication, 900, ssrc=SSRC + 1)
    assert publication.inflow.arrivals.report(3.0) is None
