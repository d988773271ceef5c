"""Tells Alembic to write its steps as SQL text; `storage.migrate` runs that text in one transaction."""

from alembic import context

context.configure(dialect_name=context.config.get_main_option("dialect"), transactional_ddl=False)
context.run_migrations()
