import asyncio
from pathlib import Path

from bench.server import Server
from server.media import requests as media


async def test_a_reply_to_whoever_has_given_up_stops_nothing(tmp_path: Path) -> None:
    server = Server()
    await server.start(tmp_path)
    try:
        order = media.ReadLoad(id=next(server.worker.ids))
        asking = asyncio.create_task(server.worker.ask(order, order.id, media.Load))
        await asyncio.sleep(0)  # so that it has asked
        asking.cancel()
        async with asyncio.timeout(15):
            assert (await server.load()).peers == 0
    finally:
        await server.stop()
