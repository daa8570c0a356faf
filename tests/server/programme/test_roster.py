from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.programme.class_names import ClassName
from server.programme.roster import Change, Entry, Kept, compare

THIRD, FOURTH = ClassName(3, 1), ClassName(4, 1)
MING = Entry(name="章明", number_hash="a", class_name=THIRD)
LAN = Entry(name="李兰", number_hash=None, class_name=THIRD)
KEPT = [Kept(id="m", entry=MING, left=False), Kept(id="l", entry=LAN, left=False)]


def test_a_first_roster_is_all_new() -> None:
    assert compare([], [MING, LAN]) == Change(new=(MING, LAN), changed={}, same=0, missing=())


def test_the_same_file_changes_nothing() -> None:
    assert compare(KEPT, [LAN, MING]) == Change(new=(), changed={}, same=2, missing=())


def test_a_child_is_known_by_its_number_in_another_class_and_by_another_name() -> None:
    moved = replace(MING, class_name=FOURTH, name="章小明")
    assert compare(KEPT, [moved]).changed == {"m": moved}


def test_without_a_number_a_child_is_known_by_name_and_class() -> None:
    numbered = replace(LAN, number_hash="b")
    assert compare(KEPT, [numbered]).changed == {"l": numbered}
    elsewhere = replace(LAN, class_name=FOURTH)
    assert compare(KEPT, [elsewhere]).new == (elsewhere,)


def test_a_file_without_numbers_takes_none_away() -> None:
    assert compare(KEPT, [replace(MING, number_hash=None), LAN]).same == 2


def test_whoever_is_not_in_the_file_is_missing_in_the_files_classes_alone() -> None:
    far = Kept(id="f", entry=replace(LAN, class_name=FOURTH), left=False)
    assert compare([*KEPT, far], [MING]).missing == ("l",)


def test_whoever_had_left_comes_back_as_the_same_child() -> None:
    gone = replace(KEPT[0], left=True)
    change = compare([gone, KEPT[1]], [MING, LAN])
    assert (change.changed, change.same, change.new) == ({"m": MING}, 1, ())


def test_whom_an_earlier_file_left_out_is_missing_too() -> None:
    gone = replace(KEPT[0], left=True)
    assert compare([gone, KEPT[1]], [LAN]).missing == ("m",)


def test_out_of_a_closed_class_a_child_is_known_by_number_alone_and_never_missing() -> None:
    before = [replace(one, class_closed=True) for one in KEPT]
    change = compare(before, [MING, LAN])
    assert (change.changed, change.new, change.missing) == ({"m": MING}, (LAN,), ())


def test_of_two_with_one_name_the_one_still_there_is_meant() -> None:
    gone = Kept(id="z", entry=LAN, left=True)
    assert compare([gone, *KEPT], [LAN]).changed == {}


def test_two_with_one_name_stay_two() -> None:
    twins = [Kept(id=str(n), entry=LAN, left=False) for n in range(2)]
    assert compare(twins, [LAN, LAN]).same == 2
    assert compare(twins[:1], [LAN, LAN]).new == (LAN,)


ENTRIES = st.lists(
    st.builds(
        Entry,
        name=st.sampled_from(["章明", "李兰", "王伟"]),
        number_hash=st.none() | st.sampled_from("abcd"),
        class_name=st.sampled_from([THIRD, FOURTH]),
    ),
    max_size=8,
    unique_by=lambda one: one.number_hash or object(),
)


@given(ENTRIES, ENTRIES)
def test_after_an_import_the_same_import_changes_nothing(
    first: list[Entry], second: list[Entry]
) -> None:
    before = [Kept(id=str(at), entry=entry, left=False) for at, entry in enumerate(first)]
    change = compare(before, second)
    assert len(change.new) + len(change.changed) + change.same == len(second)
    after = [
        replace(one, entry=change.changed.get(one.id, one.entry))
        for one in before
        if one.id not in change.missing
    ]
    after += [Kept(id=f"n{at}", entry=entry, left=False) for at, entry in enumerate(change.new)]
    again = compare(after, second)
    assert (again.new, again.changed, again.missing) == ((), {}, ())
