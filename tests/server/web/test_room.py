from itertools import product
from pathlib import Path

import pytest

from signaling.events import Role
from signaling.messages import EndLesson
from tests.support.rooms import Village, today, village
from tests.support.screens import ScreenKey
from tests.support.waiting import until
from tests.support.websites import Website, bearer, built_client, website


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_a_screen_is_bound_once_and_enters_the_lessons_of_its_classroom(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        wall = await here.bound()
        status, day = await here.ask("GET", "/api/room", wall)
        assert status == 200
        assert (day["classroom"], day["school"]) == ("乙", "尼山小学")
        assert (day["lesson"], day["code"]) == (None, None)
        lesson = await today(site)
        _, day = await here.ask("GET", "/api/room", wall)
        assert (day["lesson"]["id"], day["lesson"]["host"]) == (lesson.id, False)
        about = await site.client.get("/api/lesson", headers=bearer(day["lesson"]["token"]))
        said = await about.json()
        assert (said["role"], said["place_name"]) == ("room", "乙")
        teacher = await site.house.teacher(lesson)
        await teacher.ask(lambda n: EndLesson(id=n, stopped=True))

        async def idle() -> bool:
            return (await here.ask("GET", "/api/room", wall))[1]["lesson"] is None

        await until(idle, 10.0)


async def test_a_screen_alone_can_never_write_attendance(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        wall, lesson = await here.bound(), await today(site)
        await site.house.other(lesson)
        _, day = await here.ask("GET", "/api/room", wall)
        said = {"expected": 24, "present": 22, "on_leave": 1}
        key = bearer(day["lesson"]["token"])
        status, refused = await here.ask("PUT", "/api/roll", {**wall, **key}, said)
        assert (status, refused["code"]) == (403, "not_allowed")
        assert (await here.ask("PUT", "/api/roll", wall, said))[0] == 401
        teacher = bearer(site.house.token(lesson, Role.TEACHER, lesson.rooms[1].participant))
        assert (await here.ask("GET", "/api/roll", teacher))[1]["declared"] is None


async def test_the_host_rooms_screen_shows_no_code_for_an_assistant(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site, "甲")
        wall = await here.bound()
        await today(site)
        _, day = await here.ask("GET", "/api/room", wall)
        assert day["lesson"]["host"] is True
        assert day["code"] is None


async def test_a_browser_that_is_no_screen_learns_nothing(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        for who in ({}, {"Cookie": "tongke-room=guessed"}, here.admin):
            for method, path in (("GET", ""), ("POST", "/panel"), ("POST", "/panel/collect")):
                body = {"secret": "s"} if path.endswith("collect") else {}
                status, refused = await here.ask(method, f"/api/room{path}", who, body)
                assert (status, refused["refusal"]) == (401, "screen_unbound")


async def test_no_script_and_no_other_site_gets_a_screens_cookie(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        wall = await (await village(site)).bound()
        answer = await site.client.get("/api/room", headers=wall)
        cookie = answer.cookies["tongke-room"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert int(cookie["max-age"]) == 400 * 24 * 3600


async def test_codes_cannot_be_guessed_through(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        answers = [await bind(site, f"{number:06}") for number in range(31)]
        assert {status for status, _ in answers[:30]} == {409}
        assert answers[30] == (429, "guesses_spent")
        assert await bind(site, "12345") == (409, "digits_expected")
        assert (await here.ask("GET", here.screens, here.admin))[1]["screens"] == []


async def test_a_panel_that_shows_its_room_anew_is_no_teachers_any_more(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        wall = (await here.bound())["Cookie"]
        left = {"Cookie": f"{wall}; {here.phone['Cookie']}"}
        assert (await here.ask("GET", "/api/me", left))[1]["name"] == "汪老师"
        # No other browser of the teacher's is signed out by a screen, and none by no screen.
        assert (await here.ask("POST", "/api/room/begin", {"Cookie": wall}, {}))[0] == 200
        assert (await here.ask("POST", "/api/room/begin", here.phone, {}))[0] == 401
        assert (await here.ask("GET", "/api/me", left))[1]["name"] == "汪老师"
        assert (await here.ask("POST", "/api/room/begin", left, {}))[0] == 200
        assert (await here.ask("GET", "/api/me", left))[1]["step"] == "password"
        assert (await here.ask("GET", "/api/room", left))[0] == 200


async def test_a_screen_that_lost_its_cookie_is_given_another_for_its_key(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here, key = await village(site), ScreenKey()
        await here.bound(key)
        proof = await signed(here, key)
        answer = await site.client.post("/api/room/prove", json=proof)
        cookie = answer.cookies["tongke-room"]
        site.client.session.cookie_jar.clear()
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        wall = {"Cookie": f"tongke-room={cookie.value}"}
        status, day = await here.ask("GET", "/api/room", wall)
        assert (status, day["classroom"]) == (200, "乙")
        assert await here.ask("POST", "/api/room/prove", None, proof) == (
            409,
            {"refusal": "screen_proof_over", "data": {}},
        )
        unbind = f"{here.screens}/{day['screen']}"
        assert (await here.ask("DELETE", unbind, here.admin))[0] == 200
        status, refused = await here.ask("POST", "/api/room/prove", None, await signed(here, key))
        assert (status, refused["refusal"]) == (401, "screen_unbound")


async def test_what_no_page_sends_as_a_key_or_a_proof_changes_nothing(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here, key = await village(site), ScreenKey()
        code = (await here.ask("POST", f"{here.screens}/code", here.admin))[1]["code"]
        for bad in ("", "A" * 87, "B" * 100_000, 7, [4], {"x": 1}, key.public.decode()[1:]):
            assert await status_of(site, "bind", {"code": code, "key": bad}) in (400, 413), bad
        proof = await signed(here, key)
        for name, worse in product(proof, ("", None, 7, "A" * 101, "A" * 100_000, ["x"])):
            assert await status_of(site, "prove", {**proof, name: worse}) in (400, 401, 409, 413)
        assert await status_of(site, "prove", {**proof, "more": 1}) == 400
        form = await site.client.post("/api/room/nonce", data={"a": "form"})
        assert form.status == 400
        # The code is still there for a page that means it.
        body = {"code": code, "key": key.public.decode()}
        assert await status_of(site, "bind", body) == 200


async def status_of(site: Website, path: str, body: object) -> int:
    answer = await site.client.post(f"/api/room/{path}", json=body)
    return answer.status


async def signed(here: Village, key: ScreenKey) -> dict[str, object]:
    """What a page sends that asked for a nonce and signed it."""
    nonce = (await here.ask("POST", "/api/room/nonce", None, {}))[1]["nonce"]
    signature = key.signs(nonce).decode()
    return {"key": key.public.decode(), "nonce": nonce, "signature": signature}


async def bind(site: Website, code: str) -> tuple[int, str]:
    answer = await site.client.post("/api/room/bind", json={"code": code})
    return answer.status, (await answer.json())["refusal"]


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("192.0.2.9:8443", "http://192.0.2.9:8443"),
        ("localhost:8080", "http://192.0.2.7:8080"),
        ("127.0.0.1", "http://192.0.2.7:8080"),
    ],
)
async def test_a_code_leads_to_an_address_that_a_phone_reaches(
    tmp_path: Path, client_folder: Path, host: str, base: str
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        wall = await here.bound()
        _, day = await here.ask("GET", "/api/room", {**wall, "Host": host})
        _, asking = await here.ask("POST", "/api/room/panel", {**wall, "Host": host}, {})
        assert (day["base"], asking["base"]) == (base, base)
