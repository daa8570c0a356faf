from dataclasses import asdict

from pydantic import TypeAdapter

from server.doctor.facts import Running
from tests.support.patients import RUNS


def test_what_a_server_says_comes_through_json() -> None:
    adapter = TypeAdapter(Running)
    assert adapter.validate_json(adapter.dump_json(RUNS)) == RUNS
    assert set(asdict(RUNS)["announced"][0]) == {"address", "port"}
