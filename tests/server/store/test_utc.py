from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import sqlite

from server.store.utc import UtcDateTime

DIALECT = sqlite.dialect()


def test_an_instant_survives_in_utc() -> None:
    shanghai = datetime(2026, 11, 23, 16, 0, tzinfo=timezone(timedelta(hours=8)))
    kept = UtcDateTime().process_bind_param(shanghai, DIALECT)
    back = UtcDateTime().process_result_value(kept, DIALECT)
    assert back == shanghai
    assert back is not None
    assert back.tzinfo is UTC


def test_nothing_stays_nothing() -> None:
    assert UtcDateTime().process_bind_param(None, DIALECT) is None
    assert UtcDateTime().process_result_value(None, DIALECT) is None


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), DIALECT)  # noqa: DTZ001
