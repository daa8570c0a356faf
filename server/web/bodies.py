"""What requests carry: JSON of exactly the fields that were declared."""

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from signaling.errors import Code, UserError


class Body(BaseModel):
    """What a page sends; whether it can be true is not decided here."""

    model_config = ConfigDict(extra="forbid", strict=True)


_B = TypeVar("_B", bound=Body)


async def read(request: web.Request, model: type[_B]) -> _B:
    """The body of a request.

    It must say that it is JSON: a form of another site can't do so unasked (Fetch, 4.8).

    Raises:
        UserError: `MALFORMED`.
    """
    if request.content_type != "application/json":
        raise UserError(Code.MALFORMED)
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        raise UserError(Code.MALFORMED) from error
