"""Every route of the website, walked by everybody: who may, and that nobody else does anything."""

import json
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType

from server.live import check_desk
from server.programme.refusal import Refusal
from signaling.errors import Code
from signaling.messages import FROM_DEVICE, TO_DEVICE, VERSION, Hello, Welcome
from tests.support.walk_asked import Asked, Route
from tests.support.walk_lists import LISTS, allowed
from tests.support.walk_requests import doors
from tests.support.walk_table import TABLE
from tests.support.walked import World, world
from tests.support.walkers import Walker
from tests.support.websites import Website, built_client, website

ABOUT_RIGHTS: frozenset[str] = frozenset(
    {
        Refusal.NOT_YOURS,
        Refusal.SIGN_IN_NEEDED,
        Refusal.PAGE_OLD,
        Refusal.SCREEN_UNBOUND,
        Refusal.CAPACITY_NOT_CHOSEN,
        Refusal.COMMENT_FOREIGN,
        # A lesson, and what a plan is made of, are not there for whoever may not know of them.
        Refusal.PLANNED_LESSON_UNKNOWN,
        Refusal.CHOICE_GONE,
        Refusal.ROLL_HANDED_ON,  # to the school
        Code.LINK_INVALID,
        Code.NOT_ALLOWED,
    }
)
pytestmark = pytest.mark.slow

SOCKETS = ("/ws", "/api/check/ws")
PARTIES = 6
"""The walk in parts, each in a world of its own, so that none takes a minute and a code expires."""
Answer = tuple[int, Any]


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_the_table_has_every_route(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        assert set(TABLE) == set(_routes(site))


@pytest.mark.parametrize("party", range(PARTIES))
async def test_everybody_walks_every_route(
    tmp_path: Path, client_folder: Path, monkeypatch: pytest.MonkeyPatch, party: int
) -> None:
    # More measure here within a second than a school does in a day.
    monkeypatch.setattr(check_desk, "PER_NETWORK", (1000.0, 1000.0))
    monkeypatch.setattr(check_desk, "OVERALL", (1000.0, 1000.0))
    async with website(tmp_path, client_folder) as site:
        there = await world(site)
        await doors(there)
        wrong = [
            line
            for route, requests in islice(TABLE.items(), party, None, PARTIES)
            for asked in requests
            for line in await _walked(there, route, asked)
        ]
    assert not wrong, "\n".join(wrong)


async def test_lists_hold_what_the_table_of_rights_allows_and_nothing_else(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        there = await world(site)
        answers: dict[tuple[str, str], Any] = {}
        for who, listed in product((w for w in there.walkers if w.kind == "login"), LISTS):
            asked = (who.name, listed.path)
            if asked not in answers:
                answer = await site.client.get(listed.path, headers=who.headers)
                answers[asked] = await answer.json()
            assert who.acting is not None
            shown = sorted(listed.shown(answers[asked]))
            assert shown == await allowed(there, listed, who.acting), (*asked, listed.action)


def _routes(site: Website) -> Iterator[Route]:
    """What the application answers; a HEAD is answered by what answers its GET."""
    for route in site.client.app.router.routes():
        assert route.resource is not None
        if route.method == "HEAD":
            continue
        yield route.method, route.resource.canonical


async def _walked(there: World, route: Route, asked: Asked) -> list[str]:
    """What is wrong with a route: who is let in, who is not, and what the others changed."""
    await _ready(there, asked)
    before = await there.kept()
    found = [
        line
        for who in there.walkers
        if not asked.may(there, who) and not _stray_look(route, who)
        for line in _let_in(route, who, await _answer(there, route, asked, who))
    ]
    after = await there.kept()
    found += [f"{route}: changed {name}" for name in after if before[name] != after[name]]
    welcome = [who for who in there.walkers if asked.may(there, who)][: asked.most]
    assert welcome, f"{route}: nobody may"
    for who in welcome:
        await _ready(there, asked)
        status, body = await _answer(there, route, asked, who)
        if status not in asked.good:
            found.append(f"{route}: {who.name} got {status} {body}")
    return found


async def _ready(there: World, asked: Asked) -> None:
    there.number += 1
    if asked.ready is not None:
        await asked.ready(there)


def _stray_look(route: Route, who: Walker) -> bool:
    """A look changes nothing and its answer goes to the browser: it may come from anywhere."""
    return who.kind == "stray" and route[0] == "GET"


def _let_in(route: Route, who: Walker, answer: Answer) -> Iterator[str]:
    status, body = answer
    why = body.get("refusal", body.get("code")) if isinstance(body, dict) else None
    if status not in (401, 403, 409) or why not in ABOUT_RIGHTS:
        yield f"{route}: {who.name} was not refused, but got {status} {str(body)[:200]}"


async def _answer(there: World, route: Route, asked: Asked, who: Walker) -> Answer:
    method, canonical = route
    if canonical in SOCKETS:
        return await _socket(
            there, canonical, who.tokens.get(asked.lesson) or _bearer(who) or "none"
        )
    path = canonical.format(**{name: there.ids[one] for name, one in asked.at.items()})
    answer = await there.site.client.request(
        method,
        path,
        headers=who.sends(asked.lesson),
        params=_query(asked, who),
        **_body(there, asked, who),
    )
    there.site.client.session.cookie_jar.clear()
    is_json = answer.content_type == "application/json"
    return answer.status, json.loads(await answer.read()) if is_json else None


def _query(asked: Asked, who: Walker) -> dict[str, str]:
    ticket = {"ticket": who.tokens.get(asked.lesson, "")} if asked.ticket else {}
    return {**(asked.query or {}), **ticket}


def _body(there: World, asked: Asked, who: Walker) -> dict[str, Any]:
    if asked.data is not None:
        return {"data": asked.data}
    return {} if asked.json is None else {"json": asked.json(there, who)}


def _bearer(who: Walker) -> str:
    return who.headers.get("Authorization", "").removeprefix("Bearer ")


async def _socket(there: World, path: str, token: str) -> Answer:
    async with there.site.client.ws_connect(path) as socket:
        if path == "/ws":
            hello = Hello(version=VERSION, token=token, name="小明", encodes=(), decodes=())
            await socket.send_str(FROM_DEVICE.dump_json(hello).decode())
            first = TO_DEVICE.validate_json(await socket.receive_str())
            let_in = isinstance(first, Welcome)
            return (200, None) if let_in else (401, {"code": getattr(first, "code", None)})
        await socket.send_str(token)
        await socket.send_str("1")
        let_in = (await socket.receive()).type is WSMsgType.TEXT
        return (200, None) if let_in else (401, {"code": Code.LINK_INVALID})
