"""Asks the server of a data folder that runs beside us. Blocking."""

import http.client
import ssl
from typing import Final

from pydantic import TypeAdapter, ValidationError

from server.doctor.facts import Running
from server.web.addresses import Served

ANSWER_SECONDS: Final = 5.0

_RUNNING: TypeAdapter[Running] = TypeAdapter(Running)


def ask(served: Served, ticket: str) -> Running | None:
    """What the running server says of itself and of our link; none if none of ours answers.

    The ticket shows that we read the server's data folder; it ends within minutes and opens nothing
    else, so that it may go to whoever has the port on this machine.
    """
    try:
        connection = connect(served)
        try:
            connection.request("GET", "/api/doctor", headers={"Authorization": f"Bearer {ticket}"})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        return _RUNNING.validate_json(body) if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValidationError):
        return None


def own_host(served: Served) -> str:
    """Where this machine reaches its own server."""
    return "127.0.0.1" if served.host in ("0.0.0.0", "::") else served.host


def connect(served: Served) -> http.client.HTTPConnection:
    """A way to the web port of a server on this machine, whatever its certificate names."""
    host, port = own_host(served), served.port
    if served.scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    context = ssl.create_default_context()
    context.check_hostname = False  # no certificate has to name the way from us to ourselves
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=ANSWER_SECONDS, context=context)
