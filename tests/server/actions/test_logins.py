from server.access.logins import begin
from server.actions.logins import kept, to_keep


def test_a_login_comes_back_from_the_store_as_it_went() -> None:
    for whole in (True, False):
        login = begin("wang", "token", 1000.0, whole=whole)
        assert kept(to_keep(login)) == login
