"""The network's check on a page of somebody who is signed in, by a way that loses packets."""

import asyncio
import re
from typing import cast

import psutil
import pytest

from server.programme.rights import Capacity
from server.store.database import open_database
from tests.support.browsers import Browsers
from tests.support.relay import Way, media_relay
from tests.support.served import Served
from tests.support.signed_in import Taps, sign_in
from tests.support.staff import hired, school

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MEASURED = "document.querySelector('[data-state=measured]') !== null"
SENTENCES = """Object.fromEntries([...document.querySelectorAll("[data-about]")].map(
  (one) => [one.dataset.about, [one.dataset.mark, one.innerText]]))"""
CHECK_S = 40.0
POINTS = 2
"""By so many of a hundred the page may be wrong."""


def media_port(server: Served) -> int:
    """The port of a server's media worker, of UDP and TCP alike."""
    worker = psutil.Process(server.child("server.media.worker"))
    # Its other sockets of UDP stand for connections of TCP.
    listening = (one for one in worker.net_connections("tcp") if one.status == psutil.CONN_LISTEN)
    return int(next(listening).laddr.port)


async def test_a_technician_reads_what_the_network_loses_and_that_it_is_shut(
    server: Served, chromium: Browsers
) -> None:
    port, way = await asyncio.to_thread(media_port, server), Way()
    async with open_database(server.data) as database:
        technician = await hired(database, Capacity.TECHNICIAN, await school(database))
        async with media_relay(way, port) as by_media:
            options = {"source": 1, "ports": {str(port): by_media}}
            page = await chromium.open("technician", options)
            await sign_in(page, server.base, database, technician)
            taps = Taps(page)

            async def found() -> dict[str, tuple[str, str]]:
                await page.until(MEASURED, CHECK_S)
                return cast("dict[str, tuple[str, str]]", await page.evaluate(SENTENCES))

            way.lost_of.update(up=25, down=8)
            await page.goto(f"{server.base}/")
            await taps.on("a[data-do=devices]")
            await taps.on("a[data-do=check-network]")
            lines = await found()
            for about, mark, lost in (("loss_up", "weak", 4), ("loss_down", "bad", 12.5)):
                said = re.search(r"(\d+)%", lines[about][1])
                assert lines[about][0] == mark
                assert said is not None
                assert abs(int(said[1]) - lost) <= POINTS, lines
            assert "请改用网线" in lines["loss_up"][1]

            way.cut = True
            await taps.on("button[data-do=again]")
            mark, sentence = (await found())["udp"]
            assert (mark, sentence.count("。")) == ("bad", 1)
            assert f"UDP {port} 端口" in sentence
            assert "loss_up" not in await found()
            assert await page.evaluate("interop.errors") == []
