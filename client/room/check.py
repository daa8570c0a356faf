"""`tongke room --check`: what each source is, and whether it goes on as it is."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

import av
import typer

from client.room.passing import Passing
from client.room.streams import is_stream, judged, opened, plain, seconds
from client.room.words import language, sentence
from signaling.events import Kind

LOOK_S: Final = 6.0
"""So long a stream is looked at: three of the key frames that it should have."""
NAMES: Final = {
    "h264": "H.264",
    "hevc": "H.265",
    "mjpeg": "Motion JPEG",
    "mpeg4": "MPEG-4",
    "vp8": "VP8",
    "aac": "AAC",
    "pcm_alaw": "G.711 A-law",
    "pcm_mulaw": "G.711 µ-law",
    "opus": "Opus",
}
"""What people call a codec; others by FFmpeg's name."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one source is."""

    source: str
    """Its name in the room."""
    codec: str = ""
    """As people call it."""
    width: int = 0
    """Of a picture."""
    height: int = 0
    """Of a picture."""
    rate: int = 0
    """Pictures or samples a second."""
    channels: int = 0
    """Of a sound."""
    key_seconds: float = 0.0
    """Of a picture: the longest time between two key frames."""
    becomes: str = ""
    """`passes`, `file`, `opus`, a word of `Why`, or `trouble`."""
    trouble: str = ""
    """Why it can't be read."""


def report(pictures: Mapping[Kind, str], microphone: str | None, *, as_json: bool) -> int:
    """Print a line for each source; 1 if one of them can't be read."""
    found = [*_pictures(pictures), *([] if microphone is None else [_sound(microphone)])]
    for one in found:
        typer.echo(json.dumps(asdict(one), ensure_ascii=False) if as_json else said(one))
    return int(any(one.trouble for one in found))


def said(found: Found) -> str:
    """What people read, in the language of their terminal."""
    form = "heard" if found.channels else "seen"
    words = [found.becomes] if found.trouble else [form, found.becomes]
    between = "" if language() == "zh" else " "
    return between.join(sentence(word).format_map(asdict(found)) for word in words)


def _pictures(paths: Mapping[Kind, str]) -> Iterator[Found]:
    for kind, path in paths.items():
        try:
            with opened(path) if is_stream(path) else av.open(path) as container:
                stream = container.streams.video[0]
                judge = _looked_at(container, stream)
                becomes = (judge.why or "passes") if is_stream(path) else "file"
                yield _picture(kind.value, stream, judge, becomes)
        except (av.FFmpegError, OSError, IndexError) as error:
            yield Found(source=kind.value, becomes="trouble", trouble=plain(str(error)))


def _looked_at(container: "av.container.InputContainer", stream: "av.VideoStream") -> Passing:
    judge, ends = judged(stream), time.monotonic() + LOOK_S
    for packet in container.demux(stream):
        if packet.pts is not None:
            judge.look(seconds(packet.pts, packet.time_base), packet.is_keyframe)
        if time.monotonic() > ends:
            break
    return judge


def _picture(name: str, stream: "av.VideoStream", judge: Passing, becomes: str) -> Found:
    context = stream.codec_context
    return Found(
        source=name,
        codec=NAMES.get(context.name, context.name),
        width=context.width,
        height=context.height,
        rate=round(float(stream.average_rate or 0)),
        key_seconds=round(judge.key_seconds, 1),
        becomes=becomes,
    )


def _sound(path: str) -> Found:
    name = Kind.MICROPHONE.value
    try:
        with opened(path) if is_stream(path) else av.open(path) as container:
            context = container.streams.audio[0].codec_context
            return Found(
                source=name,
                codec=NAMES.get(context.name, context.name),
                rate=context.sample_rate,
                channels=context.channels,
                becomes="opus",
            )
    except (av.FFmpegError, OSError, IndexError) as error:
        return Found(source=name, becomes="trouble", trouble=plain(str(error)))
