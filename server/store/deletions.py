"""What was deleted of a data folder since an older copy of its database: found, and done there too.

Blocking. Both databases are of the newest version; the copy must belong to nobody else. Everything
that goes wrong is an `OSError`, as for any other file.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple


class Deleted(NamedTuple):
    """What an older copy of a database did not know to be deleted."""

    certificates: tuple[tuple[str, str], ...]
    """Lesson and reason of each new certificate, oldest first."""
    withdrawn: tuple[str, ...]
    """Lessons in which something may be of a class whose parents took their consent back."""
    names: int
    """Pupils whose names were erased."""
    comments: int
    """Comments that were taken back."""
    handouts: tuple[tuple[str, str, str], ...]
    """Lesson, id and kind of each file that is put to a preparation no more; the rows are gone."""


def is_later(copy: Path, now: Path) -> bool:
    """Whether the other database has gone on from the copy: it knows the copy's last audit line.

    Of one that has not, nothing may be taken: whom it does not name may be younger than it.
    """
    with _both(copy, now) as session:
        return bool(session.execute(_IS_LATER).fetchone()[0])


def delete_again(copy: Path, now: Path) -> Deleted:
    """Bring to the copy what is deleted in rows `now`, the certificates, and who was shut out.

    Who was dismissed or blocked stays so, a screen that was unbound too, nobody is signed in, and
    passwords and second factors are those of `now`: one that was reset may be in wrong hands.

    Of the consents those come up to each class's last withdrawal: files are to be deleted by them
    before `bring_consents`, for a class that has agreed again gets nothing back that was deleted.
    """
    with _both(copy, now) as session:
        certificates = tuple(session.execute(_NEW_CERTIFICATES))
        withdrawn = {row[0] for row in session.execute(_WITHDRAWN)}
        withdrawn |= {lesson for lesson, reason in certificates if reason == "consent_withdrawn"}
        session.execute(_BRING_CERTIFICATES)
        comments = session.execute(_BRING_TAKEN_BACK).rowcount
        session.execute(_FORGET_CLASSES)
        session.execute(_FORGET_TYPED)
        names = session.execute(_FORGET_NAMES).rowcount
        _bring_consents(session, _UP_TO_WITHDRAWAL)
        handouts = tuple(session.execute(_HANDOUTS))
        session.execute(_DELETE_HANDOUTS)
        for each in _SHUT_OUT:
            session.execute(each)
        return Deleted(certificates, tuple(sorted(withdrawn)), names, comments, handouts)


def bring_consents(copy: Path, now: Path) -> list[str]:
    """Bring every consent that the copy does not know; the names of their forms."""
    with _both(copy, now) as session:
        _bring_consents(session, "")
        return [row[0] for row in session.execute("SELECT DISTINCT form FROM consent")]


def _bring_consents(session: sqlite3.Connection, condition: str) -> None:
    session.execute(_BRING_CONSENTS + condition)
    session.execute(_BRING_EXCEPTIONS)


@contextmanager
def _both(copy: Path, now: Path) -> Iterator[sqlite3.Connection]:
    """A transaction in the copy that sees the other as `now`."""
    try:
        with closing(sqlite3.connect(copy)) as session:
            session.execute("ATTACH ? AS now", (str(now),))
            with session:
                yield session
    except sqlite3.Error as error:
        raise OSError(errno.EIO, str(error), str(copy)) from error


_IS_LATER = """
    SELECT NOT EXISTS (SELECT 1 FROM main.audit) OR EXISTS (
        SELECT 1 FROM now.audit
        WHERE id = (SELECT id FROM main.audit ORDER BY at DESC, id LIMIT 1))"""
_NEW_CERTIFICATES = """
    SELECT lesson, reason FROM now.certificate
    WHERE id NOT IN (SELECT id FROM main.certificate) AND lesson IN (SELECT id FROM main.lesson)
    ORDER BY id"""
_BRING_CERTIFICATES = """
    INSERT INTO main.certificate SELECT * FROM now.certificate
    WHERE id NOT IN (SELECT id FROM main.certificate)"""
_WITHDRAWN = """
    SELECT DISTINCT lesson FROM main.learners
    JOIN main.lesson ON main.lesson.id = lesson AND opened IS NOT NULL
    WHERE class_group IN (
        SELECT class_group FROM now.consent AS last
        WHERE withdrawn AND id NOT IN (SELECT id FROM main.consent)
        AND id = (SELECT max(id) FROM now.consent WHERE class_group = last.class_group))"""
_BRING_CONSENTS = """
    INSERT INTO main.consent SELECT * FROM now.consent AS new
    WHERE id NOT IN (SELECT id FROM main.consent)
    AND class_group IN (SELECT id FROM main.class_group)"""
_UP_TO_WITHDRAWAL = """
    AND id <= (
        SELECT max(id) FROM now.consent WHERE class_group = new.class_group AND withdrawn)"""
_BRING_EXCEPTIONS = """
    INSERT OR IGNORE INTO main.consent_exception SELECT * FROM now.consent_exception
    WHERE consent IN (SELECT id FROM main.consent) AND pupil IN (SELECT id FROM main.pupil)"""
_BRING_TAKEN_BACK = """
    INSERT INTO main.comment SELECT * FROM now.comment
    WHERE deleted AND id NOT IN (SELECT id FROM main.comment)
    AND comment IN (SELECT comment FROM main.comment)
    AND author IN (SELECT id FROM main.account)"""
_GONE_HANDOUT = """WHERE id NOT IN (SELECT id FROM now.handout) AND lesson NOT IN (
    SELECT lesson FROM now.certificate WHERE reason = 'delete_records')"""
"""No id is used twice, and none is younger than the copy; with records all of a lesson's go."""
_PROOFS = ("credential", "recovery", "pin")
"""Tables of what people prove themselves by, one or more rows a person."""
_SHUT_OUT = (
    "DELETE FROM main.login",
    """DELETE FROM main.appointment WHERE (person, capacity, organisation) NOT IN (
        SELECT person, capacity, organisation FROM now.appointment)""",
    "DELETE FROM main.screen WHERE id NOT IN (SELECT id FROM now.screen)",
    "DELETE FROM main.block",
    "INSERT INTO main.block SELECT * FROM now.block",
    *(f"DELETE FROM main.{table}" for table in _PROOFS),
    *(
        f"""INSERT INTO main.{table} SELECT * FROM now.{table}
        WHERE person IN (SELECT id FROM main.account)"""
        for table in _PROOFS
    ),
)
_HANDOUTS = f"SELECT lesson, id, kind FROM main.handout {_GONE_HANDOUT} ORDER BY id"
_DELETE_HANDOUTS = f"DELETE FROM main.handout {_GONE_HANDOUT}"
_ERASED = """
    SELECT id FROM main.pupil
    WHERE name <> '' AND id NOT IN (SELECT id FROM now.pupil WHERE name <> '')"""
"""Whoever nothing counted is there no more; nobody is younger than the copy."""
_FORGET_CLASSES = """
    UPDATE main.class_group AS old SET keeping = new.keeping, told = new.told
    FROM now.class_group AS new
    WHERE new.id = old.id AND new.keeping = 'numbers' AND old.keeping <> 'numbers'"""
_FORGET_TYPED = f"""
    DELETE FROM main.person WHERE participant NOT IN (SELECT participant FROM now.person)
    AND participant IN (SELECT participant FROM main.known_pupil WHERE pupil IN ({_ERASED}))"""
_FORGET_NAMES = f"""
    UPDATE main.pupil SET name = '', number_hash = NULL, "left" = coalesce(
        (SELECT "left" FROM now.pupil AS erased WHERE erased.id = pupil.id), "left",
        strftime('%Y-%m-%d %H:%M:%f000', 'now'))
    WHERE id IN ({_ERASED})"""
