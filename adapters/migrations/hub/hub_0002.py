"""Carried on Kafka: lanes of the events topic; entries in quarantine; feeds found by position."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Date, Integer, PrimaryKeyConstraint, String, Uuid

revision = "0002"
down_revision = "0001"

POSITION = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the indexes."""
    op.create_table(
        "lanes",
        Column("partition", Integer(), nullable=False, autoincrement=False),
        Column("relayed", POSITION, nullable=False),
        Column("disclosed", POSITION, nullable=False),
        Column("next_offset", POSITION, nullable=False),
        PrimaryKeyConstraint("partition"),
    )
    op.create_table(
        "held",
        Column("child", Uuid(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("reason", String(), nullable=False),
        Column("since", Date(), nullable=False),
        PrimaryKeyConstraint("child", "version"),
    )
    op.create_index("feed_by_position", "feed", ["position"])
    op.create_index("numbers_by_position", "numbers", ["position"])
