"""Where somebody is sent whose browser gives no camera on the address they came by."""

import re
from dataclasses import dataclass

_HOST = re.compile(r"([A-Za-z0-9.\-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")


def host_of(header: str) -> str | None:
    """The host of a Host header without its port, an IPv6 address in brackets; none if it lies."""
    found = _HOST.fullmatch(header)
    return None if found is None else found[1]


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """The way to a page with a camera."""

    setup_port: int | None = None
    """Port of the set-up page, where an own certificate comes to be trusted."""
    base_url: str | None = None
    """How links begin, where somebody else does TLS."""

    def at(self, header: str) -> str | None:
        """Where to go, for a request with this Host header; none if there is no such place."""
        host = host_of(header)
        if self.setup_port is not None and host is not None:
            return f"http://{host}:{self.setup_port}/setup"
        if self.base_url is not None and self.base_url.startswith("https:"):
            return self.base_url
        return None
