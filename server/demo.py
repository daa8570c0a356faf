"""`tongke demo`: a whole lesson between two simulated classrooms, with or without a person."""

import asyncio
import json
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.footage import Classroom, FootageError, classrooms
from server.performance import (
    MADE,
    TONGKE,
    Line,
    Made,
    MadeRoom,
    Program,
    StageError,
    output,
    program,
)

if TYPE_CHECKING:
    from server.outcome import Result

HOST = "城里 三(1)班"
OTHER = "齐溪镇中心小学 三(1)班"
GUEST = "来访的教室"
TITLE = "春晓（演示课）"
HELLO_ZH = "齐溪的同学们好！听得清楚吗？"

STARTS_S = 60.0
JOINS_S = 60.0
ANSWERS_S = 30.0
CLOSES_S = 60.0
CALL_AT, BACK_AT = 0.2, 0.7
"""When the other class is called and sent back, as shares of the lesson."""
WATCHED_S = 40.0
"""The same shares of this, when a person watches."""
DAY_S = 86_400.0
"""Longer than any person watches."""
TERMINATED = 128 + signal.SIGTERM
"""Exit status of a demo that was asked to end, as a shell counts it."""


def demo(
    seconds: Annotated[
        float | None, typer.Option(min=5, help="End the lesson after so long; else at Ctrl-C.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Keep everything in this folder.")] = None,
    port: Annotated[int, typer.Option(help="Web port; another one if it is taken.")] = 8080,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show a whole lesson: the real server, two simulated classrooms, a recording."""
    folder = data or Path(tempfile.mkdtemp(prefix="tongke-demo-"))
    try:
        result = asyncio.run(to_its_end(play(seconds, folder, free_port(port))))
    except asyncio.CancelledError as error:
        raise typer.Exit(TERMINATED) from error
    except (FootageError, StageError) as error:
        say(f"tongke demo: {error}")
        raise typer.Exit(1) from error
    finally:
        if data is None and seconds is None:
            shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        typer.echo(json.dumps(asdict(result), ensure_ascii=False, indent=2))
    raise typer.Exit(0 if result.ok or seconds is None else 1)


def say(text: str) -> None:
    """Tell a person what goes on; standard output is for the result."""
    typer.echo(text, err=True)


def free_port(wanted: int) -> int:
    """The port that is asked for, or 0 for any other when it is taken."""
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind(("0.0.0.0", wanted))
        except OSError:
            return 0
    return wanted


async def to_its_end(playing: Coroutine[None, None, "Result"]) -> "Result":
    """The same, but SIGTERM cancels it, so that no program it started outlives it."""
    task = asyncio.create_task(playing)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


async def play(seconds: float | None, folder: Path, port: int) -> "Result":
    """Give the lesson; what came of it.

    Raises:
        FootageError: something to show or say is missing.
        StageError: one of the programs did not do its part.
    """
    async with slow("Making the voices"):
        host, other = await asyncio.to_thread(classrooms, cache())
    async with AsyncExitStack() as stack:
        async with slow("Starting the server"):
            serve = ("serve", "--data", str(folder), "--port", str(port), "--media-port", "0")
            # A browser trusts localhost without a certificate, and gives it a camera.
            quiet = ("--trust-proxy", "--log-level", "warning", "--json")
            server = await stack.enter_async_context(program("the server", *serve, *quiet))
            ready = await server.until(STARTS_S, lambda line: line.port > 0)
        async with slow("Planning the lesson"):
            made = await plan(folder, ready.port, guest=seconds is None)
        announce(made, guest=seconds is None)
        rooms = (
            await stack.enter_async_context(simulated(made.rooms[0], "teacher", host)),
            await stack.enter_async_context(simulated(made.rooms[1], "room", other)),
        )
        async with slow("Waiting for the classrooms"):
            for room in rooms:
                await room.until(JOINS_S, lambda line: "microphone" in line.sources)
        if seconds is None:
            await watched(rooms, made)
        else:
            await lesson(rooms, made, seconds)
        async with slow("Closing the recording"):
            stats = await close(rooms)
        from server.outcome import judged  # loads the store; links must not wait for that

        async with slow("Watching the recording"):
            return await judged(folder, made, rooms, stats)


def cache() -> Path:
    """Where speech is kept between two demos."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base, "tongke")


@asynccontextmanager
async def slow(text: str) -> AsyncIterator[None]:
    """Say what takes long, every 2 s while it does."""

    async def count() -> None:
        began = time.monotonic()
        while True:
            await asyncio.sleep(2)
            say(f"{text} … {time.monotonic() - began:.0f} s")

    counting = asyncio.create_task(count())
    try:
        yield
    finally:
        counting.cancel()


async def plan(folder: Path, port: int, guest: bool) -> Made:
    """Create the lesson as an operator does."""
    rooms = [OTHER, GUEST] if guest else [OTHER]
    named = [argument for room in rooms for argument in ("--room", room)]
    where = ("--data", str(folder), "--port", str(port), "--json")
    printed = await output(
        *TONGKE, "lesson", "create", "--title", TITLE, "--host-room", HOST, *named, *where
    )
    return MADE.validate_json(printed)


def announce(made: Made, guest: bool) -> None:
    """Print who may look at it by which link."""
    local, *others = made.bases
    host, viewer = made.rooms[0].links["teacher"], made.links["viewer"]
    say(f"主讲教师 / lead the lesson:\n  {host}")
    if guest:
        say("第三间教室，可用摄像头 / a third classroom with your camera:")
        say(f"  {made.rooms[2].links['room']}")
    for base in others:
        say("局域网旁听（只看只听）/ watch and listen from the network:")
        say(f"  {viewer.replace(local, base, 1)}")


@asynccontextmanager
async def simulated(room: MadeRoom, role: str, shown: Classroom) -> AsyncIterator[Program]:
    """A classroom without people: `tongke room` with clips and a voice."""
    media = {
        "--camera": shown.camera,
        "--class-camera": shown.class_camera,
        "--microphone": shown.voice,
    }
    options = [str(part) for pair in media.items() for part in pair]
    joining = ("room", "--link", room.links[role], "--echo", "hardware")
    flags = ("--check-media", "--commands", "--json")
    async with program(room.name, *joining, *options, *flags) as running:
        yield running


async def lesson(rooms: tuple[Program, Program], made: Made, seconds: float) -> None:
    """Teach: begin, a hand goes up, the other class is called and sent back, somebody writes."""
    host, other = rooms
    await asked(host, "start_lesson")
    begun = time.monotonic()

    async def part(share: float) -> None:
        await asyncio.sleep(begun + seconds * share - time.monotonic())

    await asked(host, "send_chat", text=HELLO_ZH)
    await part(CALL_AT / 2)
    await asked(other, "raise_hand")
    await part(CALL_AT)
    await asked(host, "call", participant=made.rooms[1].participant)
    await part(BACK_AT)
    await asked(host, "send_back")
    await part(1)


async def watched(rooms: tuple[Program, Program], made: Made) -> None:
    """The same for a person, who may lead on afterwards, up to Ctrl-C or the lesson's end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    say("Ctrl-C 结束 / Ctrl-C ends the lesson.")
    tasks = [
        asyncio.create_task(lesson(rooms, made, WATCHED_S)),
        asyncio.create_task(stop.wait()),
        asyncio.create_task(rooms[0].until(DAY_S, lambda line: line.event == "ended")),
    ]
    await asyncio.wait(tasks[1:], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)  # whatever the person has done first


async def asked(room: Program, command: str, **data: str) -> None:
    """Have a classroom ask for something, and wait until it is done."""
    room.tell(type=command, **data)
    answer = await room.until(ANSWERS_S, lambda line: line.command == command)
    if answer.event != "done":
        raise StageError(f"{room.name} may not {command}: {answer.code}")


async def close(rooms: tuple[Program, Program]) -> list[Line]:
    """End the lesson, unless a person did; what each classroom says of it."""
    host = rooms[0]
    if not any(line.event == "ended" for line in host.lines):
        # The lesson's end may overtake the word that it was granted.
        host.tell(type="end_lesson")
        await host.until(CLOSES_S, lambda line: line.event == "ended")
    return [await room.until(CLOSES_S, lambda line: line.event == "stats") for room in rooms]
