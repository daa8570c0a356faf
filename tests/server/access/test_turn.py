from server.access.turn import SECONDS, Relay

URLS = ("turn:turn.example.org:3478?transport=tcp", "turns:turn.example.org:5349")
RELAY = Relay(urls=URLS, secret=b"north")


def test_the_user_name_says_until_when_and_the_password_follows_from_it() -> None:
    (server,) = RELAY.servers("a1b2", 1_795_708_800.9)
    assert server.urls == URLS
    assert server.username == f"{1_795_708_800 + SECONDS}:a1b2"
    # openssl dgst -sha1 -hmac north -binary <<< "1795795200:a1b2" | base64, without the newline
    assert server.credential == "d3pi580/aZWQWDxB74qfXnZ4RHE="


def test_without_a_relay_nobody_is_told_of_one() -> None:
    assert Relay().servers("a1b2", 0.0) == ()


def test_a_secret_is_never_shown() -> None:
    assert "north" not in f"{RELAY!r} {RELAY}"
