from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from server.actions.acting import OPERATOR, entry
from server.programme.refusal import Refusal, RefusedError
from server.programme.retention import Kept
from server.programme.rights import Action
from server.store.certificates import Certificate, Certificates
from server.store.consent_tables import CertificateRow
from server.store.database import open_database
from server.store.retention import MEDIA, RECORDS, Retentions
from server.store.retention_tables import KeptRow
from tests.support.aged import AFTER_TERM, held
from tests.support.at_once import while_written

TODAY = AFTER_TERM.date()


def certificate(lesson: str, reason: str, name: str = "c") -> Certificate:
    return Certificate(
        id=name,
        at=AFTER_TERM,
        lesson=lesson,
        reason=reason,
        files=1,
        octets=1,
        digest="",
        learners="",
    )


def choice(lesson: str) -> Kept:
    return Kept(id="k", lesson=lesson, chosen_by="a", until=date(2030, 9, 1), why="公开课评比")


async def test_what_is_chosen_to_be_kept_meanwhile_is_not_deleted(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson = (await held(database)).id
        chosen = insert(KeptRow).values(**vars(choice(lesson)))
        certifying = Retentions(database).certify_media(certificate(lesson, MEDIA), TODAY)
        assert not await while_written(database, [chosen], certifying)
        assert await Certificates(database).of(lesson) == []


async def test_what_is_deleted_meanwhile_is_not_chosen_to_be_kept(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson, line = (await held(database)).id, entry(OPERATOR, Action.KEEP_RECORDING, AFTER_TERM)
        deleted = insert(CertificateRow).values(**vars(certificate(lesson, MEDIA)))
        with pytest.raises(RefusedError) as refused:
            await while_written(
                database, [deleted], Retentions(database).choose(choice(lesson), line)
            )
        assert refused.value.refusal is Refusal.KEEP_TOO_LATE
        assert await Retentions(database).last([lesson]) == {}


@pytest.mark.parametrize("reason", [MEDIA, RECORDS])
async def test_a_lesson_has_one_certificate_of_what_is_deleted_twice_at_once(
    tmp_path: Path, reason: str
) -> None:
    async with open_database(tmp_path) as database:
        lesson, retentions = (await held(database)).id, Retentions(database)
        first = insert(CertificateRow).values(**vars(certificate(lesson, reason)))
        other = certificate(lesson, reason, "other")
        if reason == MEDIA:
            assert await while_written(database, [first], retentions.certify_media(other, TODAY))
        else:
            await while_written(database, [first], retentions.certify_records(other))
        assert [one.id for one in await Certificates(database).of(lesson)] == ["c"]
