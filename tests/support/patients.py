"""A running server as `tongke doctor` sees one."""

from server.doctor.facts import Announced, Running

RUNS = Running(
    version="1",
    host="0.0.0.0",
    bases=("https://localhost:8080", "https://192.0.2.7:8080"),
    certificate="own",
    setup_port=8081,
    worker=True,
    recorder=True,
    listening=(Announced(address="0.0.0.0", port=40_000),),
    announced=(Announced(address="192.0.2.7", port=40_000),),
    public=False,
    lessons=2,
    devices=(),
)
