"""Whatever happens, the compiled pacer lets leave what the reference does."""

from hypothesis import given
from hypothesis import strategies as st

from server.media.pacer import OCTETS_MOST, Pacer
from tests.support.pacers import ROWS, due, offered, packet, twin

happenings = st.lists(
    st.tuples(
        st.sampled_from(
            [*["offer"] * 3, *["late"] * 2, *["end"] * 3, "due", "sound", "aim", "gone"]
        ),
        st.sampled_from(ROWS),
        st.integers(1, 1500),
        st.booleans(),
        st.floats(0, 0.03),
    ),
    max_size=200,
)


def happen(
    pacer: Pacer, number: int, kind: str, row: int, size: int, key: bool, now: float
) -> object:
    """One thing that may happen, and what is seen of it."""
    match kind:
        case "offer" | "late":
            some = [packet(number + place, row, size, key=key) for place in range(1 + size % 40)]
            # Of what is late some are the newest all the same.
            newest = [kind == "offer" or place % 3 == 2 for place in range(len(some))]
            some = [each._replace(newest=new) for each, new in zip(some, newest, strict=True)]
            return offered(pacer, some, now)
        case "due":
            return due(pacer, now)
        case "sound":
            pacer.charge(size, now)
        case "aim":
            pacer.aim(40_000.0 + 900.0 * size)
        case "gone":
            found = pacer.due(now)
            if found is not None:
                pacer.gone(found)
            return found
        case _:
            return pacer.forget(row)
    return None


@given(happenings, st.floats(40_000, 20_000_000))
def test_both_do_the_same_within_their_bounds(
    some: list[tuple[str, int, int, bool, float]], target: float
) -> None:
    reference, compiled, now = Pacer(0.0, target), twin(0.0, target), 0.0
    for place, (kind, row, size, key, pause) in enumerate(some):
        now += pause
        seen = happen(reference, 100 * place, kind, row, size, key, now)
        assert happen(compiled, 100 * place, kind, row, size, key, now) == seen
        assert compiled.octets == reference.octets <= OCTETS_MOST
        assert sorted(compiled.ended()) == sorted(reference.ended())
        assert compiled.is_idle == reference.is_idle
        assert [compiled.refuses(each) for each in ROWS] == [reference.refuses(x) for x in ROWS]
