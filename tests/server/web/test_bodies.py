import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server.web.bodies import Body, read
from signaling.errors import UserError


class Pair(Body):
    one: str
    two: int


async def answer(request: web.Request) -> web.Response:
    try:
        body = await read(request, Pair)
    except UserError as error:
        return web.Response(status=400, text=error.code)
    return web.Response(text=f"{body.one} {body.two}")


@pytest.mark.parametrize(
    ("kind", "text", "status"),
    [
        ("application/json", '{"one": "a", "two": 1}', 200),
        ("text/plain", '{"one": "a", "two": 1}', 400),
        ("application/json", '{"one": "a", "two": "1"}', 400),
        ("application/json", '{"one": "a", "two": 1, "three": 2}', 400),
        ("application/json", "{", 400),
        ("application/json", "", 400),
    ],
)
async def test_a_body_is_json_of_the_declared_fields(kind: str, text: str, status: int) -> None:
    app = web.Application()
    app.router.add_post("/", answer)
    async with TestClient(TestServer(app)) as client:
        got = await client.post("/", data=text, headers={"Content-Type": kind})
        assert got.status == status
