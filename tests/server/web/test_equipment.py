"""Statuses and headers of WHIP and WHEP; the media worker is real, its peers never come."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientResponse

from server.programme.lesson import Lesson
from signaling.events import Role, SourceEnded, SourcePublished
from signaling.fragment import CONTENT_TYPE as FRAGMENT
from signaling.fragment import credentials
from signaling.messages import Done, EndLesson, StartLesson
from tests.support.halls import Guest
from tests.support.offers import offer
from tests.support.websites import Website, bearer, built_client, website

SDP = {"Content-Type": "application/sdp"}
SECTION = """m={kind} 9 UDP/TLS/RTP/SAVPF 9{number}
c=IN IP4 0.0.0.0
a=mid:{number}
a=recvonly
a=rtcp-mux
a=ice-ufrag:abcd
a=ice-pwd:{password}
a=fingerprint:sha-256 {hash}
a=setup:actpass
a=rtpmap:9{number} {codec}
"""


def watching(*sections: tuple[str, str]) -> str:
    """The offer of a small device that receives."""
    mids = " ".join(str(number) for number in range(len(sections)))
    lines = f"v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE {mids}\n"
    for number, (kind, codec) in enumerate(sections):
        lines += SECTION.format(
            kind=kind, number=number, codec=codec, password="p" * 24, hash=":".join(["AB"] * 32)
        )
    return lines.replace("\n", "\r\n")


WATCH = watching(("audio", "opus/48000/2"), ("video", "VP8/90000"))


class Bench:
    """A lesson with its teacher, and a box in the other room."""

    def __init__(self, site: Website, lesson: Lesson, teacher: Guest) -> None:
        self.site, self.lesson, self.teacher = site, lesson, teacher
        self.token = site.house.token(lesson, Role.ROOM, lesson.rooms[1].participant)
        self.headers = {**bearer(self.token), **SDP}
        self.to = f"/whip/{lesson.id}/class_camera"
        self.source = f"{lesson.rooms[1].participant}/class_camera"

    async def post(self, to: str = "", text: str = "", **headers: str) -> ClientResponse:
        sent = {**self.headers, **headers}
        text = text or offer("chromium_up")
        return await self.site.client.post(to or self.to, data=text, headers=sent)

    async def patch(self, made: ClientResponse, text: str, match: str | None) -> ClientResponse:
        headers = {**bearer(self.token), "Content-Type": FRAGMENT}
        if match is not None:
            headers["If-Match"] = match
        return await self.site.client.patch(made.headers["Location"], data=text, headers=headers)


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "client")


@pytest.fixture
async def bench(tmp_path: Path, client_folder: Path) -> AsyncIterator[Bench]:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        yield Bench(site, lesson, await site.house.teacher(lesson))


@pytest.fixture
async def media(bench: Bench) -> AsyncIterator[None]:
    """A media worker at work."""
    workers = bench.site.house.workers
    task = asyncio.create_task(workers.run())
    await workers.until_ready(30.0)
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("media")
async def test_a_box_publishes_and_goes(bench: Bench) -> None:
    made = await bench.post()
    answer = await made.text()
    assert (made.status, made.content_type) == (201, "application/sdp")
    assert answer.startswith("v=0")
    assert made.headers["ETag"].strip('"')
    assert (await bench.teacher.ears.told(SourcePublished)).source == bench.source
    url, headers = made.headers["Location"], bearer(bench.token)
    assert (await bench.site.client.delete(url, headers=bearer("other"))).status == 404
    assert (await bench.site.client.delete(url)).status == 401
    assert (await bench.site.client.delete(url, headers=headers)).status == 200
    assert (await bench.site.client.delete(url, headers=headers)).status == 404
    assert (await bench.teacher.ears.told(SourceEnded)).source == bench.source


@pytest.mark.usefixtures("media")
async def test_a_box_watches_what_is_there(bench: Bench) -> None:
    to = f"/whep/{bench.lesson.id}/{bench.source}"
    viewer = bearer(bench.site.house.token(bench.lesson, Role.VIEWER))
    assert (await bench.post(to, WATCH, **viewer)).status == 404
    assert (await bench.post()).status == 201
    made = await bench.post(to, WATCH, **viewer)
    assert made.status == 201
    assert (await made.text()).count("a=sendonly") == 2


@pytest.mark.usefixtures("media")
async def test_candidates_are_taken_and_another_ice_session_is_begun(bench: Bench) -> None:
    made = await bench.post()
    own = credentials(offer("chromium_up"))
    same = f"a=ice-ufrag:{own.ufrag}\r\na=ice-pwd:{own.password}\r\n"
    other = f"a=ice-ufrag:other\r\na=ice-pwd:{'q' * 24}\r\n"
    tag = made.headers["ETag"]
    assert (await bench.patch(made, same, None)).status == 428
    assert (await bench.patch(made, same, '"another"')).status == 412
    assert (await bench.patch(made, same, tag)).status == 204
    assert (await bench.patch(made, same, "*")).status == 204
    assert (await bench.patch(made, "nothing", "*")).status == 400
    assert (await bench.patch(made, "a" * 20_000, "*")).status == 413
    again = await bench.patch(made, other, "*")
    assert (again.status, again.content_type) == (200, FRAGMENT)
    text = await again.text()
    assert "a=candidate:" in text
    assert credentials(text) != credentials(await made.text())
    assert again.headers["ETag"] != tag
    assert (await bench.patch(made, other, tag)).status == 412


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer nonsense"}, 401),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
async def test_what_is_asked_wrongly_is_told(
    bench: Bench, change: dict[str, str], status: int
) -> None:
    assert (await bench.post(**change)).status == status


@pytest.mark.parametrize(
    ("to", "text", "status"),
    [
        ("/whip/{lesson}/class_camera", "v=0", 400),
        ("/whip/{lesson}/class_camera", "v" * 140_000, 413),
        ("/whip/{lesson}/door", "", 404),
        ("/whip/other/class_camera", "", 404),
        ("/whip/{lesson}/class_camera", "", 503),
        ("/whep/{lesson}/id0/camera", "", 404),
    ],
)
async def test_what_can_not_be_is_told(bench: Bench, to: str, text: str, status: int) -> None:
    answer = await bench.post(to.format(lesson=bench.lesson.id), text)
    assert answer.status == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_lesson_that_is_over_takes_nothing(bench: Bench) -> None:
    assert isinstance(await bench.teacher.ask(lambda n: StartLesson(id=n)), Done)
    assert isinstance(await bench.teacher.ask(lambda n: EndLesson(id=n)), Done)
    await bench.teacher.ears.until(lambda: bench.teacher.ears.closed)
    assert (await bench.post()).status == 410


async def test_a_page_elsewhere_may_ask(bench: Bench) -> None:
    answer = await bench.site.client.options(bench.to)
    assert answer.status == 204
    assert answer.headers["Accept-Post"] == "application/sdp"
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert (await bench.site.client.get(bench.to)).status == 405
