"""Faults that time mends: a broker or a database that is away for a while. Whoever meets one opens everything anew and goes on."""

from __future__ import annotations

from typing import Final

from eventsourcing.persistence import PersistenceError
from kafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError

from adapters.kafka_appender import AppendFailed
from adapters.sql_migrations import OutOfReach

PASSING: Final = (AppendFailed, KafkaError, DBAPIError, PersistenceError, OutOfReach, ConnectionError, TimeoutError)
