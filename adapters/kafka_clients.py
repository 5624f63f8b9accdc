"""Clients of the broker, made in one place: the library's defaults are unsafe for a hub and are overridden here, each with its reason.

Bytes cross: no client serialises or deserialises, since a deserialiser that raises hangs its consumer.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaConnectionError
from kafka.net.compat import KafkaNetClient

from adapters.kafka_connection import KafkaConnection

BATCH_BYTES: Final = 256 * 1024  # of one partition's records sent at once
# ms: a broker that was away for longer gives up what was open, and refuses its producer as if another had taken over.
# The longest that a broker allows by itself; what a process that died left open is ended by the next of its name.
LONGEST_OUTAGE: Final = 15 * 60 * 1000
REQUEST_BYTES: Final = 1024 * 1024  # the broker's own limit, so that what is too large is refused before it is sent

logging.getLogger("kafka").setLevel(logging.INFO)  # at DEBUG, `send` would log every payload


class _Client(KafkaNetClient):  # type: ignore[misc]  # the library has no types
    """The library's own, but a broker that cannot be reached is not ready, which its sender understands and waits for.

    It raises instead; then the sender loses the request that it held, and a commit that was to be sent to a broker which had just
    died would be waited for without end.
    """

    def await_ready(self, node_id: object, timeout_ms: int = 30_000) -> bool:
        """Whether this node can be sent to, within so many ms."""
        try:
            return bool(super().await_ready(node_id, timeout_ms))
        except KafkaConnectionError:
            return False


def producer(
    connection: KafkaConnection, client_id: str, transactional_id: str | None = None, **more: Any
) -> KafkaProducer:
    """An idempotent producer; with a transactional id, what it sends is seen whole or not at all, and a later one fences it off.

    enable_idempotence is said, though it is the default: so a setting that conflicts with it raises. A batch waits for no
    other (linger 0): batches form while the one before is under way.
    """
    return KafkaProducer(
        **connection.options(),
        client_id=client_id,
        transactional_id=transactional_id,
        kafka_client=_Client,
        enable_idempotence=True,
        acks="all",
        allow_auto_create_topics=False,
        linger_ms=0,
        batch_size=BATCH_BYTES,
        max_request_size=REQUEST_BYTES,
        **{"transaction_timeout_ms": LONGEST_OUTAGE, **more},
    )


def consumer(connection: KafkaConnection, client_id: str, group: str | None = None, **more: Any) -> KafkaConsumer:
    """A consumer that sees only what was committed, commits nothing by itself, and begins at the beginning where it knows no place.

    Short waits for a session and a fetch: a worker that dies is replaced within seconds, one that is alone does not wait.
    """
    return KafkaConsumer(
        **connection.options(),
        client_id=client_id,
        group_id=group,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
        session_timeout_ms=10_000,
        heartbeat_interval_ms=2_000,
        fetch_max_wait_ms=250,
        **more,
    )


def admin(connection: KafkaConnection, client_id: str) -> KafkaAdminClient:
    """A client for topics, users and rights."""
    return KafkaAdminClient(**connection.options(), client_id=client_id)
