import sys

import pytest

from server import performance
from server.performance import StageError, output, program

ECHO = """
import json, sys
print(json.dumps({"event": "joined", "ms": 5, "new": "field"}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"event": "done", "command": asked["type"]}), flush=True)
"""


@pytest.fixture(autouse=True)
def python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run Python where the demo runs `tongke`."""
    monkeypatch.setattr(performance, "TONGKE", (sys.executable,))


async def test_a_program_is_heard_and_obeys() -> None:
    async with program("echo", "-c", ECHO) as running:
        joined = await running.until(10, lambda line: line.event == "joined")
        assert joined.ms == 5
        running.tell(type="call", participant="b")
        await running.until(10, lambda line: line.command == "call")


async def test_a_program_that_ended_is_named_with_its_last_words() -> None:
    said = 'print("{\\"event\\": \\"refused\\", \\"code\\": \\"locked\\"}")'
    async with program("room", "-c", said) as running:
        with pytest.raises(StageError, match="room ended: refused locked"):
            await running.until(10, lambda line: line.event == "joined")


async def test_a_program_that_hangs_is_named() -> None:
    async with program("room", "-c", "import time; time.sleep(60)") as running:
        with pytest.raises(StageError, match="room does not go on: it said nothing"):
            await running.until(0.2, lambda line: line.event == "joined")


async def test_a_program_that_will_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performance, "ENDS_S", 0.3)
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('{}', flush=True)"
    async with program("room", "-c", stubborn + "; time.sleep(60)") as running:
        await running.until(10, lambda line: True)


async def test_output_of_a_command_that_fails_is_an_error() -> None:
    assert await output(sys.executable, "-c", "print(1)") == b"1\n"
    with pytest.raises(StageError):
        await output(sys.executable, "-c", "raise SystemExit(3)")
