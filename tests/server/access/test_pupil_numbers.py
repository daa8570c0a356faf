from server.access.pupil_numbers import number_hash

KEY, OTHER = b"k" * 32, b"o" * 32
NUMBER = "G330802201501011234"


def test_a_number_is_known_again_and_never_read() -> None:
    kept = number_hash(KEY, "school", NUMBER)
    assert kept == number_hash(KEY, "school", NUMBER)
    assert kept is not None
    assert NUMBER not in kept
    assert len(kept) == 32


def test_other_keys_schools_and_numbers_give_other_hashes() -> None:
    found = {
        number_hash(key, school, number)
        for key in (KEY, OTHER)
        for school in ("a", "b")
        for number in (NUMBER, "2024001")
    }
    assert len(found) == 8


def test_a_seat_number_is_nobodys_own() -> None:
    assert number_hash(KEY, "school", "12") is None
    assert number_hash(KEY, "school", "120") is None
    assert number_hash(KEY, "school", None) is None
