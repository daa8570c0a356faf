"""`tongke roster import`: let a roster into the database, as the classes page does."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from server.actions.acting import for_school
from server.actions.organisations import found as organisation_found
from server.actions.roster_desk import RosterDesk
from server.actions.rosters import CheckWords, Options, Rosters, TakenWords
from server.data_command import Data, data_folder, in_database, show, utc
from server.documents.words import Language, of_report
from server.programme.class_group import typed_name
from server.roster_command import file_bytes, write_beside
from server.terminal import AsJson, Config, language

if TYPE_CHECKING:
    from server.store.database import Database


class ImportWords(TypedDict):
    """What a file would change, and what it has changed."""

    tried: CheckWords
    taken: TakenWords | None
    """None if nothing was let in."""


def import_roster(
    file: Annotated[Path, typer.Argument(help="The roster, as .xlsx.", metavar="FILE")],
    school: Annotated[str, typer.Option(help="The id of the school.")],
    only: Annotated[
        str | None, typer.Option("--class", help="Take a file of this class alone: 三(1)班.")
    ] = None,
    drop_missing: Annotated[
        bool, typer.Option(help="Remove for good whoever of its classes is not in the file.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would change; change nothing.")] = False,
    bad: Annotated[
        Path | None, typer.Option(help="Write the rows with something wrong here, with reasons.")
    ] = None,
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Let a roster into a school's classes, all of it or nothing; a running server sees it."""
    tongue = Language(language())
    body = file_bytes(file, tongue)
    options = Options(
        language=tongue,
        makes_classes=True,
        drops_missing=drop_missing,
        only=None if only is None else typed_name(only),
    )
    key = data_folder(config, data) / "secret.key"

    async def work(database: "Database") -> tuple[ImportWords, bytes]:
        return await _imported(database, key, school, body, options, dry_run=dry_run)

    words, rows = in_database(config, data, work)
    show(words, as_json, lambda told: report(told, tongue))
    if rows and bad is not None:
        write_beside(rows, file, bad, tongue)
    if words["taken"] is None and not _fits(words["tried"]):
        raise typer.Exit(1)


async def _imported(
    database: "Database", key: Path, school: str, body: bytes, options: Options, *, dry_run: bool
) -> tuple[ImportWords, bytes]:
    """Try a file, and let it in if all of it is good; else its bad rows as a file."""
    from server.access.pupil_numbers import PURPOSE
    from server.access.tokens import load_key

    acting = for_school(await organisation_found(database, school))
    loaded = await asyncio.to_thread(load_key, key)
    rosters = Rosters(database, RosterDesk(), loaded.derived(PURPOSE))

    async def upload() -> bytes:
        return body

    tried = await rosters.check(acting, school, upload, options)
    if tried["bad_count"]:
        rows = await rosters.returned(acting, school, upload, options)
        return ImportWords(tried=tried, taken=None), rows
    if dry_run or not _fits(tried):
        return ImportWords(tried=tried, taken=None), b""
    taken = await rosters.take_in(acting, school, upload, options, utc())
    return ImportWords(tried=tried, taken=taken), b""


def _fits(tried: CheckWords) -> bool:
    return not tried["bad_count"] and not tried["by_numbers"]


def report(words: ImportWords, tongue: Language) -> str:
    """What people read; no pupil's name."""
    tried, taken = words["tried"], words["taken"]
    lines = [of_report("counts", tongue, good=tried["good"], bad=tried["bad_count"])]
    for group in tried["classes"]:
        lines.append(of_report("class", tongue, name=group["name"], pupils=group["pupils"]))
    for row in tried["bad"]:
        reasons = " ".join(row["reasons"])
        lines.append(of_report("bad", tongue, sheet=row["sheet"], row=row["row"], reasons=reasons))
    if tried["unread"]:
        lines.append(of_report("unread", tongue, sheets=" / ".join(tried["unread"])))
    if taken is None:
        return "\n".join([*lines, *_why_not(tried, tongue)])
    return "\n".join([*lines, of_report("taken", tongue, **_numbers(taken))])


def _why_not(tried: CheckWords, tongue: Language) -> list[str]:
    """Why nothing was let in, or what would change."""
    if tried["bad_count"]:
        return [of_report("refused", tongue, bad=tried["bad_count"])]
    if tried["by_numbers"]:
        return [of_report("by_numbers", tongue, names="、".join(tried["by_numbers"]))]
    made = [one["name"] for one in tried["classes"] if one["is_new"]]
    lines = [of_report("made", tongue, names=" ".join(made))] if made else []
    numbers = {name: tried[name] for name in ("new", "changed", "same", "missing")}
    return [*lines, of_report("would", tongue, **numbers)]


def _numbers(taken: TakenWords) -> dict[str, int]:
    return {
        "new": taken["new"],
        "changed": taken["changed"],
        "same": taken["same"],
        "dropped": taken["dropped"],
    }
