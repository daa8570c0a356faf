import asyncio
import json
import signal
import socket
import subprocess
from pathlib import Path

import psutil
import pytest
import typer
from typer.testing import CliRunner

from server import demo
from server.demo import TERMINATED, free_port
from server.outcome import Recording, Result
from server.performance import TONGKE

HERE: list[str] = []
LOOPBACK_ONLY = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
"""Before a command: it runs on a machine with no address but loopback."""


def test_a_port_that_is_taken_is_not_insisted_on() -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) == 0
    assert free_port(port) == port


@pytest.mark.slow
async def test_what_takes_over_two_seconds_says_so_and_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with demo.slow("Making the voices"):
        await asyncio.sleep(4.5)
    async with demo.slow("Starting the server"):
        await asyncio.sleep(0)
    await asyncio.sleep(2.5)
    said = capsys.readouterr()
    assert said.err.splitlines() == ["Making the voices … 2 s", "Making the voices … 4 s"]
    assert said.out == ""


@pytest.mark.slow
@pytest.mark.parametrize("where", [HERE, LOOPBACK_ONLY], ids=["here", "loopback only"])
def test_both_classrooms_see_and_hear_each_other_and_are_recorded(
    tmp_path: Path, where: list[str]
) -> None:
    options = ["--seconds", "12", "--json", "--port", "0", "--data", str(tmp_path)]
    command = [*where, *TONGKE, "demo", *options]
    ran = subprocess.run(command, capture_output=True, check=False, timeout=100)
    assert ran.returncode == 0, ran.stderr.decode()
    found = json.loads(ran.stdout)
    assert found["ok"]
    for one in found["participants"]:
        [other] = one["received"]
        assert other["seen"]
        assert other["heard"]
        assert other["frames"] > 100
        assert other["audio_seconds"] > 3
        assert one["join_ms"] < one["first_frame_ms"]
    assert found["recording"]["tracks"] == 6
    assert found["recording"]["seconds"] == pytest.approx(12, abs=2)
    assert found["recording"]["bytes"] > 100_000
    assert found["recording"]["gaps"] >= 0
    assert found["recording"]["decodes"]
    assert Path(found["recording"]["path"]).is_relative_to(tmp_path)
    assert [interval["reason"] for interval in found["presence"]] == ["lesson_over"] * 2


@pytest.mark.parametrize(("ok", "status"), [(True, 0), (False, 1)])
def test_its_exit_status_says_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ok: bool, status: int
) -> None:
    kept = Recording(path=str(tmp_path), tracks=6, seconds=9.0, gaps=0, bytes=9_000, decodes=ok)
    result = Result(ok=ok, lesson="l", participants=(), recording=kept, presence=())

    async def played(seconds: float | None, folder: Path, port: int) -> Result:
        return result

    monkeypatch.setattr(demo, "play", played)
    alone = typer.Typer()
    alone.command()(demo.demo)
    options = ["--seconds", "9", "--json", "--port", "0", "--data", str(tmp_path)]
    ran = CliRunner().invoke(alone, options)
    assert ran.exit_code == status
    assert json.loads(ran.stdout)["ok"] is ok


@pytest.mark.slow
def test_a_demo_that_is_asked_to_end_leaves_nothing_running(tmp_path: Path) -> None:
    options = ["--seconds", "60", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen([*TONGKE, "demo", *options], stderr=subprocess.PIPE) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "lead the lesson" in line.decode():
                break
        programs = psutil.Process(running.pid).children(recursive=True)
        running.send_signal(signal.SIGTERM)
        status = running.wait(30)
    assert len(programs) > 2
    _, alive = psutil.wait_procs(programs, timeout=10)
    for program in alive:
        program.kill()
    assert not alive
    assert status == TERMINATED
