from hypothesis import given
from hypothesis import strategies as st

from server.media.pacer import DEPTH_LEAST, OCTETS_MOST, PACE, WAIT, Pacer, Packet, Sent
from server.media.probing import Cluster

TARGET = 800_000.0


def packets(count: int, row: int = 1, key: bool = False, first: int = 0) -> list[Packet]:
    return [Packet(row, 1000, key, key and not place, first + place) for place in range(count)]


def tokens(sent: list[Sent]) -> list[int]:
    return [one.packet.token for one in sent if one.packet is not None]


def drained(pacer: Pacer, start: float, seconds: float) -> list[tuple[float, Sent]]:
    return [
        (start + tick * 0.005, sent)
        for tick in range(1, int(seconds * 200) + 1)
        for sent in pacer.due(start + tick * 0.005)
    ]


def test_what_comes_evenly_leaves_at_once() -> None:
    pacer = Pacer(0.0, TARGET)
    for tick, packet in enumerate(packets(100)):
        assert pacer.offer(packet, tick * 0.01)
        assert tokens(pacer.due(tick * 0.01)) == [packet.token]


def test_a_key_frame_is_spread_at_the_pace_in_its_order() -> None:
    pacer = Pacer(0.0, TARGET)
    for packet in packets(50, key=True):
        pacer.offer(packet, 0.0)
    begin = pacer.due(0.0)
    assert len(begin) <= DEPTH_LEAST // 1000 + 1
    rest = drained(pacer, 0.0, 1.0)
    assert tokens(begin) + tokens([sent for _, sent in rest]) == list(range(50))
    octets_per_second = 1000 * len(rest) / rest[-1][0]
    assert 0.9 < 8 * octets_per_second / (PACE * TARGET) < 1.1
    assert all(
        sum(1 for other, _ in rest if at <= other < at + 0.1) * 8000 < 1.2 * PACE * TARGET * 0.1
        for at, _ in rest
    )


def test_sound_is_charged_and_the_pictures_wait_for_it() -> None:
    pacer = Pacer(0.0, TARGET)
    pacer.charge(3000, 0.0)
    pacer.offer(packets(1)[0], 0.0)
    assert pacer.due(0.0) == []
    assert tokens(pacer.due(0.01)) == [0]


def test_sound_alone_never_keeps_pictures_from_leaving_for_long() -> None:
    pacer = Pacer(0.0, TARGET)
    pacer.charge(10_000_000, 0.0)
    pacer.offer(packets(1)[0], 0.0)
    assert tokens([sent for _, sent in drained(pacer, 0.0, 0.2)]) == [0]


def test_a_full_queue_goes_on_with_the_newest_key_frame() -> None:
    pacer = Pacer(0.0, TARGET)
    for packet in [*packets(60), *packets(20, key=True, first=100)]:
        assert pacer.offer(packet, 0.0)
    assert tokens(pacer.due(0.0))[0] == 100
    assert pacer.starved() == set()


def test_a_full_queue_without_a_key_frame_waits_for_one() -> None:
    pacer = Pacer(0.0, TARGET)
    taken = [pacer.offer(packet, 0.0) for packet in packets(100)]
    assert not taken[-1]
    assert pacer.octets == 0
    assert (pacer.starved(), pacer.starved()) == ({1}, set())
    assert not pacer.offer(packets(1)[0], 0.1)
    assert pacer.offer(packets(1, key=True)[0], 0.2)
    assert pacer.offer(packets(1)[0], 0.2)


def test_a_key_frame_under_way_is_finished_though_it_is_large() -> None:
    pacer = Pacer(0.0, TARGET)
    for packet in packets(120, key=True):
        assert pacer.offer(packet, 0.0)
    assert not pacer.offer(packets(1, first=500)[0], 0.0)
    assert tokens([s for _, s in drained(pacer, 0.0, 2.0)]) == list(range(120))


def test_only_the_row_that_fills_the_queue_loses() -> None:
    pacer = Pacer(0.0, TARGET)
    pacer.offer(packets(1, row=2)[0], 0.0)
    for packet in packets(100):
        pacer.offer(packet, 0.0)
    assert pacer.starved() == {1}
    assert pacer.octets == 1000


def test_a_row_that_stopped_is_forgotten() -> None:
    pacer = Pacer(0.0, TARGET)
    for packet in packets(30):
        pacer.offer(packet, 0.0)
    pacer.forget(1)
    assert (pacer.octets, pacer.due(0.0)) == (0, [])


def test_a_probe_is_filled_with_padding_at_its_rate() -> None:
    pacer = Pacer(0.0, TARGET)
    pacer.probe(Cluster(7, 2e6, 10_000))
    pacer.offer(packets(1)[0], 0.0)
    sent = [(0.0, each) for each in pacer.due(0.0)] + drained(pacer, 0.0, 0.2)
    assert sum(each.size for _, each in sent) == 10_000
    assert {each.cluster for _, each in sent} == {7}
    assert sum(each.packet is not None for _, each in sent) == 1
    assert 0.03 < sent[-1][0] - sent[0][0] < 0.05


offers = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 1500), st.sampled_from("kbd"), st.floats(0, 0.05)),
    max_size=300,
)


@given(offers, st.floats(40_000, 20_000_000))
def test_the_queue_is_bounded_and_keeps_the_order(
    some: list[tuple[int, int, str, float]], target: float
) -> None:
    pacer, now, left = Pacer(0.0, target), 0.0, list[int]()
    for token, (row, size, kind, pause) in enumerate(some):
        now += pause
        pacer.offer(Packet(row, size, kind in "kb", kind == "b", token), now)
        keys = sum(p_size for _, p_size, p_kind, _ in some if p_kind in "kb")
        assert pacer.octets <= min(WAIT * PACE * target / 8 + keys, OCTETS_MOST)
        left += tokens(pacer.due(now))
    for tick in range(1, 100_000):
        if not pacer.octets:
            break
        left += tokens(pacer.due(now + tick * 0.01))
    assert pacer.octets == 0
    assert left == sorted(set(left))
