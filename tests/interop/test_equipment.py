"""Equipment that is no browser publishes and watches: GStreamer's webrtcbin, Node's libwebrtc."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from server.store.folder import lesson_folder
from signaling.messages import Done, EndLesson, StartLesson
from tests.support.browsers import Browsers
from tests.support.caller import called
from tests.support.cameras import cameras
from tests.support.equipment import box
from tests.support.hatched import TONGKE, hatch
from tests.support.lesson_pages import lesson_page, room_link
from tests.support.served import Served, token, tongke
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.browser]

COUNTED = {"webrtcbin": ("VP8", "OPUS"), "wrtc": ("video", "audio")}


@pytest.mark.parametrize(("sends", "plays"), [("webrtcbin", "wrtc"), ("wrtc", "webrtcbin")])
async def test_one_box_is_seen_and_heard_by_another_and_recorded(
    server: Served, sends: str, plays: str
) -> None:
    lesson = await server.lesson()
    room = lesson["rooms"][0]
    whip = f"{server.base}/whip/{lesson['lesson']}/camera+microphone"
    whep = f"{server.base}/whep/{lesson['lesson']}/{room['participant']}/camera"
    teacher = called(server.base, token(room["links"]["teacher"]), loudspeaker=False)
    picture, sound = COUNTED[plays]
    async with teacher as host, box(sends, "whip", whip, token(room["links"]["room"])) as sender:
        await sender.is_connected()
        assert isinstance(await host.ask(lambda n: StartLesson(id=n)), Done)
        viewer = token(lesson["links"]["viewer"])
        async with box(plays, "whep", whep, viewer) as player:
            await player.is_connected()
            await player.gets(**{picture: 60, sound: 60})
        assert isinstance(await host.ask(lambda n: EndLesson(id=n)), Done)
    words = ("lesson", "presence", lesson["lesson"], "--json", "--data", str(server.data))
    present = json.loads(await tongke(*words))["intervals"]
    assert room["participant"] in {one["participant"] for one in present}
    folder = lesson_folder(server.data, lesson["lesson"])
    manifest = json.loads(await asyncio.to_thread((folder / "manifest.json").read_bytes))
    kept = {one["source"].partition("/")[2]: one["parts"] for one in manifest["tracks"]}
    assert set(kept) == {"camera", "microphone"}
    assert all(part["end"] - part["start"] > 2.0 for parts in kept.values() for part in parts[:1])


async def test_a_box_that_lost_its_power_is_gone_soon(server: Served) -> None:
    lesson = await server.lesson()
    link = token(lesson["rooms"][0]["links"]["room"])
    async with box("wrtc", "whip", f"{server.base}/whip/{lesson['lesson']}/camera", link) as sender:
        session = f"{server.base}{await sender.is_connected()}"
        sender.cut_power()
        headers, same = {"Authorization": f"Bearer {link}"}, {"If-Match": '"another"'}
        kind = {"Content-Type": "application/trickle-ice-sdpfrag"}
        async with ClientSession(headers={**headers, **same, **kind}) as http:

            async def gone() -> bool:
                return (await http.patch(session, data=b"")).status == 404

            assert not await gone()
            await until(gone, 25.0, every=0.5)


async def test_a_page_publishes_and_a_class_sees_it(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson()
    other = await lesson_page(chromium, "other", 1)
    await other.enter(room_link(server, lesson, 0))
    page = (await lesson_page(chromium, "box", 2)).page
    await page.goto(f"{server.base}/")
    to = f"/whip/{lesson['lesson']}/class_camera"
    link = token(lesson["rooms"][1]["links"]["room"])
    session = await page.evaluate(f"({PUBLISH})({json.dumps(to)}, {json.dumps(link)})")
    await other.until_shown(2)
    restarted = await page.evaluate(f"({RESTART})({json.dumps(session)}, {json.dumps(link)})")
    assert restarted == 200
    assert await page.evaluate(f"({END})({json.dumps(session)}, {json.dumps(link)})") == 200
    await other.page.until("document.querySelector('[data-tile$=\"/class_camera\"]') === null")


async def test_an_ip_camera_reaches_a_class_as_it_is(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson()
    page = await lesson_page(chromium, "host", 1)
    await page.enter(room_link(server, lesson, 0))
    with cameras() as base:
        link, camera = lesson["rooms"][1]["links"]["room"], f"{base}/passes"
        async with room("--link", link, "--class-camera", camera, "--json"):
            source = f"{lesson['rooms'][1]['participant']}/class_camera"

            async def seen() -> bool:
                rtp = await page.receives(source)
                return rtp is not None and rtp.get("framesDecoded", 0) > 50

            await until(seen, 20.0)
            rtp = await page.receives(source)
            assert rtp is not None
            # The camera's own size and key frames: nothing here makes 320 by 240 of anything.
            assert (rtp["frameWidth"], rtp["frameHeight"]) == (320, 240)
            assert rtp["keyFramesDecoded"] >= 1


@asynccontextmanager
async def room(*words: str) -> AsyncIterator[None]:
    """The classroom's program during the block."""
    process = await hatch(TONGKE, "room", *words)
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


PUBLISH = """async (to, token) => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    const peer = (window.peer = new RTCPeerConnection());
    for (const track of stream.getTracks()) peer.addTrack(track, stream);
    await peer.setLocalDescription();
    const headers = { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` };
    const answer = await fetch(to, { method: "POST", headers, body: peer.localDescription.sdp });
    window.tag = answer.headers.get("ETag");
    await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
    return answer.headers.get("Location");
}"""
RESTART = """async (session, token) => {
    peer.restartIce();
    await peer.setLocalDescription();
    const lines = peer.localDescription.sdp.split("\\r\\n");
    const own = lines.filter((line) => /^a=ice-(ufrag|pwd):/.test(line)).slice(0, 2);
    const headers = {
        "Content-Type": "application/trickle-ice-sdpfrag",
        Authorization: `Bearer ${token}`,
        "If-Match": "*",
    };
    const answer = await fetch(session, { method: "PATCH", headers, body: own.join("\\r\\n") });
    return answer.status;
}"""
END = """async (session, token) => {
    const headers = { Authorization: `Bearer ${token}` };
    return (await fetch(session, { method: "DELETE", headers })).status;
}"""
