from dataclasses import asdict, replace

from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from server.access import logins
from server.access.logins import DAY, HALFWAY, HOUR, PANEL, STAFF, Lifetime, Login, begin

NOW = 1_700_000_000.0


def test_a_login_ends_after_twelve_hours_without_a_request() -> None:
    login = begin("wang", "token", NOW)
    assert login.holds(NOW + 12 * HOUR - 1)
    assert not login.holds(NOW + 12 * HOUR)


def test_a_busy_login_ends_after_seven_days_all_the_same() -> None:
    login = begin("wang", "token", NOW)
    for hour in range(7 * 24):
        assert login.holds(NOW + hour * HOUR)
        login = logins.touched(login, NOW + hour * HOUR)
    assert not login.holds(NOW + 7 * DAY)


def test_a_panel_is_the_teachers_for_a_lesson_and_not_the_next_day() -> None:
    login = begin("wang", "token", NOW, PANEL)
    assert login.holds(NOW + 2 * HOUR - 1)
    assert not login.holds(NOW + 2 * HOUR)
    for hour in range(12):
        login = logins.touched(login, NOW + hour * HOUR)
    assert not login.holds(NOW + 12 * HOUR)


def test_a_panels_cookie_is_never_written_to_its_disk() -> None:
    login = begin("wang", "token", NOW, PANEL)
    answer = web.Response()
    answer.set_cookie(**asdict(logins.cookie(login, "token", https=True)))
    sent = answer.cookies["__Host-tongke-login"].OutputString()
    assert "Max-Age" not in sent
    assert "expires" not in sent.lower()


def test_without_its_second_factor_a_login_is_short_even_on_a_panel() -> None:
    login = begin("wang", "token", NOW, PANEL, whole=False)
    assert (login.whole, login.lifetime) == (False, HALFWAY)
    assert not login.holds(NOW + 300)


def test_a_clock_put_back_revives_no_login() -> None:
    login = logins.touched(begin("wang", "token", NOW), NOW + HOUR)
    assert not login.holds(NOW)


def test_few_requests_cost_a_write() -> None:
    login = begin("wang", "token", NOW)
    assert logins.touched(login, NOW + 59) is login
    assert logins.touched(login, NOW + 60) == replace(login, seen=NOW + 60)


def test_what_is_kept_is_not_what_the_cookie_holds() -> None:
    token = logins.fresh_token()
    assert len(token) == 43
    assert token.encode() not in begin("wang", token, NOW).digest
    assert len({logins.fresh_token() for _ in range(1000)}) == 1000


def test_a_csrf_token_is_of_one_login_alone() -> None:
    mine = logins.csrf_token("mine")
    assert logins.csrf_fits("mine", mine)
    assert not logins.csrf_fits("other", mine)
    assert not logins.csrf_fits("mine", "")
    assert "mine" not in mine


@given(st.text(max_size=200))
def test_any_text_is_a_token_of_nobody(text: str) -> None:
    assert len(logins.digest_of(text)) == 32
    assert not logins.csrf_fits("mine", text)


def test_half_a_character_is_no_error() -> None:
    assert logins.digest_of("\ud800")
    assert not logins.csrf_fits("\ud800", "\ud800")


def test_the_cookie_is_bound_to_the_host_and_hidden_from_scripts() -> None:
    login = begin("wang", "token", NOW)
    answer = web.Response()
    answer.set_cookie(**asdict(logins.cookie(login, "token", https=True)))
    sent = answer.cookies["__Host-tongke-login"].OutputString()
    assert sent.split("; ") == [
        "__Host-tongke-login=token",
        "HttpOnly",
        "Max-Age=604800",
        "Path=/",
        "SameSite=Lax",
        "Secure",
    ]


def test_a_plain_address_has_a_plain_name_that_https_does_not_read() -> None:
    made = logins.cookie(begin("wang", "token", NOW), "token", https=False)
    assert (made.name, made.secure) == ("tongke-login", False)
    assert logins.cookie_name(https=True) != made.name


class Browsers(RuleBasedStateMachine):
    """Browsers sign in, go on, renew, sign out and forget; the store is a table by digest.

    Beside it stands what must be: for each token ever handed out, when it ended at the latest.
    """

    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.rows: dict[bytes, Login] = {}
        self.last_used: dict[str, float] = {}
        self.signed_in: dict[str, tuple[float, Lifetime]] = {}
        self.revoked: set[str] = set()

    def accepted(self, token: str) -> Login | None:
        login = self.rows.get(logins.digest_of(token))
        return login if login is not None and login.holds(self.now) else None

    @rule(target=tokens, lifetime=st.sampled_from([STAFF, PANEL]), whole=st.booleans())
    def sign_in(self, lifetime: Lifetime, whole: bool) -> str:
        token = logins.fresh_token()
        login = begin("wang", token, self.now, lifetime, whole=whole)
        self.rows[login.digest] = login
        self.last_used[token] = self.now
        self.signed_in[token] = (self.now, lifetime if whole else HALFWAY)
        return token

    @rule(token=tokens)
    def request(self, token: str) -> None:
        login = self.accepted(token)
        if login is not None:
            self.rows[login.digest] = logins.touched(login, self.now)
            self.last_used[token] = self.now

    @rule(target=tokens, old=consumes(tokens))
    def renew(self, old: str) -> str:
        login = self.accepted(old)
        if login is None:
            return old
        token = logins.fresh_token()
        del self.rows[login.digest]
        after = begin(login.person, token, self.now)
        self.rows[after.digest] = after
        self.signed_in[token] = (self.now, after.lifetime)
        self.last_used[token] = self.now
        self.revoked.add(old)
        return token

    @rule(target=tokens, token=consumes(tokens))
    def sign_out(self, token: str) -> str:
        self.rows.pop(logins.digest_of(token), None)
        self.revoked.add(token)
        return token

    @rule(seconds=st.one_of(st.floats(0, 3 * HOUR), st.floats(0, 40 * DAY)))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def no_token_is_accepted_after_its_end(self) -> None:
        for token, (made, lifetime) in self.signed_in.items():
            ended = min(made + lifetime.absolute, self.last_used[token] + lifetime.idle)
            if token in self.revoked or self.now >= ended:
                assert self.accepted(token) is None

    @invariant()
    def a_token_in_use_is_accepted(self) -> None:
        for token, (made, lifetime) in self.signed_in.items():
            unnoted = self.last_used[token] + lifetime.idle - logins.TOUCH_AFTER
            if token not in self.revoked and self.now < min(made + lifetime.absolute, unnoted):
                assert self.accepted(token) is not None


TestBrowsers = Browsers.TestCase
