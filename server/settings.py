"""Every setting of the server: by option, by `TONGKE_…`, in a TOML file; in this order.

Read by the commands and `app` alone; each package is given the frozen dataclass it wants.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from server.programme.calendar import yearly
from server.programme.retention import Terms

Port = Annotated[int, Field(ge=0, le=65_535)]
Share = Annotated[float, Field(ge=0, le=1)]
TurnUrl = Annotated[
    str,
    Field(
        pattern=r"^turns?:([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(\?transport=(udp|tcp))?$"
    ),
]
Base = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.\-:\[\]]+$")]

SHORTEST_SECRET = 16
"""Characters of a secret that somebody chose; `openssl rand -hex 32` makes 64."""


class SettingsError(ValueError):
    """A setting is wrong; the message names it."""


class Settings(BaseSettings):
    """The settings; the description of each is its help text."""

    model_config = SettingsConfigDict(
        env_prefix="TONGKE_", extra="forbid", frozen=True, use_attribute_docstrings=True
    )

    data: Path = Path("data")
    """The folder everything is kept in: database, key, lessons."""
    host: str = "0.0.0.0"
    """Address the web port listens on."""
    port: Port = 8080
    """Web port (TCP) of pages and signaling; 0 takes a free one."""
    setup_port: Port = 8081
    """Plain HTTP port (TCP) of the page that helps devices to trust the own certificate; 0 takes
    a free one."""
    certificate: Path | None = None
    """Your own certificate and its chain, as a PEM file; else the server makes one."""
    certificate_key: Path | None = None
    """The key of your own certificate, as a PEM file without a password."""
    trust_proxy: bool = False
    """Serve plain HTTP, because a proxy in front of the server does TLS."""
    media_port: Port = 40_000
    """First media port (UDP), one per worker; 0 takes free ones."""
    workers: Annotated[int, Field(ge=0, le=64)] = 0
    """Media workers, each with a recorder; 0 takes one for each core."""
    media_address: tuple[str, ...] = ()
    """Local addresses for media; none means every address of this machine."""
    public_address: tuple[str, ...] = ()
    """Addresses under which media reaches this machine from outside, if it stands behind a NAT."""
    turn_url: tuple[TurnUrl, ...] = ()
    """TURN servers for devices whose network lets no other media pass, as
    turn:turn.example.org:3478?transport=tcp; the preferred first."""
    turn_secret: Path | None = None
    """A file with the secret that we share with the TURN servers (coturn: static-auth-secret)."""
    pump: Literal["auto", "compiled", "python"] = "auto"
    """What forwards media: the compiled pump where it was built, or always one of the two."""
    base_url: str | None = None
    """How links begin, if not with this machine's own addresses."""
    successor: Base | None = None
    """How links of the server begin that goes on with the lessons when this one stops."""
    link_days: Annotated[float, Field(gt=0, le=3660)] = 30
    """Days after which a link ends."""
    overrun_minutes: Annotated[float, Field(ge=0, le=600)] = 30
    """Minutes after its planned end at which a forgotten lesson is ended."""
    term_begins: tuple[date, ...] = ()
    """First days of the school's terms, as 2026-09-01; pages then count the weeks, and media are
    kept by them. Where none is told, a term begins on 1 March and on 1 September."""
    low_space_share: Share = 0.10
    """Share of free disk below which the host is warned."""
    no_new_space_share: Share = 0.05
    """Share of free disk below which no new recording starts."""
    stop_space_bytes: Annotated[int, Field(ge=0)] = 2_000_000_000
    """Free bytes below which open recordings are closed cleanly and media stops."""
    resume_space_bytes: Annotated[int, Field(ge=0)] = 3_000_000_000
    """Free bytes above which recording starts again."""
    journal_reserve_bytes: Annotated[int, Field(ge=0)] = 8_000_000
    """Bytes set aside for each lesson's journal, so that it outlives the media."""
    tap_bytes: Annotated[int, Field(ge=262_144, le=1_073_741_823)] = 4_194_304
    """Bytes of media that wait in memory while the recorder stands still, before any are lost."""
    media_terms: Annotated[int, Field(ge=0, le=20)] = 1
    """Whole terms after a lesson's own to whose end its pictures and sounds are kept; then they
    are deleted, unless the lesson was chosen to be kept."""
    record_years: Annotated[int, Field(ge=1, le=30)] = 3
    """Years after a lesson for which its journal, presence, roll call, comments and viewings are
    kept, and for which lines of the audit log are."""
    metrics_token_file: Path | None = None
    """A file with the token by which other machines read /metrics; else only this one may."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged."""

    @property
    def terms(self) -> Terms:
        """How long is kept what."""
        return Terms(
            begins=yearly(self.term_begins),
            media_terms=self.media_terms,
            record_years=self.record_years,
        )

    @model_validator(mode="after")
    def _one_certificate(self) -> Self:
        """Where TLS is done is said once and whole."""
        if (self.certificate is None) is not (self.certificate_key is None):
            raise ValueError("certificate and certificate_key belong together: give both or none")
        if self.trust_proxy and self.certificate is not None:
            raise ValueError("with trust_proxy the proxy has the certificate: give one of the two")
        return self

    @model_validator(mode="after")
    def _whole_relay(self) -> Self:
        """A relay is of use with its secret alone."""
        if bool(self.turn_url) is (self.turn_secret is None):
            raise ValueError("turn_url and turn_secret belong together: give both or none")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options before environment before the file; no other source."""
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls),
        )


def read_settings(config: Path | None, **options: object) -> Settings:
    """The settings from all their sources.

    Args:
        config: a TOML file, or none.
        options: what the command line said; None means that it said nothing.

    Raises:
        SettingsError: a value is wrong or unknown, or the file can't be read.
    """
    if config is not None and not config.is_file():
        raise SettingsError(f"there is no settings file {config}")
    given = {name: value for name, value in options.items() if value not in (None, (), [])}

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=config)

    try:
        return FromFile.model_validate(given)
    except ValidationError as error:
        raise SettingsError("; ".join(_problems(error, config))) from error
    except ValueError as error:
        raise SettingsError(f"{config}: {error}") from error


def secret_in(file: Path | None) -> str | None:
    """What a secret's file says, without the spaces around it; none without a file. Blocking.

    Raises:
        SettingsError: it can't be read, or is too short to be a secret.
    """
    if file is None:
        return None
    try:
        secret = file.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} can't be read: {error}") from error
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"{file} holds fewer than {SHORTEST_SECRET} characters")
    return secret


def _problems(error: ValidationError, config: Path | None) -> Iterator[str]:
    """What is wrong, each with the setting's name, or the file's where it is none's alone."""
    for found in error.errors():
        where = ".".join(map(str, found["loc"])) or (str(config) if config else "")
        yield f"{where}: {found['msg']}" if where else found["msg"].removeprefix("Value error, ")


def described(name: str) -> str:
    """The help text of a setting, with its default."""
    field = Settings.model_fields[name]
    default = "none" if field.default in (None, ()) else str(field.default)
    return f"{field.description} [{default}]"
