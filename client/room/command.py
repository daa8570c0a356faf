"""`tongke room`: a classroom's cameras and microphones in a lesson, without a browser."""

import asyncio
import json
import signal
import ssl
import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import aiohttp
import typer

from client.room.addresses import use_loopback
from client.room.check import report
from client.room.feeds import pictures, sounds, why_not
from client.room.media import Say
from client.room.room import Doors, Room
from client.room.script import lines, obey
from client.room.sources import PictureSource, SoundSource, Source
from client.room.streams import StreamSource, heard, is_stream
from signaling.errors import TongkeError
from signaling.events import Kind


class Echo(StrEnum):
    """What cancels the echo of the room's loudspeaker."""

    SYSTEM = "system"
    HARDWARE = "hardware"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the command line asks for."""

    doors: Doors
    """How to take part."""
    pictures: dict[Kind, str]
    """Path or device of each picture."""
    microphone: str | None
    """Path or device of the sound."""
    bitrate: int
    """Bits per second of each picture."""
    script: bool
    """Whether commands are read from standard input."""
    trust: ssl.SSLContext | None = None
    """Whose certificates are believed; none believes whom the machine believes."""


def room(
    link: Annotated[str, typer.Option(help="The lesson's link for this classroom.")] = "",
    camera: Annotated[
        str | None, typer.Option(help="Teacher camera: a media file, /dev/videoN or rtsp://….")
    ] = None,
    class_camera: Annotated[
        str | None, typer.Option(help="Camera on the class: a media file, /dev/videoN or rtsp://….")
    ] = None,
    screen: Annotated[
        str | None, typer.Option(help="What is shown: a media file or rtsp://….")
    ] = None,
    microphone: Annotated[
        str | None,
        typer.Option(help="Sound: a media file, alsa:DEVICE or rtsp://…; needs --echo."),
    ] = None,
    echo: Annotated[
        Echo | None,
        typer.Option(help="Who cancels echo; without it the room's page has the microphone."),
    ] = None,
    bitrate: Annotated[
        int,
        typer.Option(min=60, max=3000, help="Of each picture or layer of one, at most, in kbit/s."),
    ] = 1500,
    ca: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Certificate authority of the server, as PEM: its data folder's tls/ca.pem.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name, where the link has none.")] = None,
    check_media: Annotated[
        bool, typer.Option("--check-media", help="Decode what arrives and say what it is.")
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Say what each source is and what becomes of it; no more."),
    ] = False,
    commands: Annotated[
        bool, typer.Option("--commands", help="Read commands from standard input, as JSON lines.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """Take part in a lesson as a classroom, with files, cameras and a microphone."""
    if not (link or check):
        raise typer.BadParameter("--link is missing; with --check alone none is needed")
    shown = {Kind.CAMERA: camera, Kind.CLASS_CAMERA: class_camera, Kind.SCREEN: screen}
    wanted = Wanted(
        doors=Doors(link=link, loudspeaker=echo is not None, prove=check_media, name=name),
        pictures={kind: path for kind, path in shown.items() if path is not None},
        microphone=microphone,
        bitrate=bitrate * 1000,
        script=commands,
        trust=None if ca is None else trusting(ca),
    )
    troubles = [
        trouble
        for path, sound in [*((path, False) for path in wanted.pictures.values())]
        + ([(microphone, True)] if microphone else [])
        if (trouble := why_not(path, sound))
    ]
    if check:
        sys.exit(report(wanted.pictures, microphone, as_json=as_json))
    if troubles:
        raise typer.BadParameter("; ".join(troubles))
    use_loopback(link)
    sys.exit(asyncio.run(take_part(wanted, json_lines if as_json else text_lines)))


def trusting(ca: Path) -> ssl.SSLContext:
    """Believe the certificates of one authority.

    Raises:
        BadParameter: the file holds none.
    """
    try:
        return ssl.create_default_context(cafile=ca)
    except ssl.SSLError as error:
        raise typer.BadParameter(f"{ca} holds no certificate in PEM form") from error


def json_lines(word: str, data: dict[str, object]) -> None:
    """Print what happened for a program."""
    typer.echo(json.dumps({"event": word, **data}, ensure_ascii=False))


def text_lines(word: str, data: dict[str, object]) -> None:
    """Print what happened for a person."""
    typer.echo(" ".join([word, *(f"{key}={value}" for key, value in data.items())]))


async def take_part(wanted: Wanted, say: Say) -> int:
    """Run a room to its end; the exit status."""
    connector = aiohttp.TCPConnector(ssl=wanted.trust or True)
    async with aiohttp.ClientSession(connector=connector) as http:
        running = Room(wanted.doors, sources(wanted), http, say)
        leaving: set[asyncio.Task[None]] = set()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(
                number, lambda: leaving.add(asyncio.create_task(running.leave()))
            )
        refusal = await _until_refused(running, wanted.script, say)
        await asyncio.gather(*leaving)
        if refusal is not None:
            say("refused", {"code": refusal.code.value, "data": dict(refusal.data)})
        say("stats", running.summary())
    return 0 if refusal is None else 1


async def _until_refused(running: Room, script: bool, say: Say) -> TongkeError | None:
    """Run to the end of the lesson; why it ended before, if it did."""
    refusals: list[TongkeError] = []
    try:
        async with asyncio.TaskGroup() as tasks:
            obeying = tasks.create_task(obey(running, lines(), say)) if script else None
            await running.run()
            if obeying is not None:
                obeying.cancel()
    except* TongkeError as group:
        refusals += _leaves(group)
    return refusals[0] if refusals and not running.over else None


def _leaves(group: BaseExceptionGroup[TongkeError]) -> list[TongkeError]:
    found: list[TongkeError] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def sources(wanted: Wanted) -> list[Source]:
    """What the room sends; each is named after its kind."""
    found: list[Source] = [
        StreamSource(kind.value, kind, path, wanted.bitrate)
        if is_stream(path)
        else PictureSource(kind.value, kind, pictures(path), wanted.bitrate)
        for kind, path in wanted.pictures.items()
    ]
    path = wanted.microphone
    if path is not None:
        feed = partial(heard, path) if is_stream(path) else sounds(path)
        found.append(SoundSource(Kind.MICROPHONE.value, feed))
    return found
