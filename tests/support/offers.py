"""Real SDP offers, as browsers and aiortc made them, and an end of ours to answer with."""

from pathlib import Path

from signaling.agreement import Candidate, Fingerprint, Transport

FOLDER = Path(__file__).parents[1] / "vectors" / "sdp"

NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.sdp")))
UP = tuple(name for name in NAMES if "_up" in name)
DOWN = tuple(name for name in NAMES if "_down" in name)

TRANSPORT = Transport(
    ufrag="serverfrag",
    password="p" * 24,
    fingerprint=Fingerprint(algorithm="sha-256", value=":".join(["AB"] * 32)),
    candidates=(
        Candidate(address="192.0.2.1", port=40_000),
        Candidate(address="2001:db8::1", port=40_000),
    ),
)


def offer(name: str) -> str:
    """One recorded offer, line ends as they came."""
    return (FOLDER / f"{name}.sdp").read_bytes().decode()
