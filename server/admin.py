"""`tongke admin`: schools, offices and those who sign in, from the server's own shell."""

from typing import Annotated

import typer

from server.data_command import Data, in_database, show, utc
from server.programme.organisation import OrganisationKind
from server.programme.rights import Capacity
from server.terminal import AsJson, Config

admin_app = typer.Typer(no_args_is_help=True, help="Schools, offices and those who sign in.")


@admin_app.command()
def organisation(
    name: Annotated[str, typer.Option(help="What people call it.")],
    region: Annotated[str, typer.Option(help="The six-digit code of where it lies.")],
    kind: Annotated[OrganisationKind, typer.Option(help="What it is.")] = OrganisationKind.SCHOOL,
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add a school or an office."""
    from server.actions import organisations, words
    from server.actions.acting import OPERATOR

    new = organisations.NewOrganisation(kind=kind, name=name, region=region)
    made = in_database(config, data, lambda db: organisations.add(db, OPERATOR, new, utc()))
    show([made], as_json, words.organisations)


@admin_app.command("organisations")
def list_organisations(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """List schools and offices."""
    from server.actions import organisations, words
    from server.actions.acting import OPERATOR

    found = in_database(config, data, lambda db: organisations.listed(db, OPERATOR))
    show(found, as_json, words.organisations)


@admin_app.command()
def account(
    name: Annotated[str, typer.Option(help="What people call them.")],
    login: Annotated[str, typer.Option(help="What they are to sign in with.")],
    capacity: Annotated[Capacity, typer.Option(help="In what they act.")],
    organisation: Annotated[str, typer.Option(help="The id of where.")],
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add somebody who signs in; their first password is told once."""
    from server.access.hashing import hashing
    from server.actions import accounts, words
    from server.actions.acting import OPERATOR

    new = accounts.NewAccount(name=name, login=login, capacity=capacity, organisation=organisation)
    with hashing() as hashes:
        made = in_database(config, data, lambda db: accounts.add(db, hashes, OPERATOR, new, utc()))
    show(made, as_json, words.account)


@admin_app.command()
def password(
    login: Annotated[str, typer.Argument(help="What they sign in with.")],
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give somebody a new first password; their logins and authenticator are over."""
    from server.access.hashing import hashing
    from server.actions import accounts, words
    from server.actions.acting import OPERATOR

    with hashing() as hashes:
        made = in_database(
            config,
            data,
            lambda db: accounts.give_first_password(db, hashes, OPERATOR, login, utc()),
        )
    show(made, as_json, words.account)


@admin_app.command()
def block(
    value: Annotated[str, typer.Argument(help="A sign-in name, or an IP address.")],
    why: Annotated[str, typer.Option(help="Why.")],
    config: Config = None,
    data: Data = None,
) -> None:
    """Let nobody sign in with a name, or from an address."""
    from server.actions import blocks
    from server.actions.acting import OPERATOR

    in_database(config, data, lambda db: blocks.block(db, OPERATOR, value, why, utc()))


@admin_app.command()
def unblock(
    value: Annotated[str, typer.Argument(help="A sign-in name, or an IP address.")],
    config: Config = None,
    data: Data = None,
) -> None:
    """Take a block away."""
    from server.actions import blocks
    from server.actions.acting import OPERATOR

    in_database(config, data, lambda db: blocks.unblock(db, OPERATOR, value, utc()))
