from uuid import UUID

from server.access.ids import uuid7


def test_an_id_is_a_uuid_of_version_7() -> None:
    assert UUID(uuid7()).version == 7


def test_ids_differ_and_sort_by_time() -> None:
    first = [uuid7() for _ in range(1000)]
    assert len(set(first)) == 1000
    assert [one[:13] for one in first] == sorted(one[:13] for one in first)
