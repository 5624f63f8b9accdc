"""Carried on Kafka: a position per partition, entries in quarantine, feeds found by their place in the store."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Date, Integer, PrimaryKeyConstraint, String, Uuid

revision = "0002"
down_revision = "0001"

POSITION = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Add two tables, two indexes, and to each desk its last number."""
    op.create_table(
        "lanes",
        Column("partition", Integer(), autoincrement=False, nullable=False),
        Column("announced", POSITION, nullable=False),
        Column("pending", POSITION, nullable=False),
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
    op.add_column("audiences", Column("head", POSITION, nullable=False, server_default="0"))
    op.execute(
        "UPDATE audiences SET head = coalesce((SELECT max(number) FROM numbers WHERE audience = audiences.id), 0)"
    )
