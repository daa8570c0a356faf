"""What the room says to people, in the language of their terminal."""

import json
import os
from functools import cache
from importlib.resources import files


def language() -> str:
    """Chinese where the terminal is; else English."""
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def sentence(name: str) -> str:
    """One of the sentences about a source, with its places still open."""
    return _sentences(language())[name]


@cache
def _sentences(language: str) -> dict[str, str]:
    text = (files("signaling") / "locale" / f"{language}.json").read_text("utf-8")
    read: dict[str, str] = json.loads(text)["source"]
    return read
