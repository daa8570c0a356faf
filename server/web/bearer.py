"""The token of a request (RFC 6750, 2.1)."""

from aiohttp import web

from signaling.errors import Code, UserError


def token_of(request: web.Request) -> str:
    """The bearer token; raises `UserError` when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UserError(Code.LINK_INVALID)
    return token.strip()
