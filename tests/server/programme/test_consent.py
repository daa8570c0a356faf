import json
from importlib.resources import files

import pytest

from server.programme.consent import Purpose, Shown, Standing, cover, least, shows_class
from signaling.events import Kind, Role


def one(shown: Shown, purpose: Purpose = Purpose.RECORD) -> tuple[bool, str]:
    covered = cover({"someone/camera": shown}, purpose)["someone/camera"]
    return covered.allowed, covered.reason


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.TEACHER, True),
        (Role.ROOM, True),
        (Role.PUPIL, False),
        (Role.VIEWER, False),
        (Role.INSPECTOR, False),
    ],
)
def test_teachers_are_covered_and_a_pupil_at_home_is_not(
    role: Role, allowed: bool, purpose: Purpose
) -> None:
    assert one(Shown(role=role), purpose)[0] is allowed


@pytest.mark.parametrize(
    ("standing", "seated", "recorded", "replayed"),
    [
        (Standing.MISSING, False, False, False),
        (Standing.MISSING, True, False, False),
        (Standing.EXCEPTED, False, False, True),
        (Standing.EXCEPTED, True, True, True),
        (Standing.WHOLE, False, True, True),
    ],
)
def test_a_class_is_kept_as_far_as_its_parents_agreed(
    standing: Standing, seated: bool, recorded: bool, replayed: bool
) -> None:
    shown = Shown(role=Role.ROOM, standing=standing, seated=seated)
    assert one(shown)[0] is recorded
    assert one(shown, Purpose.REPLAY)[0] is replayed


def test_no_class_consent_covers_a_pupil_at_home() -> None:
    assert not one(Shown(role=Role.PUPIL, standing=Standing.WHOLE))[0]


@pytest.mark.parametrize(
    ("kind", "host", "of_class"),
    [
        (Kind.CAMERA, True, False),
        (Kind.CAMERA, False, True),
        (Kind.MICROPHONE, True, False),
        (Kind.MICROPHONE, False, True),
        (Kind.CLASS_CAMERA, True, True),
        (Kind.CLASS_CAMERA, False, True),
        (Kind.SCREEN, False, False),
        (Kind.SCREEN_SOUND, False, False),
    ],
)
def test_what_shows_a_class(kind: Kind, host: bool, of_class: bool) -> None:
    assert shows_class(kind, host=host) is of_class


def test_of_several_classes_the_least_counts_and_of_none_the_strictest() -> None:
    assert least([Standing.WHOLE, Standing.EXCEPTED]) is Standing.EXCEPTED
    assert least([Standing.WHOLE, Standing.MISSING]) is Standing.MISSING
    assert least([]) is Standing.MISSING


def test_every_reason_has_its_sentence_and_no_other_is_there() -> None:
    sentences = json.loads((files("signaling") / "locale" / "zh.json").read_text())["consent"]
    classes = [
        Shown(role=Role.ROOM, standing=standing, seated=seated)
        for standing in Standing
        for seated in (True, False)
    ]
    reasons = {one(shown)[1] for shown in [*(Shown(role=role) for role in Role), *classes]}
    assert reasons == set(sentences)
