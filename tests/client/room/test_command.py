import asyncio
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from client.room.command import Wanted, json_lines, room, sources, take_part, text_lines
from client.room.media import Say
from client.room.room import Doors
from client.room.sources import SoundSource
from signaling.errors import Code
from signaling.events import EndReason, Kind, LessonEnded
from signaling.messages import Closed, Told
from tests.support.answerer import until
from tests.support.clips import write_clip
from tests.support.far_lesson import far_lesson

pytestmark = pytest.mark.usefixtures("loopback")


def wanted(link: str, **pictures: str) -> Wanted:
    return Wanted(
        doors=Doors(link=link, loudspeaker=False, prove=False),
        pictures={Kind(name): path for name, path in pictures.items()},
        microphone=None,
        bitrate=500_000,
        script=False,
    )


def invoked(*arguments: str) -> tuple[int, str]:
    """Exit status and output of the command."""
    app = typer.Typer()
    app.command()(room)
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "TERM": "dumb"})
    return result.exit_code, result.output


def test_what_can_not_be_opened_is_named_before_anything_begins(tmp_path: Path) -> None:
    status, output = invoked(
        "--link", "http://localhost/lesson#t", "--camera", str(tmp_path / "no.mp4")
    )
    assert status == 2
    assert "No such file" in output


def test_a_file_without_a_certificate_is_no_authority(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    status, output = invoked(
        "--link", "https://localhost/lesson#t", "--ca", str(tmp_path / "ca.pem")
    )
    assert status == 2
    assert "no certificate" in output


@pytest.mark.parametrize("bitrate", ["59", "3001"])
def test_a_bit_rate_out_of_bounds_is_refused(bitrate: str) -> None:
    status, _ = invoked("--link", "http://localhost/lesson#t", "--bitrate", bitrate)
    assert status == 2


@pytest.mark.parametrize(
    ("echo", "able"), [((), False), (("--echo", "system"), True), (("--echo", "hardware"), True)]
)
def test_only_a_room_whose_echo_is_cancelled_may_have_the_sound(
    monkeypatch: pytest.MonkeyPatch, echo: tuple[str, ...], able: bool
) -> None:
    asked: list[Wanted] = []

    async def noted(wanted: Wanted, say: Say) -> int:
        asked.append(wanted)
        return 0

    monkeypatch.setattr("client.room.command.take_part", noted)
    status, _ = invoked("--link", "http://localhost/lesson#t", *echo)
    assert status == 0
    assert [one.doors.loudspeaker for one in asked] == [able]


def test_every_source_is_named_after_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    write_clip(path, source=1, seconds=1)
    asked = Wanted(
        doors=Doors(link="", loudspeaker=True, prove=False),
        pictures={Kind.CAMERA: str(path), Kind.SCREEN: str(path)},
        microphone=str(path),
        bitrate=500_000,
        script=False,
    )

    async def named() -> list[tuple[str, bool]]:
        return [(source.name, isinstance(source, SoundSource)) for source in sources(asked)]

    assert asyncio.run(named()) == [("camera", False), ("screen", False), ("microphone", True)]


async def test_a_room_that_is_refused_says_why_and_fails() -> None:
    said: list[tuple[str, dict[str, object]]] = []
    async with far_lesson() as lesson:
        lesson.refuses = Closed(code=Code.LINK_EXPIRED, data={}, may_resume=False)
        status = await take_part(wanted(lesson.link), lambda *what: said.append(what))
    assert status == 1
    assert said[0] == ("refused", {"code": "link_expired", "data": {}})
    assert said[-1][0] == "stats"


async def test_a_lesson_that_ends_is_no_failure() -> None:
    said: list[tuple[str, dict[str, object]]] = []
    async with far_lesson() as lesson:
        task = asyncio.create_task(take_part(wanted(lesson.link), lambda *what: said.append(what)))
        await until(5, lambda: any(word == "joined" for word, _ in said))
        over = LessonEnded(reason=EndReason.ENDED, by=None)
        await lesson.tell(Told(n=9, t=3.0, event=over))
        await lesson.tell(Closed(code=Code.LESSON_OVER, data={}, may_resume=False))
        assert await asyncio.wait_for(task, 5) == 0
    assert [word for word, _ in said if word in ("refused", "ended")] == ["ended"]


def test_what_happens_is_told_as_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    json_lines("joined", {"ms": 5, "name": "城里"})
    text_lines("joined", {"ms": 5})
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first) == {"event": "joined", "ms": 5, "name": "城里"}
    assert second == "joined ms=5"
