import json
from pathlib import Path

import pytest

from server.programme.refusal import Refusal, RefusedError

LOCALE = Path(__file__).parents[3] / "signaling" / "locale"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_has_its_sentence(language: str) -> None:
    sentences = json.loads((LOCALE / f"{language}.json").read_text())["refusal"]
    assert set(sentences) == {refusal.value for refusal in Refusal}


def test_a_refusal_says_why_and_of_what() -> None:
    error = RefusedError(Refusal.LOGIN_TAKEN, login="zhang")
    assert (str(error), error.data) == ("login_taken", {"login": "zhang"})
