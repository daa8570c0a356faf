"""What the child process of the tests understands and says."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Do what the word says."""

    id: int
    word: str


@dataclass(frozen=True, kw_only=True)
class Ready:
    """It runs."""

    type: Literal["ready"] = "ready"
    pid: int


@dataclass(frozen=True, kw_only=True)
class Echoed:
    """The reply to any other word."""

    type: Literal["echoed"] = "echoed"
    id: int
    word: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """Said unasked."""

    type: Literal["said"] = "said"
    word: str


Notice = Annotated[Ready | Echoed | Said, Field(discriminator="type")]
REQUEST: TypeAdapter[Ask] = TypeAdapter(Ask)
NOTICE: TypeAdapter[Notice] = TypeAdapter(Notice)
