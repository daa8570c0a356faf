from server.documents.drafts import Draft, Place
from server.documents.entries import RowFault
from server.documents.repeats import refuse_repeated
from server.programme.class_names import ClassName

ONE, TWO = ClassName(3, 1), ClassName(3, 2)


def judged(*rows: tuple[str | None, str | None, ClassName | None]) -> list[list[RowFault]]:
    drafts = [
        Draft(place=Place("名册", row), cells=(), name=name, number=number, class_name=of)
        for row, (name, number, of) in enumerate(rows, start=2)
    ]
    refuse_repeated(drafts)
    return [[reason.fault for reason in draft.reasons] for draft in drafts]


def test_the_same_number_twice_is_refused_in_both_rows() -> None:
    repeated = [RowFault.NUMBER_REPEATED]
    rows = (("张三", "2026001", ONE), ("李四", "2026002", ONE), ("王五", "2026001", TWO))
    assert judged(*rows) == [repeated, [], repeated]


def test_a_seat_number_counts_within_its_class() -> None:
    assert judged(("张三", "01", ONE), ("李四", "01", TWO)) == [[], []]
    assert judged(("张三", "01", ONE), ("李四", "01", ONE)) == [[RowFault.NUMBER_REPEATED]] * 2
    assert judged(("张三", "01", None), ("李四", "01", None)) == [[], []]


def test_two_of_the_same_name_need_numbers() -> None:
    repeated = [RowFault.NAME_REPEATED]
    assert judged(("张三", None, ONE), ("张三", None, ONE)) == [repeated, repeated]
    assert judged(("张三", "2026001", ONE), ("张三", None, ONE)) == [[], repeated]
    assert judged(("张三", "2026001", ONE), ("张三", "2026002", ONE)) == [[], []]
    assert judged(("张三", None, ONE), ("张三", None, TWO)) == [[], []]


def test_what_could_not_be_read_is_like_nothing_else() -> None:
    assert judged((None, None, ONE), (None, None, ONE), ("甲", None, None)) == [[], [], []]


def test_a_reason_names_the_other_rows() -> None:
    places = [Place("名册", row) for row in range(2, 8)] + [Place("初中", 2)]
    drafts = [Draft(place=place, cells=(), number="2026001") for place in places]
    refuse_repeated(drafts)
    rows = [draft.reasons[0].data["rows"] for draft in drafts]
    assert rows[0] == "3, 4, 5…"
    assert rows[1] == "2, 4, 5…"
    assert rows[-1] == "名册!2, 名册!3, 名册!4…"
    refuse_repeated(
        pair := [Draft(place=place, cells=(), number="2026001") for place in places[:2]]
    )
    assert [draft.reasons[0].data["rows"] for draft in pair] == ["3", "2"]
