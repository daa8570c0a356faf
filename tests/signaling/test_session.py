"""One connection from its first text to its end."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import wire
from signaling.errors import Code, PeerError, UserError
from signaling.ids import PeerId
from signaling.messages import (
    VERSION,
    Answer,
    Closed,
    Done,
    FromDevice,
    Hello,
    Microphone,
    Ping,
    Pong,
    RaiseHand,
    Refused,
    ToDevice,
)
from signaling.session import (
    ANSWERS_KEPT,
    BURST,
    OLDEST,
    RATE,
    SILENCE,
    Action,
    Answers,
    Close,
    Pass,
    Send,
    Session,
    closed_by,
    secret_hash,
)
from tests.support.lessons import hello
from tests.support.stories import REPORT

HAND = RaiseHand(id=1)


def told(actions: list[Action]) -> list[ToDevice]:
    """What is sent."""
    return [wire.to_device(action.text) for action in actions if isinstance(action, Send)]


def say(session: Session, message: FromDevice, now: float = 0) -> list[Action]:
    """A device says something."""
    return session.receive(wire.write(message), now)


def open_session(zero: float = 0, answers: Answers | None = None) -> Session:
    """A session whose hello was welcomed."""
    session = Session(zero)
    assert say(session, hello(), zero) == [Pass(hello())]
    session.attached(zero, answers or Answers())
    return session


def ends_with(actions: list[Action], code: Code) -> None:
    """The connection ends for this reason."""
    *_, last = told(actions)
    assert isinstance(last, Closed)
    assert last.code is code
    assert actions[-1] == Close()


@pytest.mark.parametrize("message", [Ping(sent=1.0), HAND, REPORT])
def test_the_first_message_is_hello(message: FromDevice) -> None:
    ends_with(say(Session(0), message), Code.HELLO_EXPECTED)


def test_hello_is_said_once() -> None:
    ends_with(say(open_session(), hello()), Code.HELLO_REPEATED)


@pytest.mark.parametrize("version", [0, VERSION + 1, 1000])
def test_a_version_that_is_not_spoken_is_refused_with_those_that_are(version: int) -> None:
    greeting = Hello(version=version, token="t", encodes=(), decodes=())
    actions = say(Session(0), greeting)
    ends_with(actions, Code.VERSION_UNSUPPORTED)
    (closed,) = told(actions)
    assert isinstance(closed, Closed)
    assert closed.data == {"oldest": OLDEST, "newest": VERSION}
    assert not closed.may_resume


@pytest.mark.parametrize("version", range(OLDEST, VERSION + 1))
def test_our_version_and_the_one_before_are_spoken(version: int) -> None:
    greeting = Hello(version=version, token="t", encodes=(), decodes=())
    assert say(Session(0), greeting) == [Pass(greeting)]


def test_a_ping_is_answered_at_once_with_lesson_time() -> None:
    session = open_session(zero=1000)
    assert told(say(session, Ping(sent=5.25), 1012.5)) == [Pong(sent=5.25, now=12.5)]


def test_a_report_is_passed_on_and_not_answered() -> None:
    assert say(open_session(), REPORT) == [Pass(REPORT)]


def test_a_repeated_request_gets_its_first_answer_again() -> None:
    session = open_session()
    assert say(session, HAND) == [Pass(HAND)]
    assert say(session, HAND) == [], "it is being worked on"
    assert told(session.tell(Done(id=1))) == [Done(id=1)]
    assert told(say(session, HAND)) == [Done(id=1)]


def test_a_request_repeated_on_a_new_connection_gets_its_first_answer_too() -> None:
    answers = Answers()
    old = open_session(answers=answers)
    say(old, HAND)
    refused = Refused(id=1, code=Code.BANNED, data={})
    old.tell(refused)
    assert told(say(open_session(answers=answers), HAND)) == [refused]


def test_the_last_answers_are_kept_and_no_more() -> None:
    answers = Answers()
    for request in range(ANSWERS_KEPT + 1):
        assert answers.begin(request) is True
        answers.note(Done(id=request))
    assert answers.begin(1) == Done(id=1)
    assert answers.begin(0) is True


def test_only_the_first_answer_counts() -> None:
    answers = Answers()
    answers.note(Done(id=9))
    assert answers.begin(9) is True
    answers.note(Answer(id=9, peer=PeerId("p"), sdp="v=0", slots=()))
    answers.note(Done(id=9))
    assert isinstance(answers.begin(9), Answer)


def test_five_seconds_of_silence_end_a_connection() -> None:
    session = open_session()
    say(session, Ping(sent=1.0), 3)
    assert session.deadline() == 3 + SILENCE
    assert session.tick(7.9) == []
    assert session.tick(8) == [Close()]
    assert session.deadline() is None
    assert session.tick(9) == []


def test_whoever_connects_and_says_nothing_is_told_so() -> None:
    ends_with(Session(0).tick(SILENCE), Code.HELLO_EXPECTED)


def test_a_burst_is_taken_and_a_flood_ends_the_connection() -> None:
    session = open_session()
    for _ in range(int(BURST) - 1):
        assert len(say(session, Ping(sent=1.0))) == 1
    actions = say(session, Ping(sent=1.0))
    ends_with(actions, Code.TOO_FAST)
    (closed,) = told(actions)
    assert isinstance(closed, Closed)
    assert closed.may_resume


def test_a_steady_rate_is_taken_for_ever() -> None:
    session = open_session()
    for step in range(2000):
        assert told(say(session, Ping(sent=1.0), step / RATE))


def test_nothing_follows_the_last_message() -> None:
    session = open_session()
    closed = closed_by(UserError(Code.REMOVED))
    assert told(session.close(closed)) == [closed]
    assert session.close(closed) == []
    assert session.tell(Microphone(open=True, loudspeaker=True)) == []
    assert say(session, HAND) == []


@pytest.mark.parametrize("code", Code)
def test_coming_back_helps_where_the_device_is_not_to_blame(code: Code) -> None:
    helps = code in (Code.TOO_SLOW, Code.TOO_FAST, Code.SERVER_STOPPING)
    assert closed_by(PeerError(code, most=3)) == Closed(
        code=code, data={"most": 3}, may_resume=helps
    )


def test_the_journal_keeps_a_hash_of_the_secret() -> None:
    assert secret_hash("秘密") == hashlib.sha256("秘密".encode()).hexdigest()


@given(st.lists(st.text(max_size=50) | st.binary(max_size=50), max_size=20))
def test_garbage_ends_a_connection_and_does_nothing_else(texts: list[str | bytes]) -> None:
    session = open_session()
    for text in texts:
        for action in session.receive(text, 1):
            assert isinstance(action, Send | Close)
