"""Where a hub keeps its things. Moving up changes these, not code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The embedded default: everything in one folder, in SQLite files, and the master key beside them.

    A production hub keeps the master key elsewhere than the databases (docs/operations.md).
    """

    data: Path

    @property
    def master_key(self) -> Path:
        """The file of the master key, which wraps every data key."""
        return self.data / "master.key"

    @property
    def events(self) -> Path:
        """The event store."""
        return self.data / "events.db"

    @property
    def keys(self) -> str:
        """Wrapped data keys and the blind index, apart from what they open."""
        return f"sqlite:///{self.data / 'keys.db'}"

    @property
    def hub(self) -> str:
        """Feeds, ledger, views, tray, calendar, quarantine and read log."""
        return f"sqlite:///{self.data / 'hub.db'}"

    @property
    def documents(self) -> Path:
        """Policies and registers, each named by its content hash."""
        return self.data / "documents"

    @property
    def adopted(self) -> Path:
        """The hashes of the documents that new records begin with."""
        return self.data / "adopted.json"
