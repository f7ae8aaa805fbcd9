"""Alembic's entry: runs on the connection that `migrate` hands over, or on none to print SQL."""

from alembic import context

from resolvers.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=False,
)
context.run_migrations()
