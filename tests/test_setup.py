"""`scripts/setup` in a checkout of its own, where every program it runs is ours and one is slow."""

import os
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SLOW_S = 5
"""Long enough for two lines of progress."""
SILENT_S = 4.0
"""Half of it is what the setup allows itself; a busy machine needs the rest."""
INSTALLED = 'for one in "$@"; do case $one in -*) ;; *) echo "installed $one" ;; esac; done'

pytestmark = pytest.mark.slow


def checkout(folder: Path, npm: str) -> dict[str, str]:
    """A checkout with a virtual environment, whose `npm` is this script; the environment to use."""
    program(folder / "scripts/setup", (ROOT / "scripts/setup").read_text())
    for name in (".venv/bin/tongke", ".venv/bin/python", "bin/python3.11"):
        program(folder / name, "exit 0")
    program(folder / "bin/dpkg-query", INSTALLED)
    program(folder / "bin/node", "echo v20.19.0")
    program(folder / "bin/npm", npm)
    (folder / "client").mkdir()
    (folder / "pyproject.toml").write_text("")
    return {"PATH": f"{folder / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin"}


def program(path: Path, text: str) -> None:
    """A program of the checkout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if text.startswith("#!") else f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def made(npm: str) -> str:
    """An `npm` that does this on `ci`, and makes what is there when that is done."""
    leaves = "mkdir -p client/node_modules client/dist; touch client/dist/index.html"
    return f'case $* in *" ci "*) {npm} ;; esac; {leaves}'


def test_a_slow_step_goes_on_saying_so(tmp_path: Path) -> None:
    environment = checkout(tmp_path, made(f"sleep {SLOW_S}"))
    said, silences, before = [], [], time.monotonic()
    with subprocess.Popen(
        [tmp_path / "scripts/setup"], env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            now = time.monotonic()
            said.append(line.rstrip())
            silences.append(now - before)
            before = now
    assert running.returncode == 0
    about = [line for line in said if "npm" in line]
    assert about[0] == "Installing the npm packages ..."
    assert len(about) >= 3
    assert all(line.startswith("  Installing the npm packages: ") for line in about[1:])
    assert max(silences) < SILENT_S

    again = subprocess.run(
        [tmp_path / "scripts/setup"], env=environment, capture_output=True, text=True, check=True
    )
    assert again.stdout == ""


def test_a_step_that_fails_shows_why(tmp_path: Path) -> None:
    environment = checkout(tmp_path, made("echo no network; exit 1"))
    done = subprocess.run(
        [tmp_path / "scripts/setup"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "no network" in done.stderr
    assert "Installing the npm packages: failed" in done.stderr
