"""`tongke doctor`: a line for each thing that a school's server needs, and what to do about it."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from server.access.check_links import check_key, doctor_key
from server.access.tokens import load_key
from server.data_command import Data, utc
from server.doctor import certificate, findings, machine
from server.doctor.clock import look_at_clock
from server.doctor.facts import Certificate, Device, Running
from server.doctor.findings import Finding, Mark
from server.doctor.relay import look_at_relay
from server.doctor.retention import look_ahead
from server.doctor.running import ask, own_host
from server.doctor.words import chosen, invitation, json_of, said
from server.programme.attendance import SCHOOL_TIME
from server.relay import RelayError, lender, read_relay
from server.settings import Settings, SettingsError, read_settings
from server.store import restored
from server.store.holding import FolderHeldError, held
from server.terminal import AsJson, Config, Language
from server.web.addresses import Served, ipv6_addresses, kept, lan_addresses

LINK_SECONDS: Final = 600
"""How long a device may go on after the last moment at which we wait for it."""
EVERY_SECONDS: Final = 1.0
"""How often the server is asked who has measured."""

Wait = Annotated[
    float, typer.Option(min=0, max=3600, help="Seconds to wait for rooms and phones; 0 for none.")
]
Devices = Annotated[
    int | None, typer.Option(min=1, help="Stop waiting when so many devices have measured.")
]
Ntp = Annotated[str | None, typer.Option(help="A time server to ask: HOST or HOST:PORT.")]
Tongue = Annotated[Language | None, typer.Option("--language", help="zh or en.")]


@dataclass(frozen=True, kw_only=True)
class Patient:
    """The server that is looked at."""

    settings: Settings
    """As the command was given them; a running server may have others."""
    served: Served | None
    """How it was reached last."""
    run: str
    """Names our link."""
    ticket: str
    """Of the link."""
    asking: str
    """Of our own questions."""

    def ask(self) -> Running | None:
        """What it says of itself; none if it does not run."""
        return None if self.served is None else ask(self.served, self.asking)


def doctor(
    config: Config = None,
    data: Data = None,
    wait: Wait = 120,
    devices: Devices = None,
    ntp: Ntp = None,
    language: Tongue = None,
    as_json: AsJson = False,
) -> None:
    """Say how the server is, from here and from the rooms and phones that open a link."""
    patient = _patient(read_settings(config, data=data), wait)
    tongue = language or chosen()

    def tell(finding: Finding) -> Finding:
        if not as_json:
            typer.echo(said(finding, tongue))
        return finding

    running = patient.ask()
    found = [tell(finding) for finding in _from_here(patient, running)]
    seen: Sequence[Device] = ()
    if running is not None and wait > 0:
        typer.echo(invitation(running, patient.ticket, wait, tongue), err=as_json)
        seen = _waited(patient, wait, devices, tell)
        found += map(findings.device, seen) if seen else [tell(findings.nobody(wait))]
    found.append(tell(findings.clock(look_at_clock(ntp), seen)))
    if as_json:
        typer.echo(json_of(found, tongue))
    raise typer.Exit(0 if all(finding.mark is Mark.GOOD for finding in found) else 1)


def _patient(settings: Settings, wait: float) -> Patient:
    """Whoever asks by the folder's key; where there is no folder yet, nothing is made."""
    run, until = secrets.token_hex(5), int(utc().timestamp() + wait + LINK_SECONDS)
    known = (settings.data / "secret.key").exists()
    links = load_key(settings.data / "secret.key") if known else None
    return Patient(
        settings=settings,
        served=kept(settings.data) if known else None,
        run=run,
        ticket="" if links is None else check_key(links).sign(run, until),
        asking="" if links is None else doctor_key(links).sign(run, until),
    )


def _from_here(patient: Patient, running: Running | None) -> Iterator[Finding]:
    """What needs no device."""
    settings = patient.settings
    yield findings.server(running, held=running is None and _is_held(settings.data))
    shown = _certificate(patient, running)
    given = settings.certificate is not None or running is not None
    yield findings.certificate(shown, utc().timestamp(), given=given)
    yield from findings.networks(lan_addresses(), shown, running)
    yield findings.ipv6(ipv6_addresses(), shown, running)
    yield from _relays(settings)
    yield from unchecked(settings.data)
    yield findings.disk(machine.look_at_room(settings.data, settings.stop_space_bytes, utc()))
    ahead = look_ahead(settings.data, settings.terms, utc())
    if ahead is not None:
        yield findings.freed(ahead)
    yield findings.cpu(machine.look_at_processor(), running)


def _relays(settings: Settings) -> Iterator[Finding]:
    """Each TURN server that devices are told of."""
    try:
        servers = lender(read_relay(settings.turn_url, settings.turn_secret))()
    except RelayError as error:
        raise SettingsError(str(error)) from error
    for server in servers:
        yield from (findings.relay(*each) for each in look_at_relay(server))


def unchecked(data: Path) -> Iterator[Finding]:
    """Days whose deletions are to be checked by hand, if there are any."""
    days = restored.read(data)
    if days is not None:
        since, until = days.since.astimezone(SCHOOL_TIME), days.until.astimezone(SCHOOL_TIME)
        yield findings.restored(since, until, str(data / restored.NOTE))


def _is_held(data: Path) -> bool:
    """Whether somebody works in the data folder."""
    if not data.is_dir():
        return False
    try:
        with held(data, alone=True):
            return False
    except FolderHeldError:
        return True


def _certificate(patient: Patient, running: Running | None) -> Certificate | None:
    """What browsers are shown, or would be."""
    settings = patient.settings
    proxied = settings.trust_proxy if running is None else running.certificate == "proxy"
    if proxied:
        return _of_proxy(running.bases[0] if running is not None else settings.base_url or "")
    if running is not None and patient.served is not None:
        port = patient.served.port
        return certificate.shown(own_host(patient.served), port, running.certificate)
    if settings.certificate is not None:
        return certificate.in_file(settings.certificate, "given")
    return certificate.in_file(settings.data / "tls" / "server.pem", "own")


def _of_proxy(base: str) -> Certificate:
    """What a proxy shows, if it can be reached from here."""
    there, found = urlsplit(base), None
    if there.scheme == "https" and there.hostname is not None:
        found = certificate.shown(there.hostname, there.port or 443, "proxy")
    return found or Certificate(kind="proxy", ends=0, names=frozenset())


def _waited(
    patient: Patient, wait: float, enough: int | None, tell: Callable[[Finding], object]
) -> Sequence[Device]:
    """Tell of each device as it measures, until the time or somebody's patience is over."""
    seen: dict[str, Device] = {}
    until = time.monotonic() + wait
    try:
        while time.monotonic() < until and (enough is None or len(seen) < enough):
            running = patient.ask()
            for one in () if running is None else running.devices:
                if seen.get(one.device) != one:
                    seen[one.device] = one
                    tell(findings.device(one))
            time.sleep(EVERY_SECONDS)
    except KeyboardInterrupt:
        pass  # that is how people say that they are done
    return list(seen.values())
