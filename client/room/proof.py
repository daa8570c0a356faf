"""Decodes a whole recording and says what is in it: `python -m client.room.proof FOLDER`.

For the demo and for whoever doubts a recording; one JSON object on standard output.
"""

import json
import sys
from pathlib import Path

import av

from recorder.manifest import Part, Track, load


def prove(folder: Path) -> dict[str, dict[str, object]]:
    """By source: how many frames decode, and whether each part does without a fault."""
    return {track.source: _track(folder, track) for track in load(folder).tracks}


def _track(folder: Path, track: Track) -> dict[str, object]:
    parts = [_part(folder, part) for part in track.parts]
    return {
        "kind": track.kind.value,
        "frames": sum(frames for frames, _ in parts),
        "decodes": bool(parts) and all(whole for _, whole in parts),
    }


def _part(folder: Path, part: Part) -> tuple[int, bool]:
    """Frames that decode, and whether that was all of them."""
    frames = 0
    try:
        with av.open(str(folder / part.file)) as container:
            for _ in container.decode(container.streams[0]):
                frames += 1
    except (av.FFmpegError, OSError):
        return frames, False
    return frames, frames > 0


def main() -> None:
    """Print the proof; exit status 1 if anything does not decode."""
    found = prove(Path(sys.argv[1]))
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    sys.exit(0 if found and all(track["decodes"] for track in found.values()) else 1)


if __name__ == "__main__":
    main()
