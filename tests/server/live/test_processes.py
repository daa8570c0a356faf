import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from server.live.processes import Child, Program, UnavailableError
from tests.support.child_words import NOTICE, REQUEST, Ask, Echoed, Notice, Ready, Said

pytestmark = pytest.mark.slow


class Diary:
    """Notes what a listener is told."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.news = asyncio.Event()
        self.hear: Callable[[], None] = lambda: None

    def started(self) -> None:
        self.note("started")

    def lost(self) -> None:
        self.note("lost")

    def told(self, notice: Notice) -> None:
        assert isinstance(notice, Said)
        self.note(notice.word)
        self.hear()

    def note(self, word: str) -> None:
        self.words.append(word)
        self.news.set()

    async def until(self, words: list[str]) -> None:
        async with asyncio.timeout(20):
            while self.words != words:
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def running() -> AsyncIterator[tuple[Child[Ask, Notice], Diary]]:
    diary = Diary()
    child = Child(
        Program(
            name="child",
            module="tests.support.child_program",
            arguments=[],
            tap=None,
            requests=REQUEST,
            notices=NOTICE,
            reply_to=lambda notice: notice.id if isinstance(notice, Echoed) else None,
        ),
        diary,
    )
    task = asyncio.create_task(child.run())
    try:
        await diary.until(["started"])
        yield child, diary
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def ask(word: str, number: int = 0) -> Ask:
    return Ask(id=number, word=word)


async def test_replies_find_whoever_asked() -> None:
    async with running() as (child, _):
        replies = await asyncio.gather(
            *(child.ask(lambda n, w=word: ask(w, n), 10.0) for word in "abc")  # type: ignore[misc]
        )
    assert [reply.word for reply in replies if isinstance(reply, Echoed)] == ["a", "b", "c"]


async def test_what_it_says_unasked_is_heard() -> None:
    async with running() as (child, diary):
        child.send(ask("hint"))
        await diary.until(["started", "hint"])


@pytest.mark.parametrize("word", ["die", "babble"])
async def test_a_dead_child_is_replaced_and_its_questions_are_answered(word: str) -> None:
    async with running() as (child, diary):
        waiting = asyncio.create_task(child.ask(lambda n: ask(word, n), 10.0))
        with pytest.raises(UnavailableError):
            await waiting
        await diary.until(["started", "lost", "started"])
        assert isinstance(await child.ask(lambda n: ask("again", n), 10.0), Echoed)


async def test_a_killed_child_is_replaced() -> None:
    async with running() as (child, diary):
        before = child.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        await diary.until(["started", "lost", "started"])
        assert child.pid != before


async def test_a_child_that_is_renewed_ends_by_itself_and_the_next_one_answers() -> None:
    async with running() as (child, diary):
        before = child.pid
        waiting = asyncio.create_task(child.ask(lambda n: ask("hint", n), 10.0))
        await diary.until(["started", "hint"])
        child.renew()
        child.renew()
        assert not child.ready
        with pytest.raises(UnavailableError):
            await waiting
        await diary.until(["started", "hint", "lost", "started"])
        assert child.pid != before
        assert isinstance(await child.ask(lambda n: ask("again", n), 10.0), Echoed)


async def test_what_a_child_still_says_while_it_is_renewed_is_no_greeting() -> None:
    async with running() as (child, diary):
        diary.hear = child.renew
        for _ in range(50):
            child.send(ask("hint"))
        await diary.until(["started", "hint", "lost", "started"])
        assert isinstance(child.greeting, Ready)


async def test_a_child_that_takes_too_long_does_not_answer() -> None:
    async with running() as (child, _):
        child.send(ask("hang"))
        with pytest.raises(UnavailableError):
            await child.ask(lambda n: ask("late", n), 0.05)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)


async def test_a_child_that_is_away_is_not_asked() -> None:
    async with running() as (child, diary):
        child.send(ask("die"))
        await diary.until(["started", "lost"])
        child.send(ask("lost"))
        with pytest.raises(UnavailableError):
            await child.ask(lambda n: ask("x", n), 1.0)
        await diary.until(["started", "lost", "started"])


async def test_a_child_ends_with_whoever_keeps_it() -> None:
    async with running() as (child, _):
        pid = child.pid
        assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
