"""The commands that keep a data folder safe: `tongke backup`, `restore` and `upgrade`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import psutil
import typer

from server.actions.disk_work import Tally, in_words
from server.settings import described, read_settings
from server.terminal import AsJson, Config, language, sentence, telling

if TYPE_CHECKING:
    from server.jobs.delete_again import AgainWords

BEHIND = 7
"""The last place among those that wait for a disk (ionice(1)): lessons come first."""

Data = Annotated[Path | None, typer.Option(help=described("data"))]
To = Annotated[Path, typer.Option("--to", help="The folder of the backup; best on another disk.")]
From = Annotated[Path, typer.Option("--from", help="The folder of the backup.")]
New = Annotated[Path, typer.Option("--data", help="The data folder to be made; empty or new.")]
BackupTo = Annotated[
    Path | None, typer.Option(help="The folder of the backup; else beside the data folder.")
]
InsteadOf = Annotated[
    Path | None,
    typer.Option(help="The data folder that it is to stand in for; else the one of the settings."),
]
NoBackup = Annotated[bool, typer.Option("--no-backup", help="Don't make a backup first.")]


def backup(to: To, config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """Copy what has changed to a backup; lessons may go on."""
    from server.actions.backup import back_up

    folder = read_settings(config, data=data).data
    with _told("copying") as tally:
        made = back_up(folder, to, datetime.now(UTC), tally)
    if as_json:
        typer.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return
    sizes = {"size": in_words(made["bytes"]), "copied": in_words(made["copied_bytes"])}
    _say(
        "backed_up", to=made["to"], files=made["files"], copied_files=made["copied_files"], **sizes
    )
    for lesson in made["under_way"]:
        _say("under_way", title=lesson["title"])


def restore(
    source: From,
    data: New,
    config: Config = None,
    instead_of: InsteadOf = None,
    as_json: AsJson = False,
) -> None:
    """Check a backup and make a data folder from it; what was deleted since is deleted again."""
    from server.actions.restore import restore as made_from
    from server.jobs.delete_again import catch_up

    known = instead_of or read_settings(config).data
    again: list[AgainWords] = []

    def finish(gathered: Path, made: str) -> None:
        named = instead_of is not None
        again.append(catch_up(gathered, made, known, datetime.now(UTC), named=named))

    with _told("restoring") as tally:
        made = made_from(source, data, tally, finish)
    if as_json:
        typer.echo(json.dumps({**made, "again": again[0]}, ensure_ascii=False, indent=2))
        return
    size = in_words(made["bytes"])
    _say("restored", data=made["data"], files=made["files"], size=size, made=made["made"])
    _say_again(data, again[0])


def _say_again(data: Path, again: "AgainWords") -> None:
    """What was deleted again, and of which days nobody knows."""
    from server.doctor.command import unchecked
    from server.doctor.words import said

    if again["by"] is not None:
        counts = {name: again[name] for name in ("lessons", "names", "comments", "handouts")}
        _say("deleted_again", by=again["by"], **counts)
    for finding in unchecked(data):
        typer.echo(said(finding, language()))


def upgrade(
    config: Config = None,
    data: Data = None,
    backup_to: BackupTo = None,
    no_backup: NoBackup = False,
    as_json: AsJson = False,
) -> None:
    """Bring the data up to this version; not during a lesson."""
    from server.actions.upgrade import upgrade as brought_up

    folder = read_settings(config, data=data).data
    beside = folder.resolve().with_name(f"{folder.resolve().name}-backup")
    to = None if no_backup else backup_to or beside
    with _told("upgrading") as tally:
        done = brought_up(folder, to, datetime.now(UTC), tally)
    if as_json:
        typer.echo(json.dumps(done, ensure_ascii=False, indent=2))
        return
    word = "up_to_date" if done["before"] == done["after"] else "upgraded"
    _say(word, before=done["before"] or "0", after=done["after"])
    if done["backup"] is not None:
        _say("backed_up_before", to=done["backup"])


@contextmanager
def _told(word: str) -> Iterator[Tally]:
    """Work behind the lessons, and say how far it is."""
    psutil.Process().ionice(psutil.IOPRIO_CLASS_BE, BEHIND)
    tally = Tally()

    def said(seconds: float) -> str:
        so_far = {"done": in_words(tally.done), "total": in_words(tally.total)}
        return sentence("safekeeping", word, {**so_far, "seconds": f"{seconds:.0f}"})

    with telling(said):
        yield tally


def _say(word: str, **data: str | int) -> None:
    typer.echo(sentence("safekeeping", word, data))
