from server.access.tokens import LinkKey
from server.actions.lessons import Listed
from server.actions.links import LinkMaker, described
from server.actions.presence import IntervalWords, PresenceWords
from server.actions.words import intervals, listed, made
from tests.support.stored import planned


def test_a_lesson_is_printed_with_every_link() -> None:
    maker = LinkMaker(base="http://localhost:1", key=LinkKey(b"k" * 32), expires=1000)
    links = described(planned(), maker, ["http://localhost:1", "http://192.0.2.1:1"])
    text = made(links)
    assert text.count("http://localhost:1/lesson#") == 7
    assert text.endswith("http://localhost:1 = http://192.0.2.1:1")


def test_lessons_are_listed_one_a_line() -> None:
    one = Listed(lesson="l", title="数学", state="open", created="", rooms=["甲", "乙"])
    assert listed([one, one]).splitlines() == ["l  open  数学  甲 / 乙"] * 2


def test_an_interval_that_lasts_has_no_end() -> None:
    here = IntervalWords(participant="p", name="甲", role="room", start=0.0, end=None, reason=None)
    gone = IntervalWords(participant="p", name="乙", role="room", start=1.0, end=2.0, reason="left")
    words = intervals(PresenceWords(lesson="l", ended=False, intervals=[here, gone], turns=[]))
    assert words.splitlines() == ["甲  room  0.0– s", "乙  room  1.0–2.0 s  left"]
