import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from server.access import panels
from server.access.panels import COLLECT_WITHIN, MOST_OPEN, OPEN_FOR, Panels, Ticket, fresh_ticket
from server.programme.refusal import Refusal, RefusedError

TICKET = Ticket(code="code", secret="secret")


@pytest.fixture
def asking() -> Panels:
    """The panel of room B asked at 0."""
    one = Panels()
    one.ask("room B", TICKET, 0.0)
    return one


def over() -> "pytest.RaisesExc[RefusedError]":
    return pytest.raises(RefusedError, match="panel_code_over")


def test_a_phone_says_yes_and_the_panel_collects_once(asking: Panels) -> None:
    assert asking.collect("room B", "secret", 1.0) is None
    assert asking.asked_by("code", 2.0) == "room B"
    asking.approve("code", "room B", "wang", 3.0)
    assert asking.collect("room B", "secret", 4.0) == "wang"
    with over():
        asking.collect("room B", "secret", 4.0)


def test_a_code_is_approved_once(asking: Panels) -> None:
    asking.approve("code", "room B", "wang", 1.0)
    with over():
        asking.approve("code", "room B", "li", 2.0)
    assert asking.collect("room B", "secret", 3.0) == "wang"


def test_a_code_ends_after_two_minutes(asking: Panels) -> None:
    assert asking.asked_by("code", OPEN_FOR - 0.1) == "room B"
    with over():
        asking.approve("code", "room B", "wang", OPEN_FOR)


def test_a_late_yes_leaves_time_to_collect_and_no_more(asking: Panels) -> None:
    asking.approve("code", "room B", "wang", OPEN_FOR - 1)
    with over():
        asking.collect("room B", "secret", OPEN_FOR - 1 + COLLECT_WITHIN)


def test_whoever_saw_the_qr_collects_nothing(asking: Panels) -> None:
    asking.approve("code", "room B", "wang", 1.0)
    for secret in ("code", "", "\ud800"):
        with over():
            asking.collect("room B", secret, 2.0)
    assert asking.collect("room B", "secret", 2.0) == "wang"


def test_a_yes_to_another_room_than_was_shown_counts_for_none(asking: Panels) -> None:
    with over():
        asking.approve("code", "room A", "wang", 1.0)
    assert asking.collect("room B", "secret", 2.0) is None


def test_a_new_code_of_a_panel_ends_the_old_one(asking: Panels) -> None:
    asking.approve("code", "room B", "wang", 1.0)
    asking.ask("room B", Ticket(code="new", secret="newer"), 2.0)
    assert len(asking) == 1
    with over():
        asking.collect("room B", "secret", 3.0)
    assert asking.collect("room B", "newer", 3.0) is None


def test_panels_that_ask_are_bounded_until_some_are_over() -> None:
    many = Panels()
    for number in range(MOST_OPEN):
        many.ask(f"room {number}", fresh_ticket(), 0.0)
    with pytest.raises(RefusedError) as refused:
        many.ask("one more", fresh_ticket(), OPEN_FOR - 1)
    assert refused.value.refusal is Refusal.SIGN_IN_BUSY
    many.ask("room 1", fresh_ticket(), OPEN_FOR - 1)
    many.ask("one more", fresh_ticket(), OPEN_FOR)
    assert len(many) == 2


def test_no_two_tickets_are_alike() -> None:
    drawn = [fresh_ticket() for _ in range(100)]
    assert len({one.code for one in drawn} | {one.secret for one in drawn}) == 200


class Classrooms(RuleBasedStateMachine):
    """Panels ask, phones say yes to any code they ever saw, panels collect with any secret."""

    tickets = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.panels = Panels()
        self.asked: dict[str, tuple[str, float]] = {}
        self.approved: dict[str, str] = {}
        self.collected: set[str] = set()

    @rule(target=tickets, panel=st.sampled_from("ABC"))
    def ask(self, panel: str) -> Ticket:
        ticket = fresh_ticket()
        self.panels.ask(panel, ticket, self.now)
        self.asked[ticket.secret] = (panel, self.now)
        return ticket

    @rule(ticket=tickets, panel=st.sampled_from("ABC"), person=st.sampled_from(["wang", "li"]))
    def approve(self, ticket: Ticket, panel: str, person: str) -> None:
        try:
            self.panels.approve(ticket.code, panel, person, self.now)
        except RefusedError:
            return
        assert ticket.secret not in self.approved
        assert self.asked[ticket.secret][0] == panel
        assert self.now < self.asked[ticket.secret][1] + OPEN_FOR
        self.approved[ticket.secret] = person

    @rule(ticket=tickets, panel=st.sampled_from("ABC"))
    def collect(self, ticket: Ticket, panel: str) -> None:
        try:
            person = self.panels.collect(panel, ticket.secret, self.now)
        except RefusedError:
            return
        assert person == self.approved.get(ticket.secret)
        assert self.now < self.asked[ticket.secret][1] + OPEN_FOR + COLLECT_WITHIN
        if person is not None:
            assert ticket.secret not in self.collected
            self.collected.add(ticket.secret)

    @rule(seconds=st.floats(0, 100))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def one_request_for_each_panel(self) -> None:
        assert len(self.panels) <= min(3, panels.MOST_OPEN)


TestClassrooms = Classrooms.TestCase
