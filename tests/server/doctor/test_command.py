import json
import os
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.browsers import browsers
from tests.support.hatched import TONGKE, Hatched, hatch
from tests.support.served import served

QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")


@asynccontextmanager
async def doctor(data: Path, *options: str) -> AsyncIterator[Hatched]:
    """A doctor who looks at the server of a data folder."""
    process = await hatch(
        *(TONGKE, "doctor", "--data", str(data), *options),
        stdout=PIPE,
        stderr=PIPE,
        environment={**os.environ, "LANG": "C.UTF-8"},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.slow
async def test_without_a_server_it_says_so_and_makes_nothing(tmp_path: Path) -> None:
    async with doctor(tmp_path / "data") as process:
        out, _ = await process.communicate()
    lines = out.decode().splitlines()
    assert lines[0] == (
        "! 服务器：没有运行。用 tongke serve 启动后再检查一遍，才能从教室和手机测。"
    )
    assert [line.split("：")[0].split(" ")[1] for line in lines if " 网络" not in line] == [
        "服务器",
        "证书",
        "IPv6",
        "磁盘",
        "处理器",
        "时钟",
    ]
    assert process.returncode == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.browser
@pytest.mark.slow
async def test_a_browser_that_opens_the_link_is_a_line(tmp_path: Path) -> None:
    async with (
        served(tmp_path / "data", tls=True) as server,
        doctor(server.data, "--devices", "1", "--wait", "60", "--json") as process,
        browsers() as drivers,
    ):
        await drivers.launch("chromium", *QUIET, "--ignore-certificate-errors")
        assert process.stderr is not None
        await process.stderr.readline()
        link = (await process.stderr.readline()).decode().strip()
        assert link.startswith(f"{server.base.replace('127.0.0.1', 'localhost')}/check#")
        page = await drivers.open("panel")
        await page.goto(link)
        await page.until("document.querySelector('[data-state=told]') !== null")
        marks = "[...document.querySelectorAll('[data-mark]')].map((e) => e.dataset.about)"
        assert await page.evaluate(marks) == [
            *("https", "websocket", "udp", "rtt"),
            *("loss_up", "loss_down", "jitter", "down", "up"),
        ]
        for about in ("https", "websocket", "udp", "loss_up", "loss_down"):
            mark = f"document.querySelector('[data-about={about}]').dataset.mark"
            assert await page.evaluate(mark) == "good"
        out, _ = await process.communicate()
    findings = {line["about"]: line for line in json.loads(out)["findings"]}
    assert list(findings) == [
        *("server", "certificate", "network", "ipv6", "disk", "retention", "cpu", "device", "clock")
    ]
    assert findings["server"]["word"] == "server_on"
    assert findings["certificate"]["word"] == "certificate_own"
    assert findings["device"]["word"] in ("device_good", "device_thin", "device_slow")
    assert findings["device"]["data"]["host"] == link.split("/")[2]
    # Both have the same clock.
    assert findings["clock"]["word"] in ("clock_by_devices", "clock_by_system")
