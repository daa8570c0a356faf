from io import BytesIO

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server.web.uploads import bytes_of


async def answer(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await bytes_of(request, 100_000))))


@pytest.mark.parametrize(("sent", "taken"), [(0, 0), (100_000, 100_000), (5_000_000, 100_001)])
async def test_no_more_is_read_than_is_needed(sent: int, taken: int) -> None:
    app = web.Application()
    app.router.add_post("/", answer)
    async with TestClient(TestServer(app)) as client:
        got = await client.post("/", data=BytesIO(b"x" * sent))
        assert await got.text() == str(taken)
