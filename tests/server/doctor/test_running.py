import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from server.access.certificates import own_certificate
from server.doctor.facts import Running
from server.doctor.running import ask, own_host
from server.web.addresses import Served
from tests.support.patients import RUNS

BODY = TypeAdapter(Running).dump_json(RUNS)
NOW = datetime.now(UTC)


@contextmanager
def answering(status: int, body: bytes, tls: ssl.SSLContext | None = None) -> Iterator[Served]:
    """A port that answers one thing to whoever brings the ticket."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ours = (self.path, self.headers["Authorization"]) == ("/api/doctor", "Bearer ticket")
            self.send_response(status if ours else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Served(scheme="http" if tls is None else "https", port=server.server_port)
        finally:
            server.shutdown()
            thread.join()


def test_a_server_says_how_it_stands() -> None:
    with answering(200, BODY) as served:
        assert ask(served, "ticket") == RUNS
        assert ask(served, "other") is None


def test_a_certificate_need_not_name_the_way_to_ourselves(tmp_path: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(own_certificate(tmp_path, ["school.example"], NOW).chain)
    with answering(200, BODY, context) as served:
        assert ask(served, "ticket") == RUNS
        assert ask(replace(served, scheme="http"), "ticket") is None


@pytest.mark.parametrize(("status", "body"), [(401, BODY), (200, b"{}"), (200, b"<html>")])
def test_a_server_that_is_none_of_ours_says_nothing(status: int, body: bytes) -> None:
    with answering(status, body) as served:
        assert ask(served, "ticket") is None


def test_a_port_where_nobody_answers_says_nothing() -> None:
    with answering(200, BODY) as served:
        pass
    assert ask(served, "ticket") is None


def test_the_way_to_ourselves_is_where_the_port_listens() -> None:
    served = Served(scheme="http", port=1)
    assert own_host(served) == "127.0.0.1"
    assert own_host(replace(served, host="192.0.2.7")) == "192.0.2.7"
