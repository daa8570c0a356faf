"""What of a recording somebody may see: consent is asked again each time. Blocking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from recorder.manifest import MANIFEST, Manifest, rebuild
from recorder.replay import Replay, replay
from server.programme.consent import Purpose, Shown, Standing, cover, shows_class
from server.store.folder import MANIFEST as MANIFEST_FILE
from server.store.folder import read_journal
from signaling.events import LessonOpened, ParticipantJoined, Role
from signaling.ids import ParticipantId
from signaling.journal import Line
from signaling.messages import Person

Standings = Mapping[str, Standing]
"""How far the classes in rooms have agreed, by participant; none of a room that answers itself."""

KEPT = 64
"""Lessons whose list of files is remembered between two requests of a player."""


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """Who watches."""

    role: Role
    """As what."""
    place: ParticipantId | None
    """From which classroom."""


def load(
    folder: Path, title: str, names: dict[str, str], watcher: Watcher, standings: Standings
) -> Replay:
    """The lesson in a folder, as this watcher may see it.

    `standings`: how far the classes in the rooms have agreed by now.
    """
    lines = read_journal(folder).lines
    return replay(
        title=title,
        lines=lines,
        manifest=covered(read_manifest(folder), lines, standings),
        people=[Person(participant=ParticipantId(p), name=name) for p, name in names.items()],
        role=watcher.role,
        participant=watcher.place,
    )


def playable(folder: Path, standings: Standings) -> frozenset[str]:
    """The media files of a lesson that may be played, by their paths in its folder."""
    return _playable(folder, _stamp(folder), tuple(sorted(standings.items())))


def read_manifest(folder: Path) -> Manifest:
    """What of a lesson is on disk; while it runs, what is synced so far.

    The recorder writes the manifest when parts come and go; what came since is in the indexes.
    """
    file = folder / MANIFEST_FILE
    try:
        # Two writes within a tick of the clock bear the same time: then it is not to be trusted.
        if file.stat().st_mtime_ns > _newest(folder):
            return MANIFEST.validate_json(file.read_bytes())
    except (FileNotFoundError, ValueError):
        pass
    return rebuild(folder)


def _newest(folder: Path) -> int:
    """When an index of a track was written last, in ns; 0 without tracks."""
    indexes = (folder / "tracks").glob("*/index.jsonl")
    return max((index.stat().st_mtime_ns for index in indexes), default=0)


def covered(manifest: Manifest, lines: Iterable[Line], standings: Standings) -> Manifest:
    """The manifest without the tracks that consent does not cover for a replay."""
    roles, hosts = _cast(lines)
    sources = {
        track.source: Shown(
            role=roles.get(track.participant, Role.VIEWER),
            standing=standings.get(track.participant)
            if shows_class(track.kind, host=track.participant in hosts)
            else None,
        )
        for track in manifest.tracks
    }
    allowed = cover(sources, Purpose.REPLAY)
    tracks = tuple(track for track in manifest.tracks if allowed[track.source].allowed)
    return replace(manifest, tracks=tracks)


@lru_cache(maxsize=KEPT)
def _playable(
    folder: Path, stamp: tuple[int, ...], standings: tuple[tuple[str, Standing], ...]
) -> frozenset[str]:
    manifest = covered(read_manifest(folder), read_journal(folder).lines, dict(standings))
    return frozenset(part.file for track in manifest.tracks for part in track.parts)


def _stamp(folder: Path) -> tuple[int, ...]:
    """Changes whenever what may be played changes."""
    files = [folder / MANIFEST_FILE, *sorted((folder / "tracks").glob("*/index.jsonl"))]
    return tuple(file.stat().st_mtime_ns for file in files if file.exists())


def _cast(lines: Iterable[Line]) -> tuple[dict[ParticipantId, Role], frozenset[ParticipantId]]:
    """As what everybody took part, and which rooms were the host's."""
    roles: dict[ParticipantId, Role] = {}
    hosts: frozenset[ParticipantId] = frozenset()
    for line in lines:
        match line.event:
            case LessonOpened():
                roles |= {room.participant: Role.ROOM for room in line.event.rooms}
                hosts = frozenset(room.participant for room in line.event.rooms if room.host)
            case ParticipantJoined():
                roles[line.event.participant] = line.event.role
            case _:
                pass
    return roles, hosts
