import json
from importlib.resources import files

import pytest

from server.programme.consent import Purpose, cover
from signaling.events import Role


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
def test_schools_are_covered_and_a_pupil_at_home_is_not(
    role: Role, allowed: bool, purpose: Purpose
) -> None:
    assert cover({"someone/camera": role}, purpose)["someone/camera"].allowed is allowed


def test_every_reason_has_its_sentence_and_no_other_is_there() -> None:
    sentences = json.loads((files("signaling") / "locale" / "zh.json").read_text())["consent"]
    reasons = {cover({"s": role}, Purpose.RECORD)["s"].reason for role in Role}
    assert reasons == set(sentences)
