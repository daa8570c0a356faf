import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.support.served import Served, served
from tests.support.waiting import until

pytestmark = pytest.mark.slow

WORKER = "server.media.worker"
NURSERY = "tongke nursery"
SOON_S = 20.0


async def next_worker(server: Served, before: int) -> psutil.Process:
    """The media worker that has taken another's place."""

    async def is_there() -> bool:
        return any(pid != before for pid in server.children(WORKER))

    await until(is_there, SOON_S)
    [pid] = [pid for pid in server.children(WORKER) if pid != before]
    return psutil.Process(pid)


async def test_children_come_from_the_nursery_and_so_does_who_replaces_them(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as server:
        nursery = server.child(NURSERY)
        for module in (WORKER, "recorder.process", "server.jobs.runner"):
            assert psutil.Process(server.child(module)).ppid() == nursery
        first = server.child(WORKER)
        os.kill(first, signal.SIGKILL)
        assert (await next_worker(server, first)).ppid() == nursery
        assert not psutil.pid_exists(first), "nobody is left unburied"


async def test_without_a_nursery_children_are_processes_of_their_own(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        first = server.child(WORKER)
        os.kill(server.child(NURSERY), signal.SIGKILL)
        os.kill(first, signal.SIGKILL)
        second = await next_worker(server, first)
        assert second.ppid() == server.process.pid
        os.kill(second.pid, signal.SIGKILL)
        assert (await next_worker(server, second.pid)).ppid() == server.process.pid


async def test_a_killed_server_leaves_nobody_behind(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        everybody = [psutil.Process(pid) for pid in server.children("tongke")]
        assert len(everybody) == 4
        await server.kill()

        async def over() -> bool:
            return not any(one.is_running() for one in everybody)

        await until(over, SOON_S)
