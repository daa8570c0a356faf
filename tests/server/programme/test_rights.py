import pytest

from server.programme.rights import rights
from signaling.events import Role

NOTHING: set[str] = set()


@pytest.mark.parametrize(
    ("role", "in_room", "in_host_room", "granted"),
    [
        (Role.TEACHER, True, True, {"leads", "joins", "replays", "replays_running"}),
        (Role.TEACHER, True, False, {"joins", "replays", "replays_running"}),
        (Role.TEACHER, False, False, NOTHING),
        (Role.ROOM, True, True, {"joins", "replays"}),
        (Role.ROOM, True, False, {"joins", "replays"}),
        (Role.ROOM, False, False, NOTHING),
        (Role.PUPIL, False, False, {"joins"}),
        (Role.VIEWER, False, False, {"joins", "replays"}),
        (Role.INSPECTOR, False, False, {"joins"}),
    ],
)
def test_what_each_role_may_do(
    role: Role, in_room: bool, in_host_room: bool, granted: set[str]
) -> None:
    found = rights(role, in_room=in_room, in_host_room=in_host_room)
    assert {name for name, value in vars(found).items() if value} == granted
