"""The tables as they were when there were no migrations: wrapped data keys, blind index."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, LargeBinary, PrimaryKeyConstraint, Uuid

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables. Those are left that a SQLite file from before already has."""
    op.create_table(
        "blind_index",
        Column("digest", LargeBinary(length=32), nullable=False),
        Column("child", Uuid(), nullable=False),
        PrimaryKeyConstraint("digest", "child"),
        if_not_exists=True,
    )
    op.create_table(
        "data_keys",
        Column("subject", Uuid(), nullable=False),
        Column("wrapped", LargeBinary(), nullable=True),
        PrimaryKeyConstraint("subject"),
        if_not_exists=True,
    )
