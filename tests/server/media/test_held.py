from server.media.held import Held


def test_what_falls_for_a_moment_is_held() -> None:
    held = Held(1.0)
    held.note(500.0, 0.0)
    held.note(40.0, 0.5)
    assert held.most(0.0) == 500.0
    held.note(300.0, 0.9)
    held.note(60.0, 1.1)
    assert held.most(0.0) == 300.0


def test_what_has_stayed_low_is_low() -> None:
    held = Held(1.0)
    held.note(500.0, 0.0)
    for tenth in range(1, 12):
        held.note(40.0, tenth / 10)
    assert held.most(0.0) == 40.0


def test_before_anything_was_told_nothing_is_known() -> None:
    assert Held(1.0).most(7.0) == 7.0
