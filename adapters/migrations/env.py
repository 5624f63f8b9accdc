"""What Alembic runs the migrations in: the connection and the transaction of `adapters/sql_migrations.py`."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
