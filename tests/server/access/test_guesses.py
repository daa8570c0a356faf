import math
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from server.access import guesses
from server.access.guesses import LIMITS, MINUTE, Guess, Guesses, Kind, network
from server.programme.refusal import Refusal, RefusedError

ADDRESS = "198.51.100.7"


def guess_at(name: str | None = "wang", address: str = ADDRESS, **more: str) -> Guess:
    return Guess(
        kind=Kind(more.get("kind", Kind.PASSWORD)),
        address=address,
        name=name,
        familiar=more.get("familiar"),
    )


def wait_of(counts: Guesses, guess: Guess, now: float) -> float:
    """Seconds to wait; 0 when it was admitted, and counted."""
    try:
        counts.admit(guess, now)
    except RefusedError as error:
        return float(error.data["seconds"])
    return 0.0


def spend(counts: Guesses, guess: Guess, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        counts.admit(guess, now)


def test_the_fifth_wrong_guess_costs_a_minute_and_each_further_one_doubles_it() -> None:
    counts = Guesses()
    spend(counts, guess_at(), 5)
    now, waits = 0.0, []
    for _ in range(6):
        waits.append(wait_of(counts, guess_at(), now))
        now += waits[-1]
        assert wait_of(counts, guess_at(), now) == 0
    assert waits == [60, 120, 240, 480, 900, 900]


def test_a_wait_is_said_in_seconds() -> None:
    counts = Guesses()
    spend(counts, guess_at(), 5)
    with pytest.raises(RefusedError) as refused:
        counts.admit(guess_at(), 0.5)
    assert refused.value.refusal is Refusal.GUESSES_SPENT
    assert refused.value.data == {"seconds": 60}


def test_a_refused_guess_does_not_lengthen_the_wait() -> None:
    counts = Guesses()
    spend(counts, guess_at(), 5)
    assert [wait_of(counts, guess_at(), 30.0) for _ in range(100)] == [30] * 100


def test_four_wrong_guesses_in_a_quarter_cost_nothing() -> None:
    counts = Guesses()
    for quarter in range(10):
        spend(counts, guess_at(), 4, quarter * 15 * MINUTE)
    assert wait_of(counts, guess_at(), 200 * MINUTE) == 0


def test_a_right_guess_starts_the_name_anew() -> None:
    counts = Guesses()
    spend(counts, guess_at(), 4)
    counts.right(guess_at())
    spend(counts, guess_at(), 4)


def test_guesses_at_once_are_counted_before_any_proves_wrong() -> None:
    counts = Guesses()
    assert sum(wait_of(counts, guess_at(), 0.0) == 0 for _ in range(100)) == 5


def test_a_quarter_of_quiet_after_the_wait_forgets_all() -> None:
    counts = Guesses()
    spend(counts, guess_at(), 5)
    spend(counts, guess_at(), 5, 16 * MINUTE)


def test_one_address_is_slowed_over_many_names_and_its_neighbour_is_not() -> None:
    counts = Guesses()
    for number in range(30):
        counts.admit(guess_at(f"name{number}"), 0.0)
    assert wait_of(counts, guess_at("another"), 0.0) == 30
    assert wait_of(counts, guess_at("another", address="198.51.100.8"), 0.0) == 0
    assert wait_of(counts, guess_at("another"), 30.0) == 0


def test_sixty_teachers_of_one_school_sign_in_one_after_the_other() -> None:
    counts = Guesses()
    for number in range(60):
        counts.admit(guess_at(f"name{number}"), 0.0)
        counts.right(guess_at(f"name{number}"))


def test_an_own_account_does_not_wash_an_address_clean() -> None:
    counts = Guesses()
    for number in range(29):
        counts.admit(guess_at(f"name{number}"), 0.0)
    counts.admit(guess_at("own"), 0.0)
    counts.right(guess_at("own"))
    assert [wait_of(counts, guess_at(name), 0.0) for name in ("one", "two")] == [0, 30]


def test_strangers_do_not_keep_the_owner_of_a_familiar_browser_out() -> None:
    counts = Guesses()
    spend(counts, guess_at(), 5)
    owner = guess_at(familiar="browser")
    spend(counts, owner, 5)
    assert wait_of(counts, owner, 0.0) == 60
    counts.right(owner)
    assert wait_of(counts, guess_at(), 0.0) == 60


def test_a_crowd_at_one_address_does_not_keep_a_familiar_browser_out() -> None:
    counts = Guesses()
    for number in range(30):
        counts.admit(guess_at(f"name{number}"), 0.0)
    assert wait_of(counts, guess_at(), 0.0) == 30
    assert wait_of(counts, guess_at(familiar="browser"), 0.0) == 0


def test_kinds_count_apart_and_a_pin_waits_longer() -> None:
    counts = Guesses()
    spend(counts, guess_at(), 5)
    spend(counts, guess_at(kind="pin"), 5)
    assert wait_of(counts, guess_at(kind="pin"), 0.0) == 300


def test_a_class_types_its_join_code_from_one_address() -> None:
    counts = Guesses()
    spend(counts, guess_at(None, kind="join_code"), 300)
    assert wait_of(counts, guess_at(None, kind="join_code"), 0.0) == 3


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("unix", "unix"),
    ],
)
def test_what_counts_as_one_address(address: str, counted: str) -> None:
    assert network(address) == counted


def test_memory_is_bounded_and_the_oldest_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "MOST_RECORDS", 3)
    counts = Guesses()
    for number in range(4):
        spend(counts, guess_at(f"name{number}", address=f"198.51.100.{number}"), 5)
    assert len(counts) == 6
    assert wait_of(counts, guess_at("name3", address="192.0.2.1"), 0.0) == 60
    assert wait_of(counts, guess_at("name0", address="192.0.2.1"), 0.0) == 0


def test_a_record_takes_less_than_a_kilobyte_however_long_the_name() -> None:
    tracemalloc.start()
    counts = Guesses()
    for number in range(200):
        spend(counts, guess_at(f"{number}" * 1000, f"10.0.0.{number}", kind="screen_code"), 20, 1.5)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(counts) == 400
    assert taken < 400 * 1000


@given(st.sampled_from(Kind), st.lists(st.floats(0, 7200), max_size=60))
def test_no_wait_passes_its_longest(kind: Kind, pauses: list[float]) -> None:
    counts, now = Guesses(), 0.0
    for pause in pauses:
        wait = wait_of(counts, guess_at(kind=kind), now)
        assert wait <= LIMITS[kind].name.longest
        now += pause


class Attack(RuleBasedStateMachine):
    """Somebody guesses as fast as it is let, at a few names, while the owner signs in at times."""

    @initialize(kind=st.sampled_from([Kind.PASSWORD, Kind.PIN]))
    def begin(self, kind: Kind) -> None:
        self.kind = kind
        self.counts = Guesses()
        self.now = 0.0
        self.wrong: dict[str, list[float]] = {}

    @rule(name=st.sampled_from("abc"), times=st.integers(1, 8))
    def guess_wrong(self, name: str, times: int) -> None:
        for number in range(times):
            guess = guess_at(name, address=f"192.0.2.{number}", kind=self.kind)
            if wait_of(self.counts, guess, self.now) == 0:
                self.wrong.setdefault(name, []).append(self.now)

    @rule(seconds=st.floats(0, 4000))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: self.wrong)
    @rule(name=st.sampled_from("abc"))
    def sign_in(self, name: str) -> None:
        guess = guess_at(name, address="203.0.113.1", kind=self.kind)
        if wait_of(self.counts, guess, self.now) == 0:
            self.counts.right(guess)
            self.wrong[name] = []

    @invariant()
    def after_the_free_ones_wrong_guesses_keep_their_distance(self) -> None:
        climb = LIMITS[self.kind].name
        for times in self.wrong.values():
            for first, sixth in zip(times, times[climb.free :], strict=False):
                assert sixth - first >= climb.wait

    @invariant()
    def a_window_lets_few_through(self) -> None:
        climb = LIMITS[self.kind].name
        doublings = math.ceil(math.log2(climb.longest / climb.wait))
        for times in self.wrong.values():
            recent = [time for time in times if self.now - time < climb.window]
            assert len(recent) <= climb.free + doublings


TestAttack = Attack.TestCase
