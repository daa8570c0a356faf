"""`tongke classes`: a school's classes into the next grade, from the server's own shell."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from server.data_command import Data, in_database, show, utc
from server.programme.attendance import SCHOOL_TIME
from server.programme.class_group import typed_name
from server.programme.refusal import Refusal, RefusedError
from server.terminal import AsJson, Config, sentence

if TYPE_CHECKING:
    from server.actions.raising import RaisingWords, RisingWords, Wanted
    from server.store.database import Database

classes_app = typer.Typer(no_args_is_help=True, help="The classes of a school.")


@classes_app.callback()
def classes() -> None:
    """Keeps `raise` a command of its own while it is the only one."""


@classes_app.command("raise")
def raise_grades(
    school: Annotated[str, typer.Option(help="The id of the school.")],
    top: Annotated[
        int | None,
        typer.Option(help="Its last grade, 6 or 9; without it, as its classes tell.", min=1, max=9),
    ] = None,
    stay: Annotated[
        list[str] | None, typer.Option(help="A class that does not rise: 一(2)班. May be repeated.")
    ] = None,
    again: Annotated[
        bool, typer.Option(help="Once more, though it was done for this school year.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would change; change nothing.")] = False,
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Let all classes of a school rise by a grade, the last grade graduate; all or nothing."""
    staying = {str(typed_name(text)) for text in stay or ()}

    async def work(database: "Database") -> "RaisingWords":
        from server.actions.acting import for_school
        from server.actions.organisations import found
        from server.actions.raising import Wanted, done, tried

        acting, now = for_school(await found(database, school)), utc()
        wanted = Wanted(top=top, stay=frozenset(), after=None)
        all_rise = await tried(database, acting, school, wanted, now)
        wanted = _wanted(wanted, all_rise, staying, again=again)
        do = tried if dry_run else done
        return await do(database, acting, school, wanted, now)

    words = in_database(config, data, work)
    show(words, as_json, lambda told: report(told, dry_run=dry_run))
    if not words["fits"]:
        raise typer.Exit(1)


def _wanted(wanted: "Wanted", told: "RaisingWords", staying: set[str], *, again: bool) -> "Wanted":
    """What was asked for, with the ids of the classes that stay."""
    ids = {one["name"]: one["id"] for one in told["classes"]}
    if not staying <= ids.keys():
        raise RefusedError(Refusal.CLASS_UNKNOWN)
    stay = frozenset(ids[name] for name in staying)
    return replace(wanted, stay=stay, after=told["last"] if again else None)


def report(words: "RaisingWords", *, dry_run: bool) -> str:
    """What people read."""
    head = sentence("raising", "would" if dry_run else "done", {"year": words["year"]})
    lines = [head, *(_line(one) for one in words["classes"])]
    if dry_run and words["last"] is not None:
        day = datetime.fromisoformat(words["last"]).astimezone(SCHOOL_TIME).date()
        lines.append(sentence("raising", "again", {"at": day.isoformat()}))
    return "\n".join(lines)


def _line(one: "RisingWords") -> str:
    if one["stays"]:
        return sentence("raising", "stays", {"name": one["name"]})
    if one["to"] is None:
        word = "graduates_not" if one["lessons"] else "graduates"
        return sentence("raising", word, {"name": one["name"], "count": one["lessons"]})
    word = "taken" if one["taken"] else "rises"
    return sentence("raising", word, {"name": one["name"], "to": one["to"]})
