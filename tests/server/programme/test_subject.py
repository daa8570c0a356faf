import json
from pathlib import Path

from server.programme.subject import Subject

LOCALE = Path(__file__).parents[3] / "client" / "browser" / "locale"


def test_every_subject_has_its_name_on_the_screens() -> None:
    for language in ("zh", "en"):
        words = json.loads((LOCALE / f"{language}.json").read_text())
        assert {f"subject.{one}" for one in Subject} <= words.keys()
