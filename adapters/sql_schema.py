"""What the hub's two SQL databases are made of: the tables register here, with types that mean the same on both kinds."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Integer, MetaData, String

HUB: Final = MetaData()
"""Feeds, ledger, views, tray, calendar, quarantine and read log."""

KEYS: Final = MetaData()
"""Wrapped data keys and the blind index, apart from what they open."""

POSITION: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A place in the event store, or a number in a feed. SQLite's INTEGER holds 64 bits too."""

WORD: Final = String().with_variant(String(collation="C"), "postgresql")
"""Text that rows are ordered by: byte by byte, as SQLite does it, whatever the server's locale."""
