from pathlib import Path

import pytest

from server.programme.organisation import OrganisationKind
from server.programme.rights import Capacity
from tests.support.rooms import village
from tests.support.staff import badge, hired, school
from tests.support.websites import built_client, website


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_a_school_admin_offers_a_code_lists_screens_and_unbinds_them(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        _, offered = await here.ask("POST", f"{here.screens}/code", here.admin)
        assert (await here.ask("GET", here.screens, here.admin))[1] == {
            "screens": [],
            "offered": offered,
        }
        wall = await here.bound()
        _, listed = await here.ask("GET", here.screens, here.admin)
        [one] = listed["screens"]
        assert listed["offered"] is None
        status, left = await here.ask("DELETE", f"{here.screens}/{one['id']}", here.admin)
        assert (status, left["screens"]) == (200, [])
        assert (await here.ask("GET", "/api/room", wall))[0] == 401
        status, refused = await here.ask("DELETE", f"{here.screens}/{one['id']}", here.admin)
        assert (status, refused["refusal"]) == (409, "screen_unknown")


WHO: list[tuple[Capacity, OrganisationKind, str, bool]] = [
    (Capacity.TECHNICIAN, OrganisationKind.ET_CENTRE, "330802", True),
    (Capacity.TECHNICIAN, OrganisationKind.ET_CENTRE, "330106", False),
    (Capacity.SCHOOL_ADMIN, OrganisationKind.SCHOOL, "330802", False),
    (Capacity.TEACHER, OrganisationKind.SCHOOL, "330802", False),
    (Capacity.BUREAU, OrganisationKind.BUREAU, "330802", False),
    (Capacity.RESEARCH_OFFICER, OrganisationKind.RESEARCH_OFFICE, "330802", False),
    (Capacity.INSPECTOR, OrganisationKind.BUREAU, "330802", False),
]


@pytest.mark.parametrize(("capacity", "kind", "region", "allowed"), WHO)
async def test_who_else_binds_a_classrooms_screen(
    tmp_path: Path,
    client_folder: Path,
    capacity: Capacity,
    kind: OrganisationKind,
    region: str,
    allowed: bool,
) -> None:
    async with website(tmp_path, client_folder) as site:
        here, database = await village(site), site.house.database
        elsewhere = await school(database, "别处", region, kind)
        who = await badge(database, await hired(database, capacity, elsewhere))
        wanted = 200 if allowed else 403
        assert (await here.ask("GET", here.screens, who))[0] == wanted
        assert (await here.ask("POST", f"{here.screens}/code", who))[0] == wanted
        assert (await here.ask("DELETE", f"{here.screens}/none", who))[0] != 200
        _, listed = await here.ask("GET", here.screens, here.admin)
        assert (listed["offered"] is not None) is allowed


async def test_nobody_without_a_login_or_for_no_classroom(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        assert (await here.ask("POST", f"{here.screens}/code"))[0] == 401
        cookie = {"Cookie": here.admin["Cookie"]}
        status, refused = await here.ask("POST", f"{here.screens}/code", cookie)
        assert (status, refused["refusal"]) == (403, "page_old")
        status, refused = await here.ask("POST", "/api/classrooms/no/screens/code", here.admin)
        assert (status, refused["refusal"]) == (409, "classroom_unknown")
