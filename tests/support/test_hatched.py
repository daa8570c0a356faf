"""What is hatched is a process of its own, as one that Python started."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import psutil
import pytest

from tests.support.hatched import hatch
from tests.support.waiting import until

PROBE = "tests.support.probe"
WORDS = ("with", "words of its own")


async def test_it_has_its_own_words_environment_folder_and_handles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ours, theirs = os.pipe()
    one = await hatch(
        *(PROBE, "tell", *WORDS, str(theirs)),
        stdout=PIPE,
        handles=(theirs,),
        environment={"ONLY": "this"},
    )
    os.close(theirs)
    said, _ = await one.communicate()
    assert said.decode().splitlines() == [
        *(str(one.pid), str(tmp_path), "{'ONLY': 'this'}"),
        f"['{PROBE}', 'tell', 'with', 'words of its own', '{theirs}']",
        str([0, 1, 2, theirs]),
        "1",
    ]
    assert os.read(ours, 100) == b"through the handle"
    os.close(ours)
    assert one.pid != os.getpid()
    assert one.returncode == 0


async def test_it_says_how_it_ended() -> None:
    one = await hatch(PROBE, "fail", stderr=PIPE, stdout=DEVNULL)
    _, said = await one.communicate()
    assert one.returncode == 3
    assert said == b"no\n"


async def test_it_is_killed_like_any_other() -> None:
    one = await hatch(PROBE, "wait")
    assert one.returncode is None

    async def is_titled() -> bool:
        return f"-m {PROBE} wait" in " ".join(psutil.Process(one.pid).cmdline())

    await until(is_titled, 5.0)
    one.kill()
    assert await one.wait() == -signal.SIGKILL
    one.kill()
    assert not psutil.pid_exists(one.pid)


async def test_two_do_not_wait_for_each_other() -> None:
    one, other = await asyncio.gather(hatch(PROBE, "wait"), hatch(PROBE, "fail", stderr=DEVNULL))
    assert await other.wait() == 3
    assert one.returncode is None
    one.terminate()
    assert await one.wait() == -signal.SIGTERM
