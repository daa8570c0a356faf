"""Jobs as rows: enqueued once, claimed once, taken up again when the runner died."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, case, func, or_, select, true, update
from sqlalchemy.dialects.sqlite import insert

from server.store.database import Database
from server.store.tables import JobRow

MOST_ATTEMPTS = 5
CLAIM_LASTS = timedelta(minutes=10)
"""After this a claimed job's runner is taken for dead."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A claimed job."""

    id: str
    """Its id."""
    kind: str
    """What to do."""
    lesson: str
    """With which lesson."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a job is."""

    state: str
    """`waiting`, `running`, `done` or `failed`."""
    progress: float
    """0 to 1."""


class Jobs:
    """The repository of jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(self, job: Job, now: datetime) -> None:
        """Have it done; one job of a kind for each lesson, however often it is asked for."""
        row = insert(JobRow).values(
            id=job.id,
            kind=job.kind,
            lesson=job.lesson,
            state="waiting",
            created=now,
            attempts=0,
            progress=0,
        )
        async with self._database.transaction() as session:
            await session.execute(row.on_conflict_do_nothing())

    async def claim(
        self, now: datetime, *, only: Collection[str] = (), never: Collection[str] = ()
    ) -> Job | None:
        """The job that is due longest and that nobody does, now claimed by whoever asked.

        Args:
            now: when.
            only: the kinds that are asked for; all if none are named.
            never: kinds that somebody else does.
        """
        lost = (JobRow.state == "running") & (JobRow.claimed < now - CLAIM_LASTS)
        due = func.coalesce(JobRow.due, JobRow.created)
        oldest = (
            select(JobRow.id)
            .where(or_((JobRow.state == "waiting") & (due <= now), lost))
            .where(JobRow.kind.not_in(never), JobRow.kind.in_(only) if only else true())
            .order_by(due)
            .limit(1)
            .scalar_subquery()
        )
        query = (
            update(JobRow)
            .where(JobRow.id == oldest)
            .values(state="running", claimed=now, attempts=JobRow.attempts + 1)
            .returning(JobRow.id, JobRow.kind, JobRow.lesson)
        )
        async with self._database.transaction() as session:
            row = (await session.execute(query)).first()
        return None if row is None else Job(id=row.id, kind=row.kind, lesson=row.lesson)

    async def finish(self, job: Job) -> None:
        """It is done."""
        async with self._database.transaction() as session:
            await session.execute(_set(job, "done").values(progress=1))

    async def advance(self, job: Job, progress: float, now: datetime) -> bool:
        """It goes on and is so far (0 to 1); false when its lesson was deleted."""
        query = _set(job, "running").values(progress=progress, claimed=now).returning(JobRow.id)
        async with self._database.transaction() as session:
            return (await session.execute(query)).first() is not None

    async def put_back(self, job: Job, due: datetime) -> None:
        """Nothing went wrong, but there is no more to do before `due`."""
        async with self._database.transaction() as session:
            await session.execute(_set(job, "waiting").values(due=due, attempts=0))

    async def hurry(self, kind: str, lesson: str, now: datetime) -> None:
        """A job that waits, or was done, is due now."""
        query = (
            update(JobRow)
            .where(JobRow.kind == kind, JobRow.lesson == lesson)
            .where(JobRow.state.in_(("waiting", "done")))
            .values(state="waiting", due=now, attempts=0)
        )
        async with self._database.transaction() as session:
            await session.execute(query)

    async def revive(self, kind: str) -> None:
        """Jobs of a kind that were given up are tried anew."""
        query = update(JobRow).where(JobRow.kind == kind, JobRow.state == "failed")
        async with self._database.transaction() as session:
            await session.execute(query.values(state="waiting", attempts=0))

    async def fail(self, job: Job, error: str) -> None:
        """It went wrong: try again later, `MOST_ATTEMPTS` times in all."""
        async with self._database.transaction() as session:
            attempts = await session.scalar(select(JobRow.attempts).where(JobRow.id == job.id))
            state = "failed" if (attempts or 0) >= MOST_ATTEMPTS else "waiting"
            await session.execute(_set(job, state).values(error=error))

    async def release_all(self) -> None:
        """A new runner starts alone: what a dead one had claimed waits again.

        What took its runner with it `MOST_ATTEMPTS` times is given up.
        """
        state = case((JobRow.attempts >= MOST_ATTEMPTS, "failed"), else_="waiting")
        query = update(JobRow).where(JobRow.state == "running").values(state=state)
        async with self._database.transaction() as session:
            await session.execute(query)

    async def standing(self, kind: str, lesson: str) -> Standing | None:
        """How far a job of a lesson is; none if it was never asked for."""
        query = select(JobRow.state, JobRow.progress).where(
            JobRow.kind == kind, JobRow.lesson == lesson
        )
        async with self._database.transaction() as session:
            row = (await session.execute(query)).first()
        return None if row is None else Standing(state=row.state, progress=row.progress)


def _set(job: Job, state: str) -> Update:
    return update(JobRow).where(JobRow.id == job.id).values(state=state)
