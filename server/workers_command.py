"""`tongke workers`: the media workers of the running server, and replacing one while it teaches."""

import http.client
import json
import secrets
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from pydantic import TypeAdapter, ValidationError

from server.data_command import Data, data_folder, utc
from server.terminal import AsJson, Config, sentence

if TYPE_CHECKING:
    from server.web.workers import WorkerStanding

workers_app = typer.Typer(help="The running server's media workers.")

TICKET_SECONDS: Final = 60
"""How long a ticket opens the way: one request."""
EVERY_SECONDS: Final = 1.0
"""How often the server is asked whether a worker has been replaced."""

Number = Annotated[int, typer.Argument(help="The worker's number.", metavar="WORKER", min=0)]
Undo = Annotated[bool, typer.Option("--undo", help="Let it take lessons again.")]
Wait = Annotated[bool, typer.Option("--wait", help="Return when it has been replaced.")]
Method = Literal["GET", "PUT", "DELETE"]


@workers_app.callback(invoke_without_command=True)
def workers(
    context: typer.Context, config: Config = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Say how each stands: what it has, and whether it takes lessons."""
    if context.invoked_subcommand is None:
        _show(_ask(data_folder(config, data), "GET", "/api/workers"), as_json)


@workers_app.command()
def drain(
    number: Number,
    undo: Undo = False,
    wait: Wait = False,
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give a worker no new lessons, and replace it when those that it has are over."""
    folder = data_folder(config, data)
    before = _one(_ask(folder, "GET", "/api/workers"), number)
    path = f"/api/workers/{number}/draining"
    found = _ask(folder, "DELETE" if undo else "PUT", path)
    if not as_json:
        _say(undo, found, number)
    if wait and not undo:
        found = _replaced(folder, before)
        if not as_json:
            typer.echo(sentence("workers", "replaced", {"number": number}))
    if as_json:
        _show(found, as_json)


def _say(undo: bool, found: "list[WorkerStanding]", number: int) -> None:
    others = any(one.duty == "open" and one.up for one in found)
    word = "kept" if undo else "drained" if others else "drained_alone"
    said = {"number": number, "lessons": _one(found, number).lessons}
    typer.echo(sentence("workers", word, said))


def _replaced(folder: Path, before: "WorkerStanding") -> "list[WorkerStanding]":
    """Wait until another process has taken a worker's place and takes lessons."""
    while True:
        found = _ask(folder, "GET", "/api/workers")
        now = _one(found, before.number)
        if now.pid != before.pid and now.up and now.duty == "open":
            return found
        time.sleep(EVERY_SECONDS)


def _show(found: "list[WorkerStanding]", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=2))
        return
    for one in found:
        word = one.duty if one.up or one.duty == "renewing" else "away"
        said = {"number": one.number, "lessons": one.lessons, "peers": one.peers}
        typer.echo(sentence("workers", word, {**said, "cpu": f"{one.cpu:.0%}"}))


def _one(found: "list[WorkerStanding]", number: int) -> "WorkerStanding":
    """One of them; a sentence and the end of the command where it is not there."""
    for one in found:
        if one.number == number:
            return one
    raise _failed("unknown", number=number, last=len(found) - 1)


def _ask(folder: Path, method: Method, path: str) -> "list[WorkerStanding]":
    """How the workers stand after a request; the command ends where no server answers."""
    from server.access.check_links import workers_key
    from server.access.tokens import load_key
    from server.doctor.running import connect
    from server.web.addresses import kept
    from server.web.workers import WorkerStanding

    served = kept(folder) if (folder / "secret.key").exists() else None
    if served is None:
        raise _failed("no_server", folder=str(folder))
    until = int(utc().timestamp()) + TICKET_SECONDS
    ticket = workers_key(load_key(folder / "secret.key")).sign(secrets.token_hex(5), until)
    connection = connect(served)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {ticket}"})
        answer = connection.getresponse().read()
        return TypeAdapter(list[WorkerStanding]).validate_json(answer)
    except (OSError, http.client.HTTPException, ValidationError):
        raise _failed("no_server", folder=str(folder)) from None
    finally:
        connection.close()


def _failed(word: str, **said: str | int) -> typer.Exit:
    typer.echo(f"tongke: {sentence('workers', word, said)}", err=True)
    return typer.Exit(1)
