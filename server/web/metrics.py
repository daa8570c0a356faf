"""Prometheus metrics, for whoever scrapes on this machine or has the operator's token."""

import secrets
from ipaddress import IPv6Address, ip_address

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from server.live.metrics import exposition
from server.live.workers import Workers
from server.web.bearer import token_of
from signaling.errors import Code, UserError


class MetricsPages:
    """One handler."""

    def __init__(self, workers: Workers, token: str | None, *, behind_proxy: bool) -> None:
        self._workers = workers
        self._token = token
        self._behind_proxy = behind_proxy

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        """All metrics in the text format 0.0.4.

        Raises:
            UserError: whoever asks is elsewhere and has not the token.
        """
        if not self._is_local(request):
            self._check(token_of(request))
        headers = {"Content-Type": CONTENT_TYPE_PLAIN_0_0_4}
        return web.Response(body=exposition(self._workers), headers=headers)

    def _is_local(self, request: web.Request) -> bool:
        """Whether it comes from this machine; behind a proxy everything seems to."""
        return not self._behind_proxy and is_loopback(request.remote or "")

    def _check(self, token: str) -> None:
        known = self._token
        if known is None or not secrets.compare_digest(token.encode(), known.encode()):
            raise UserError(Code.LINK_INVALID)


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's to itself; an IPv4 one may be mapped into IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback
