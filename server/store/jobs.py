"""Jobs as rows: enqueued once, claimed once, taken up again when the runner died."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, or_, select, update
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


class Jobs:
    """The repository of jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(self, job: Job, now: datetime) -> None:
        """Have it done; one job of a kind for each lesson, however often it is asked for."""
        row = insert(JobRow).values(
            id=job.id, kind=job.kind, lesson=job.lesson, state="waiting", created=now, attempts=0
        )
        async with self._database.transaction() as session:
            await session.execute(row.on_conflict_do_nothing())

    async def claim(self, now: datetime) -> Job | None:
        """The oldest job that nobody does, now claimed by whoever asked."""
        lost = (JobRow.state == "running") & (JobRow.claimed < now - CLAIM_LASTS)
        oldest = (
            select(JobRow.id)
            .where(or_(JobRow.state == "waiting", lost))
            .order_by(JobRow.created)
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
            await session.execute(_set(job, "done"))

    async def fail(self, job: Job, error: str) -> None:
        """It went wrong: try again later, `MOST_ATTEMPTS` times in all."""
        async with self._database.transaction() as session:
            attempts = await session.scalar(select(JobRow.attempts).where(JobRow.id == job.id))
            state = "failed" if (attempts or 0) >= MOST_ATTEMPTS else "waiting"
            await session.execute(_set(job, state).values(error=error))

    async def release_all(self) -> None:
        """A new runner starts alone: what a dead one had claimed waits again."""
        query = update(JobRow).where(JobRow.state == "running").values(state="waiting")
        async with self._database.transaction() as session:
            await session.execute(query)

    async def states(self, lesson: str) -> dict[str, str]:
        """Kind to state of a lesson's jobs."""
        query = select(JobRow.kind, JobRow.state).where(JobRow.lesson == lesson)
        async with self._database.transaction() as session:
            return {row.kind: row.state for row in await session.execute(query)}


def _set(job: Job, state: str) -> Update:
    return update(JobRow).where(JobRow.id == job.id).values(state=state)
