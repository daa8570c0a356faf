"""Files that are sent as the body itself."""

import asyncio

from aiohttp import web

from signaling.errors import Code, UserError

PIECE = 64 * 1024
UPLOAD_S = 120.0
"""Ten megabytes by a link of a village school."""


async def bytes_of(request: web.Request, most: int) -> bytes:
    """The body, or `most` + 1 bytes of it, which is enough to see that it is too large.

    Raises:
        UserError: `TOO_LARGE` when it takes too long.
    """
    data = bytearray()
    try:
        async with asyncio.timeout(UPLOAD_S):
            while len(data) <= most and (piece := await request.content.read(PIECE)):
                data += piece
    except TimeoutError as error:
        raise UserError(Code.TOO_LARGE) from error
    return bytes(data[: most + 1])
