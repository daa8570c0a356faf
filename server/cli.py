"""The command `tongke`: reads the options, does nothing itself."""

import asyncio
import gc
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from server.admin import admin_app
from server.class_command import classes_app
from server.data_command import Data, in_database, show, utc
from server.programme.lesson import PlanError
from server.programme.refusal import RefusedError
from server.safekeeping import backup, restore, upgrade
from server.settings import Settings, SettingsError, described, read_settings
from server.terminal import AsJson, Config, sentence
from server.workers_command import workers_app
from signaling.errors import TongkeError
from signaling.events import Role

if TYPE_CHECKING:
    from server.actions.links import LinkMaker

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
lesson_app = typer.Typer(no_args_is_help=True, help="Plan lessons and look after them.")
app.add_typer(lesson_app, name="lesson")
app.add_typer(admin_app, name="admin")
app.add_typer(classes_app, name="classes")
app.add_typer(workers_app, name="workers")
roster_app = typer.Typer(no_args_is_help=True, help="Try and import class rosters (.xlsx).")
app.add_typer(roster_app, name="roster")
for command in (backup, restore, upgrade):
    app.command()(command)

T = TypeVar("T")

Port = Annotated[int | None, typer.Option(help=described("port"))]
BaseUrl = Annotated[str | None, typer.Option(help=described("base_url"))]
LessonArgument = Annotated[str, typer.Argument(help="The lesson's id.", metavar="LESSON")]

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A data folder and where its links lead to."""

    data: Path
    """The folder."""
    maker: "LinkMaker"
    """Makes links."""
    bases: list[str]
    """What links may begin with; the maker's first."""


def main() -> None:
    """Run a command; a refusal is one sentence and exit status 1."""
    try:
        app()
    except (SettingsError, PlanError) as error:
        typer.echo(f"tongke: {error}", err=True)
        sys.exit(1)
    except TongkeError as error:
        typer.echo(f"tongke: {sentence('code', error.code, error.data)}", err=True)
        sys.exit(1)
    except RefusedError as error:
        typer.echo(f"tongke: {sentence('refusal', error.refusal, error.data)}", err=True)
        sys.exit(1)


@app.callback(invoke_without_command=True)
def tongke(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Classrooms far apart, taught as one class."""
    if show_version:
        typer.echo(version("tongke"))
        raise typer.Exit


@app.command()
def serve(
    config: Config = None,
    data: Data = None,
    host: Annotated[str | None, typer.Option(help=described("host"))] = None,
    port: Port = None,
    setup_port: Annotated[int | None, typer.Option(help=described("setup_port"))] = None,
    certificate: Annotated[Path | None, typer.Option(help=described("certificate"))] = None,
    certificate_key: Annotated[Path | None, typer.Option(help=described("certificate_key"))] = None,
    trust_proxy: Annotated[
        bool | None,
        typer.Option("--trust-proxy/--no-trust-proxy", help=described("trust_proxy")),
    ] = None,
    media_port: Annotated[int | None, typer.Option(help=described("media_port"))] = None,
    workers: Annotated[int | None, typer.Option(help=described("workers"))] = None,
    media_address: Annotated[
        list[str] | None, typer.Option(help=described("media_address"))
    ] = None,
    public_address: Annotated[
        list[str] | None, typer.Option(help=described("public_address"))
    ] = None,
    turn_url: Annotated[list[str] | None, typer.Option(help=described("turn_url"))] = None,
    turn_secret: Annotated[Path | None, typer.Option(help=described("turn_secret"))] = None,
    pump: Annotated[str | None, typer.Option(help=described("pump"))] = None,
    base_url: BaseUrl = None,
    successor: Annotated[str | None, typer.Option(help=described("successor"))] = None,
    link_days: Annotated[float | None, typer.Option(help=described("link_days"))] = None,
    overrun_minutes: Annotated[
        float | None, typer.Option(help=described("overrun_minutes"))
    ] = None,
    term_begins: Annotated[list[str] | None, typer.Option(help=described("term_begins"))] = None,
    low_space_share: Annotated[
        float | None, typer.Option(help=described("low_space_share"))
    ] = None,
    no_new_space_share: Annotated[
        float | None, typer.Option(help=described("no_new_space_share"))
    ] = None,
    stop_space_bytes: Annotated[
        int | None, typer.Option(help=described("stop_space_bytes"))
    ] = None,
    resume_space_bytes: Annotated[
        int | None, typer.Option(help=described("resume_space_bytes"))
    ] = None,
    journal_reserve_bytes: Annotated[
        int | None, typer.Option(help=described("journal_reserve_bytes"))
    ] = None,
    tap_bytes: Annotated[int | None, typer.Option(help=described("tap_bytes"))] = None,
    media_terms: Annotated[int | None, typer.Option(help=described("media_terms"))] = None,
    record_years: Annotated[int | None, typer.Option(help=described("record_years"))] = None,
    metrics_token_file: Annotated[
        Path | None, typer.Option(help=described("metrics_token_file"))
    ] = None,
    log_level: Annotated[str | None, typer.Option(help=described("log_level"))] = None,
    as_json: AsJson = False,
) -> None:
    """Run the server: pages, signaling, media and recording."""
    options = {name: value for name, value in locals().items() if name not in ("config", "as_json")}
    settings = read_settings(config, **options)
    # All that is imported stays: to look for rubbish among it costs a sixth of the start.
    gc.disable()
    from server.app import run_server
    from server.front import FrontError
    from server.live.nursery import open_nursery
    from server.live.plane import MEDIA_WORKER, RECORDER
    from server.live.runner import JOB_RUNNER
    from server.log import set_up_logging
    from server.relay import RelayError

    gc.enable()
    nursery = open_nursery((MEDIA_WORKER, RECORDER, JOB_RUNNER))
    set_up_logging(settings.log_level)
    try:
        asyncio.run(run_server(settings, nursery, as_json=as_json))
    except (FrontError, RelayError) as error:
        raise SettingsError(str(error)) from error


@lesson_app.command()
def create(
    title: Annotated[str, typer.Option(help="What the lesson is about.")],
    host_room: Annotated[str, typer.Option(help="The classroom it is taught from.")],
    room: Annotated[list[str] | None, typer.Option(help="A classroom that takes part.")] = None,
    minutes: Annotated[float, typer.Option(help="How long it should last.")] = 40,
    config: Config = None,
    data: Data = None,
    port: Port = None,
    base_url: BaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Plan a lesson and print its links."""
    from server.actions import lessons, words

    place = _place(read_settings(config, data=data, port=port, base_url=base_url), port)
    new = lessons.NewLesson(
        title=title, host_room=host_room, rooms=tuple(room or ()), minutes=minutes
    )
    made = asyncio.run(lessons.create(place.data, new, place.maker, place.bases, utc()))
    show(made, as_json, words.made)


@lesson_app.command()
def link(
    lesson: LessonArgument,
    role: Annotated[Role, typer.Option(help="What the link lets its holder be.")],
    room: Annotated[str | None, typer.Option(help="Name of the classroom.")] = None,
    name: Annotated[str | None, typer.Option(help="A pupil's or viewer's own link.")] = None,
    config: Config = None,
    data: Data = None,
    port: Port = None,
    base_url: BaseUrl = None,
) -> None:
    """Print one more link of a lesson."""
    from server.actions import lessons

    place = _place(read_settings(config, data=data, port=port, base_url=base_url), port)
    typer.echo(asyncio.run(lessons.link(place.data, lesson, role, room, place.maker, name)))


@lesson_app.command("list")
def list_lessons(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """List the lessons planned last."""
    from server.actions import lessons, words

    settings = read_settings(config, data=data)
    show(asyncio.run(lessons.newest(settings.data)), as_json, words.listed)


@lesson_app.command()
def end(lesson: LessonArgument, config: Config = None, data: Data = None) -> None:
    """Have the running server end a lesson."""
    from server.actions import lessons

    asyncio.run(lessons.end(read_settings(config, data=data).data, lesson, utc()))


@lesson_app.command()
def presence(
    lesson: LessonArgument, config: Config = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Print who was there from when to when, folded from the journal."""
    from server.actions import presence as presences
    from server.actions import words

    settings = read_settings(config, data=data)
    show(asyncio.run(presences.presence_of(settings.data, lesson)), as_json, words.intervals)


@lesson_app.command()
def attendance(
    lesson: LessonArgument, config: Config = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Print what was declared of who was there, and which teachers listened."""
    from server.actions import attendance_rows, words

    found = in_database(config, data, lambda db: attendance_rows.rows_of(db, lesson, utc()))
    show(found, as_json, words.attendance)


@lesson_app.command()
def observers(
    lesson: LessonArgument, config: Config = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Print which teachers sat in to listen."""
    from server.actions import observers as listened
    from server.actions import words

    found = in_database(config, data, lambda db: listened.of_lesson(db, lesson))
    show(found, as_json, words.observers)


@lesson_app.command()
def roll(
    lesson: LessonArgument,
    room: Annotated[str, typer.Option(help="Name of the classroom.")],
    expected: Annotated[int, typer.Option(help="How many belong there.")],
    present: Annotated[int, typer.Option(help="How many came.")],
    on_leave: Annotated[int, typer.Option(help="How many are excused.")] = 0,
    observing: Annotated[int, typer.Option(help="How many teachers sat in to listen.")] = 0,
    why: Annotated[str, typer.Option(help="Why it differs from what stood before.")] = "",
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Declare or correct a room's roll in the school's name."""
    from server.actions import rolls, words
    from server.programme.attendance import Numbers

    numbers = Numbers(expected=expected, present=present, on_leave=on_leave, observing=observing)
    made = in_database(
        config,
        data,
        lambda db: rolls.declare_for_school(db, lesson, room, numbers, why, utc()),
    )
    show([made], as_json, words.rolls)


# The next have their options in files of their own; they load codecs or spreadsheets, so they
# are imported when they are asked for.


@roster_app.command(add_help_option=False, context_settings=PASSED_ON)
def check(context: typer.Context) -> None:
    """Say who of a roster could be imported, and what is wrong with the others."""
    from server.roster_command import check as command

    _pass_on(command, context)


@roster_app.command("import", add_help_option=False, context_settings=PASSED_ON)
def import_roster(context: typer.Context) -> None:
    """Let a roster into the database, all of it or nothing."""
    from server.roster_import import import_roster as command

    _pass_on(command, context)


@app.command(add_help_option=False, context_settings=PASSED_ON)
def room(context: typer.Context) -> None:
    """Bring a classroom's cameras and microphones into a lesson."""
    from client.room.command import room as command

    _pass_on(command, context)


@app.command(add_help_option=False, context_settings=PASSED_ON)
def doctor(context: typer.Context) -> None:
    """Say how the server is, from here and from rooms and phones."""
    from server.doctor.command import doctor as command

    _pass_on(command, context)


@app.command(add_help_option=False, context_settings=PASSED_ON)
def demo(context: typer.Context) -> None:
    """Show a whole lesson with two simulated classrooms."""
    from server.demo import demo as command

    _pass_on(command, context)


def _pass_on(command: Callable[..., None], context: typer.Context) -> None:
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command()(command)
    alone(args=context.args, prog_name=context.command_path)


@app.command(add_help_option=False, context_settings=PASSED_ON)
def bench(context: typer.Context) -> None:
    """Measure; in a checkout only."""
    if find_spec("bench") is None:
        typer.echo("tongke: the benches are in a checkout of the sources, not here", err=True)
        raise typer.Exit(1)
    module, *rest = context.args or ["media"]
    raise typer.Exit(subprocess.call([sys.executable, "-m", f"bench.{module}", *rest]))


def _place(settings: Settings, port: int | None) -> Place:
    """Where the links of a data folder lead to."""
    from server.access.tokens import load_key
    from server.actions.links import LinkMaker
    from server.web.addresses import Served, bases, kept, lan_addresses

    settings.data.mkdir(parents=True, exist_ok=True)
    planned = Served(scheme="http" if settings.trust_proxy else "https", port=settings.port)
    served = kept(settings.data) or planned
    found = bases(
        settings.host, served.scheme, port or served.port, settings.base_url, lan_addresses()
    )
    expires = int((utc() + timedelta(days=settings.link_days)).timestamp())
    maker = LinkMaker(base=found[0], key=load_key(settings.data / "secret.key"), expires=expires)
    return Place(data=settings.data, maker=maker, bases=found)
