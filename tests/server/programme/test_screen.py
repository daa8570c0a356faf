from server.programme.classroom import Classroom
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.region import RegionCode
from server.programme.rights import Action, may
from server.programme.screen import Screen
from tests.support.stored import NOW

SCHOOL = Organisation(
    id="s", kind=OrganisationKind.SCHOOL, name="尼山小学", region=RegionCode("330802")
)


def screen(classroom: str) -> Screen:
    room = Classroom(id=classroom, organisation=SCHOOL, name="三(1)班")
    return Screen(id="x", classroom=room, bound=NOW, bound_by="admin", seen=NOW)


def test_a_screen_sees_and_enters_what_its_own_classroom_has_and_writes_nothing() -> None:
    here, beside = screen("here"), screen("beside")
    allowed = {action for action in Action if may(here.acting, action, here.own)}
    assert allowed == {Action.SEE_ROOM, Action.SEE_LESSON, Action.JOIN_LESSON}
    assert not [action for action in Action if may(here.acting, action, beside.own)]
