"""What commands have in common: their options, and how they speak to people at a terminal."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import typer

Config = Annotated[Path | None, typer.Option(help="A TOML file of settings.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

PROGRESS_S = 2.0
"""How often a long work says how far it is, and how long a short one says nothing."""


Language = Literal["zh", "en"]


def language() -> Language:
    """What the terminal's user reads."""
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def sentence(
    group: str,
    word: str,
    data: Mapping[str, str | int | float],
    of: Language | None = None,
) -> str:
    """What people read, in a language or in that of their terminal."""
    return _catalogue(of or language())[group][word].format_map(data)


@contextmanager
def telling(said: Callable[[float], str], every: float = PROGRESS_S) -> Iterator[None]:
    """Say on standard error how far the block is, by its seconds, as long as it lasts."""
    done = threading.Event()
    began = time.monotonic()

    def tell() -> None:
        while not done.wait(every):
            typer.echo(said(time.monotonic() - began), err=True)

    thread = threading.Thread(target=tell, name="telling", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@cache
def _catalogue(of: str) -> dict[str, dict[str, str]]:
    text = (files("signaling") / "locale" / f"{of}.json").read_text("utf-8")
    read: dict[str, dict[str, str]] = json.loads(text)
    return read
