"""What alembic runs: the steps that are missing, on the connection that `database` gives it."""

from alembic import context

from server.store.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
