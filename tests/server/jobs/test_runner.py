import asyncio
import socket
from pathlib import Path

from server.jobs.runner import run
from server.live.runner import NOTICE, REQUEST, Ready, Wake
from server.programme.retention import Terms
from server.store.jobs import Job, Jobs
from signaling.boundary import encode
from signaling.messages import EndLesson, StartLesson
from tests.support.halls import house
from tests.support.queued import states
from tests.support.stored import NOW


async def test_a_runner_works_when_woken_and_ends_with_its_server(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        ours, theirs = socket.socketpair()
        running = asyncio.create_task(run(tmp_path, theirs, Terms()))
        reader, writer = await asyncio.open_connection(sock=ours)
        assert NOTICE.validate_json(await reader.readline()) == Ready()
        await teacher.ask(lambda n: EndLesson(id=n))
        jobs = Jobs(here.database)
        await jobs.enqueue(Job(id="odd", kind="unknown", lesson=lesson.id), NOW)
        done = {"close_lesson": "done", "compose_lesson": "done", "unknown": "failed"}
        for _ in range(200):
            writer.write(encode(REQUEST, Wake()))
            if await states(here.database, lesson.id) == done:
                break
            await asyncio.sleep(0.02)
        assert await states(here.database, lesson.id) == done
        writer.close()
        await running
