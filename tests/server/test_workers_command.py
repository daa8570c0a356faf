import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server import cli, workers_command
from server.access.check_links import workers_key
from server.access.tokens import load_key
from server.data_command import utc
from server.web.addresses import Served, keep
from server.web.workers import WorkerStanding

RUNNER = CliRunner()
WORKER = WorkerStanding(
    number=0,
    pid=100,
    up=True,
    duty="open",
    lessons=1,
    peers=6,
    cpu=0.25,
    listening=("192.0.2.7:40000",),
)
OTHER = replace(WORKER, number=1, pid=101, lessons=0, peers=0, cpu=0.0)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")


@contextmanager
def running(data: Path, *workers: WorkerStanding, renews: bool = False) -> Iterator[None]:
    """A port of this data folder that answers as a server with these workers does.

    With `renews` a drained worker is replaced by the next time that anybody asks.
    """
    standing, key = {one.number: one for one in workers}, workers_key(load_key(data / "secret.key"))

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            key.read(self.headers["Authorization"].removeprefix("Bearer "), utc().timestamp())
            if self.command == "GET":
                for number, one in standing.items() if renews else ():
                    if one.duty == "draining":
                        standing[number] = replace(one, pid=200, duty="open")
            else:
                number = int(self.path.split("/")[3])
                duty = {"PUT": "draining", "DELETE": "open"}[self.command]
                standing[number] = replace(standing[number], duty=duty)  # type: ignore[arg-type]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps([asdict(one) for one in standing.values()]).encode())

        do_GET = do_PUT = do_DELETE = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        keep(data, Served(scheme="http", port=server.server_port))
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def tongke(data: Path, *words: str) -> Result:
    return RUNNER.invoke(cli.app, ["workers", *words, "--data", str(data)])


def test_each_worker_is_a_sentence_or_json(tmp_path: Path) -> None:
    away = replace(OTHER, number=2, up=False)
    with running(tmp_path, WORKER, replace(OTHER, duty="draining"), away):
        words = tongke(tmp_path)
        told = json.loads(tongke(tmp_path, "--json").stdout)
    assert words.stdout.splitlines() == [
        "Media worker 0 takes lessons: 1 lessons, 6 connections, 25% of a core.",
        "Media worker 1 takes no new lessons and is replaced when it is empty: 0 lessons,"
        " 0 connections, 0% of a core.",
        "Media worker 2 or its recorder has stopped and starts again by itself.",
    ]
    assert told[0] == {**asdict(WORKER), "listening": ["192.0.2.7:40000"]}


def test_a_worker_is_drained_and_may_stay_after_all(tmp_path: Path) -> None:
    with running(tmp_path, WORKER, OTHER):
        drained = tongke(tmp_path, "drain", "0")
        kept = tongke(tmp_path, "drain", "0", "--undo")
    assert drained.stdout.startswith("Media worker 0 takes no new lessons. The 1 that it has")
    assert kept.stdout == "Media worker 0 takes lessons again.\n"


def test_where_no_other_takes_lessons_it_says_so(tmp_path: Path) -> None:
    with running(tmp_path, WORKER, replace(OTHER, up=False)):
        assert tongke(tmp_path, "drain", "0").stdout.startswith("No other media worker takes")


def test_it_waits_until_another_process_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_command, "EVERY_SECONDS", 0.0)
    with running(tmp_path, WORKER, OTHER, renews=True):
        waited = tongke(tmp_path, "drain", "0", "--wait", "--json")
    assert [one["pid"] for one in json.loads(waited.stdout)] == [200, 101]


def test_a_worker_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with running(tmp_path, WORKER, OTHER):
        found = tongke(tmp_path, "drain", "2")
    assert found.exit_code == 1
    assert "numbered from 0 to 1" in found.stderr


def test_without_a_server_it_says_so(tmp_path: Path) -> None:
    empty = tongke(tmp_path)
    with running(tmp_path, WORKER):
        pass
    gone = tongke(tmp_path)
    for found in (empty, gone):
        assert found.exit_code == 1
        assert found.stderr.startswith("tongke: No server of the data folder")
    assert list(tmp_path.glob("*.sqlite*")) == []
