"""The wheel, built and installed where nothing else of ours is, serves its own web client."""

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PORT = 18000
MEDIA_PORT = 18010
SITE = f"http://127.0.0.1:{PORT}"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made from the sdist as an index would."""
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `tongke` command of a virtual environment that holds the wheel alone."""
    venv = tmp_path_factory.mktemp("clean") / "venv"
    run("-m", "venv", "--without-pip", str(venv))
    constraints = str(ROOT / "constraints.txt")
    run("-m", "pip", "--python", str(venv), "install", "-q", "-c", constraints, str(wheel))
    return venv / "bin" / "tongke"


def run(*arguments: str) -> None:
    """Run this environment's Python; its output is shown when it fails."""
    done = subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@contextmanager
def serving(command: Path, folder: Path) -> Iterator[None]:
    """A server started from another folder, answering; asked to stop at the end."""
    arguments = ["serve", "--data", "data", "--host", "127.0.0.1"]
    arguments += ["--port", str(PORT), "--media-port", str(MEDIA_PORT), "--trust-proxy"]
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(
            [command, *arguments], cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_until_it_answers(process, folder / "log")
            yield
        finally:
            process.terminate()
            process.wait(20)


def wait_until_it_answers(process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask for the health of the server until it has one."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            fetch("/healthz")
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"no answer within 30 s: {log.read_text()}")


def fetch(path: str) -> str:
    """The body of a page of the server; its status is 200."""
    with urllib.request.urlopen(SITE + path, timeout=5) as answer:
        body: bytes = answer.read()
    return body.decode()


def test_the_wheel_holds_our_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "server",
        "signaling",
        "recorder",
        "client",
    }
    clients = {"/".join(name.split("/")[:2]) for name in names if name.startswith("client/")}
    assert clients == {"client/__init__.py", "client/room", "client/dist"}


def test_the_wheel_carries_every_file_of_ours(wheel: Path) -> None:
    listing = subprocess.run(
        ["git", "ls-files", "server", "signaling", "recorder", "client/room"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    names = set(zipfile.ZipFile(wheel).namelist())
    assert set(listing.stdout.split()) | {"client/dist/index.html"} <= names


def test_an_installed_wheel_serves_its_own_web_client(command: Path, tmp_path: Path) -> None:
    with serving(command, tmp_path):
        script = re.search(r'src="(/assets/[\w-]+\.js)"', fetch("/"))
        assert script
        parts = re.findall(r"assets/[\w-]+\.js", fetch(script[1]))
        assert parts
        assert any("createElement" in fetch(f"/{part}") for part in parts)
