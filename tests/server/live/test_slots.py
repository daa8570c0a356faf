from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live.slots import Bindings, Viewer, bind, more_pairs, scene
from signaling.events import Kind, Mode, Role
from signaling.ids import ParticipantId, SourceId, owner_of
from signaling.messages import LessonState, Slot, SourceState
from tests.support.states import HOST, ROOM, room, source, state

POOL = (
    *(
        Slot(mid=f"{use}{pair}", use=use, pair=pair)
        for pair in range(6)
        for use in ("camera", "camera_sound")
    ),
    *(Slot(mid=f"extra{n}", use="extra_sound", pair=10 + n) for n in range(4)),
    Slot(mid="screen", use="screen", pair=20),
    Slot(mid="screen_sound", use="screen_sound", pair=20),
)
PUPILS = [f"pupil{n}" for n in range(50)]


def everyone(pupils: Sequence[str] = ()) -> tuple[SourceState, ...]:
    found = []
    for one in (HOST, ROOM, *pupils):
        found.append(source(one, "camera", Kind.CAMERA))
        found.append(source(one, "microphone", Kind.MICROPHONE))
    return tuple(found)


def lesson(
    sources: tuple[SourceState, ...],
    pupils: Sequence[str] = (),
    *,
    called: str | None = None,
    mode: Mode = Mode.DISCUSSION,
) -> LessonState:
    return state(
        mode=mode,
        called=None if called is None else ParticipantId(called),
        participants=(
            room(HOST, host=True),
            room(ROOM),
            *(room(pupil, role=Role.PUPIL) for pupil in pupils),
        ),
        sources=sources,
    )


def viewer(
    participant: str,
    *shown: str,
    plays: bool = True,
    role: Role = Role.TEACHER,
    saves: bool = False,
) -> Viewer:
    return Viewer(
        participant=ParticipantId(participant),
        role=role,
        shown=tuple(SourceId(source) for source in shown),
        plays=plays,
        saves=saves,
    )


def bound(
    state: LessonState, who: Viewer, before: Bindings | None = None, loud: Sequence[str] = ()
) -> dict[str, str]:
    found = bind(POOL, before or {}, scene(state), who, [ParticipantId(one) for one in loud])
    return {mid: source for mid, source in found.items() if source is not None}


def test_a_room_sees_and_hears_the_other_and_never_itself() -> None:
    found = bound(lesson(everyone()), viewer(ROOM))
    assert found == {"camera0": "host/camera", "camera_sound0": "host/microphone"}


def test_a_further_device_of_a_room_gets_no_sound() -> None:
    assert bound(lesson(everyone()), viewer(ROOM, plays=False)) == {"camera0": "host/camera"}


def test_who_saves_data_gets_the_screen_and_every_sound_but_no_camera() -> None:
    screen = source(HOST, "screen", Kind.SCREEN)
    far = source(HOST, "screen_sound", Kind.SCREEN_SOUND)
    found = bound(lesson((*everyone(), screen, far)), viewer(ROOM, saves=True))
    assert found == {
        "screen": "host/screen",
        "screen_sound": "host/screen_sound",
        "extra0": "host/microphone",
    }


def test_who_saves_data_needs_no_larger_pool() -> None:
    state = lesson(everyone(PUPILS), PUPILS)
    wish = [f"{pupil}/camera" for pupil in PUPILS]
    assert more_pairs(POOL, viewer(ROOM, *wish), scene(state)) > 0
    assert more_pairs(POOL, viewer(ROOM, *wish, saves=True), scene(state)) == 0


def test_the_microphone_runs_beside_the_first_camera_alone() -> None:
    second = source(HOST, "class_camera", Kind.CLASS_CAMERA)
    found = bound(lesson((*everyone(), second)), viewer(ROOM))
    assert found == {
        "camera0": "host/camera",
        "camera_sound0": "host/microphone",
        "camera1": "host/class_camera",
    }


def test_a_shared_screen_and_its_sound_have_a_pair_of_their_own() -> None:
    shared = (
        source(HOST, "screen", Kind.SCREEN),
        source(HOST, "screen_sound", Kind.SCREEN_SOUND),
    )
    found = bound(lesson((*everyone(), *shared)), viewer(ROOM))
    assert found["screen"] == "host/screen"
    assert found["screen_sound"] == "host/screen_sound"


def test_a_called_pupil_has_a_slot_among_fifty() -> None:
    sources = everyone(PUPILS)
    before = bind(POOL, {}, scene(lesson(sources, PUPILS)), viewer(HOST), [])
    found = bound(lesson(sources, PUPILS, called="pupil49"), viewer(HOST), before)
    assert "pupil49/camera" in found.values()
    assert "pupil49/microphone" in found.values()


def test_whoever_keeps_being_seen_keeps_its_slot() -> None:
    sources = everyone(PUPILS)
    before = bind(POOL, {}, scene(lesson(sources, PUPILS)), viewer(HOST), [])
    after = bind(POOL, before, scene(lesson(sources, PUPILS, called="pupil49")), viewer(HOST), [])
    cameras = [mid for mid in before if mid.startswith("camera") and "sound" not in mid]
    assert len([mid for mid in cameras if before[mid] != after[mid]]) == 1


def test_the_loudest_four_without_a_picture_are_heard() -> None:
    sources = everyone(PUPILS)
    loud = ["pupil40", "pupil41", "pupil42", "pupil43", "pupil44"]
    found = bound(lesson(sources, PUPILS), viewer(HOST), loud=loud)
    extra = {source for mid, source in found.items() if mid.startswith("extra")}
    assert extra == {f"{pupil}/microphone" for pupil in loud[:4]}


def test_a_closed_microphone_takes_no_extra_slot() -> None:
    sources = everyone(PUPILS)
    found = bound(lesson(sources, PUPILS, mode=Mode.LECTURE), viewer(ROOM))
    assert not [mid for mid in found if mid.startswith("extra")]


def test_a_viewer_gets_what_it_shows_in_its_order() -> None:
    sources = everyone(PUPILS)
    found = bound(lesson(sources, PUPILS), viewer(HOST, "pupil7/camera", "room/camera"))
    assert found["camera0"] == "pupil7/camera"
    assert found["camera1"] == "room/camera"
    assert "camera2" not in found


def test_a_larger_wall_asks_for_slots_in_fours() -> None:
    sources = everyone(PUPILS)
    shown = [f"{pupil}/camera" for pupil in PUPILS[:7]]
    assert more_pairs(POOL, viewer(HOST, *shown), scene(lesson(sources, PUPILS))) == 4
    assert more_pairs(POOL, viewer(HOST, *shown[:6]), scene(lesson(sources, PUPILS))) == 0
    assert more_pairs(POOL, viewer(HOST, *(["gone/camera"] * 9)), scene(lesson(sources))) == 0


@given(st.data())
def test_no_source_has_two_slots_and_none_is_ones_own(data: st.DataObject) -> None:
    pupils = PUPILS[: data.draw(st.integers(0, 12))]
    sources = everyone(pupils)
    who = data.draw(st.sampled_from([HOST, ROOM, *pupils]))
    before: Bindings = {}
    for _ in range(3):
        called = data.draw(st.sampled_from([None, ROOM, *pupils]))
        loud = data.draw(st.permutations([HOST, ROOM, *pupils]))
        shown = data.draw(st.lists(st.sampled_from([s.source for s in sources]), max_size=8))
        current = scene(lesson(sources, pupils, called=called))
        before = bind(
            POOL, before, current, viewer(who, *shown), [ParticipantId(one) for one in loud]
        )
        carried = [source for source in before.values() if source is not None]
        assert len(carried) == len(set(carried))
        assert who not in {owner_of(source) for source in carried}
        assert set(before) == {slot.mid for slot in POOL}


PUPILS_CAMERA = "pupil0/camera"
EVERYONE_ELSE = [Role.ROOM, Role.PUPIL, Role.VIEWER, Role.INSPECTOR]


def pictures_of(role: Role, *shown: str, called: str | None = None) -> set[str]:
    who = {Role.TEACHER: ROOM, Role.ROOM: ROOM}.get(role, "pupil1")
    pupils = ["pupil0", "pupil1"]
    found = bound(lesson(everyone(pupils), pupils, called=called), viewer(who, *shown, role=role))
    return {source for mid, source in found.items() if mid.startswith("camera") and "/c" in source}


def test_teachers_see_a_pupil_at_home() -> None:
    assert PUPILS_CAMERA in pictures_of(Role.TEACHER)


@pytest.mark.parametrize("role", EVERYONE_ELSE)
@pytest.mark.parametrize("shown", [(), (PUPILS_CAMERA,), ("host/camera", PUPILS_CAMERA)])
def test_nobody_else_gets_a_pupils_camera_by_asking(role: Role, shown: tuple[str, ...]) -> None:
    assert PUPILS_CAMERA not in pictures_of(role, *shown)
    assert PUPILS_CAMERA not in pictures_of(role, *shown, called=ROOM)
    assert PUPILS_CAMERA not in pictures_of(role, *shown, called="pupil1")


@pytest.mark.parametrize("role", [Role.ROOM, Role.PUPIL, Role.VIEWER])
def test_everyone_sees_a_pupil_who_is_called(role: Role) -> None:
    assert PUPILS_CAMERA in pictures_of(role, called="pupil0")


def test_a_silent_inspector_never_sees_a_pupil_at_home() -> None:
    assert PUPILS_CAMERA not in pictures_of(Role.INSPECTOR, called="pupil0")
    assert PUPILS_CAMERA not in pictures_of(Role.INSPECTOR, PUPILS_CAMERA, called="pupil0")


def test_no_slots_are_asked_for_pictures_that_are_not_to_be_had() -> None:
    pupils = PUPILS[:20]
    wished = [f"{pupil}/camera" for pupil in pupils]
    seen = scene(lesson(everyone(pupils), pupils))
    assert more_pairs(POOL, viewer(ROOM, *wished), seen) == 16
    assert more_pairs(POOL, viewer(ROOM, *wished, role=Role.ROOM), seen) == 0


def test_a_pupil_who_was_called_leaves_the_walls_with_the_turn() -> None:
    called = lesson(everyone(["pupil0"]), ["pupil0"], called="pupil0")
    before = bind(POOL, {}, scene(called), viewer(ROOM, role=Role.ROOM), [])
    assert PUPILS_CAMERA in before.values()
    over = scene(lesson(everyone(["pupil0"]), ["pupil0"]))
    assert PUPILS_CAMERA not in bind(POOL, before, over, viewer(ROOM, role=Role.ROOM), []).values()


ONE = (Slot(mid="0", use="camera_sound", pair=0), Slot(mid="1", use="camera", pair=0))


def test_a_device_with_one_picture_gets_what_it_wished_for_with_its_sound() -> None:
    shared = (
        source(HOST, "screen", Kind.SCREEN),
        source(HOST, "screen_sound", Kind.SCREEN_SOUND),
    )
    seen = scene(lesson((*everyone(), *shared)))
    for name, sound in (("camera", "microphone"), ("screen", "screen_sound")):
        found = bind(ONE, {}, seen, viewer("box", f"{HOST}/{name}"), [])
        assert found == {"1": f"{HOST}/{name}", "0": f"{HOST}/{sound}"}
