import pytest

from server.access.tokens import LinkKey
from server.actions.links import LinkMaker, described
from signaling.errors import UserError
from signaling.events import Role
from tests.support.stored import planned

KEY = LinkKey(b"k" * 32)
MAKER = LinkMaker(base="http://localhost:1", key=KEY, expires=1000)


def test_a_link_keeps_its_token_from_the_network() -> None:
    link = MAKER.link(planned(), Role.TEACHER, "id0")
    address, _, token = link.partition("#")
    assert address == "http://localhost:1/lesson"
    claims = KEY.read(token, 0.0)
    assert (claims.role, claims.place, claims.exp) == (Role.TEACHER, "id0", 1000)


def test_somebodys_own_link_says_who_holds_it() -> None:
    token = MAKER.link(planned(), Role.PUPIL, name="小明").partition("#")[2]
    assert KEY.read(token, 0.0).name == "小明"


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.TEACHER, None), (Role.ROOM, "nowhere"), (Role.PUPIL, "id0"), (Role.VIEWER, "id1")],
)
def test_only_classrooms_have_a_place(role: Role, place: str | None) -> None:
    with pytest.raises(UserError):
        MAKER.link(planned(), role, place)


def test_every_role_has_its_link() -> None:
    made = described(planned(), MAKER, ["http://localhost:1", "http://192.0.2.1:1"])
    links = [link for room in made["rooms"] for link in room["links"].values()]
    links += made["links"].values()
    roles = [KEY.read(link.partition("#")[2], 0.0).role for link in links]
    assert set(roles) == set(Role)
    assert made["minutes"] == 40
