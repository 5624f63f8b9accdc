"""The tables as they were when there were no migrations: feeds, ledger, views, tray, calendar, quarantine, read log."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)

revision = "0001"
down_revision = None

POSITION = BigInteger().with_variant(Integer(), "sqlite")
WORD = String().with_variant(String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables. Those are left that a SQLite file from before already has."""
    op.create_table(
        "audiences",
        Column("id", Integer(), nullable=False),
        Column("audience", WORD, nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("audience"),
        if_not_exists=True,
    )
    op.create_table(
        "calendar",
        Column("child", Uuid(), nullable=False),
        Column("day", Date(), nullable=False),
        PrimaryKeyConstraint("child"),
        if_not_exists=True,
    )
    op.create_index("ix_calendar_day", "calendar", ["day"], if_not_exists=True)
    op.create_table(
        "feed",
        Column("audience", Integer(), nullable=False),
        Column("position", POSITION, nullable=False),
        Column("ordinal", Integer(), nullable=False),
        Column("child", LargeBinary(length=16), nullable=False),
        Column("item", String(length=32), nullable=True),
        Column("body", LargeBinary(), nullable=True),
        PrimaryKeyConstraint("audience", "position", "ordinal"),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index("feed_by_item", "feed", ["audience", "item"], if_not_exists=True)
    op.create_table(
        "ledger",
        Column("audience", Integer(), nullable=False),
        Column("position", POSITION, nullable=False),
        Column("ordinal", Integer(), nullable=False),
        Column("message_id", String(length=32), nullable=False),
        Column("kind", String(length=9), nullable=False),
        Column("child", LargeBinary(length=16), nullable=False),
        Column("event_id", LargeBinary(length=16), nullable=True),
        Column("hash", LargeBinary(), nullable=False),
        Column("context", Integer(), nullable=False),
        Column("rulings", String(), nullable=False),
        Column("breach", Boolean(), nullable=False),
        Column("recorded_on", Date(), nullable=False),
        PrimaryKeyConstraint("audience", "position", "ordinal"),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index("ledger_by_child", "ledger", ["child"], if_not_exists=True)
    op.create_index("ledger_by_event", "ledger", ["event_id"], if_not_exists=True)
    op.create_table(
        "numbers",
        Column("audience", Integer(), nullable=False),
        Column("number", POSITION, nullable=False),
        Column("position", POSITION, nullable=False),
        Column("ordinal", Integer(), nullable=False),
        PrimaryKeyConstraint("audience", "number"),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_table(
        "positions",
        Column("worker", String(), nullable=False),
        Column("position", POSITION, nullable=False),
        PrimaryKeyConstraint("worker"),
        if_not_exists=True,
    )
    op.create_table(
        "quarantine",
        Column("source", WORD, nullable=False),
        Column("file", WORD, nullable=False),
        Column("line", Integer(), nullable=False),
        Column("field", WORD, nullable=False),
        Column("rule", String(), nullable=False),
        Column("meaning", String(), nullable=False),
        Column("law", String(), nullable=False),
        Column("whole_row", Boolean(), nullable=False),
        PrimaryKeyConstraint("source", "file", "line", "field"),
        if_not_exists=True,
    )
    op.create_table(
        "reads",
        Column("id", POSITION, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("who", String(), nullable=False),
        Column("audience", String(), nullable=False),
        Column("purpose", String(), nullable=False),
        Column("what", String(), nullable=False),
        PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_table(
        "tray",
        Column("report", Uuid(), nullable=False),
        Column("authority", String(), nullable=False),
        Column("reporter", String(), nullable=False),
        Column("received_on", Date(), nullable=False),
        Column("child", Uuid(), nullable=True),
        PrimaryKeyConstraint("report"),
        if_not_exists=True,
    )
    op.create_index("ix_tray_authority", "tray", ["authority"], if_not_exists=True)
    op.create_table(
        "view_pictures",
        Column("audience", WORD, nullable=False),
        Column("child", WORD, nullable=False),
        Column("body", Text(), nullable=False),
        PrimaryKeyConstraint("audience", "child"),
        if_not_exists=True,
    )
    op.create_table(
        "view_positions",
        Column("audience", WORD, nullable=False),
        Column("number", BigInteger(), nullable=False),
        PrimaryKeyConstraint("audience"),
        if_not_exists=True,
    )
    op.create_table(
        "view_rows",
        Column("audience", WORD, nullable=False),
        Column("child", WORD, nullable=False),
        Column("view", WORD, nullable=False),
        Column("key", WORD, nullable=False),
        Column("body", Text(), nullable=False),
        PrimaryKeyConstraint("audience", "child", "view", "key"),
        if_not_exists=True,
    )
