"""A broker's server.properties: who may connect how, and sizes for a small machine."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.certificates import Certificates

HUB = "hub"  # the hub's own user: makes topics, users and rules
BROKER = "broker"  # the brokers' user among themselves; also what the name in their certificate stands for


@dataclass(frozen=True, slots=True)
class Ports:
    """A broker's two ports on 127.0.0.1: for clients and other brokers, and for the quorum that keeps the metadata."""

    client: int
    controller: int


def server_properties(
    number: int,
    brokers: Mapping[int, Ports],
    data: Path,
    certificates: Certificates,
    password: str,
    listen: str = "127.0.0.1",
) -> str:
    """The text of server.properties for broker `number` of `brokers`. `password` is the brokers' own: keep the text at 0600.

    Clients: SASL_SSL with SCRAM-SHA-512, at 127.0.0.1; `listen` is another address only inside a container that forwards
    from there. Quorum: SSL, and who connects shows the cluster's own certificate. Nothing is allowed that no rule allows.
    """
    count = len(brokers)
    copies = min(count, 3)
    ports = brokers[number]
    login = "org.apache.kafka.common.security.scram.ScramLoginModule"
    lines: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": number,
        "controller.quorum.voters": ",".join(f"{n}@127.0.0.1:{p.controller}" for n, p in brokers.items()),
        "log.dirs": data,
        # who connects where, and how
        "listeners": f"CLIENTS://{listen}:{ports.client},CONTROLLER://127.0.0.1:{ports.controller}",
        "advertised.listeners": f"CLIENTS://127.0.0.1:{ports.client}",
        "listener.security.protocol.map": "CLIENTS:SASL_SSL,CONTROLLER:SSL",
        "inter.broker.listener.name": "CLIENTS",
        "controller.listener.names": "CONTROLLER",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "listener.name.clients.scram-sha-512.sasl.jaas.config": (
            f'{login} required username="{BROKER}" password="{password}";'
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": certificates.server,
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": certificates.ca,
        "ssl.enabled.protocols": "TLSv1.3",
        "listener.name.controller.ssl.client.auth": "required",
        "ssl.principal.mapping.rules": f"RULE:^CN={BROKER}$/{BROKER}/,DEFAULT",
        # who may do what
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": f"User:{BROKER};User:{HUB}",
        "auto.create.topics.enable": "false",
        # copies: with three brokers one may be lost, and nothing that was acknowledged with it
        "default.replication.factor": copies,
        "min.insync.replicas": 2 if count >= 3 else 1,
        "unclean.leader.election.enable": "false",
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": 2 if count >= 3 else 1,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": 2 if count >= 3 else 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.num.partitions": 1,
        # a lost broker or client is noticed within seconds
        "broker.session.timeout.ms": 5_000,
        "broker.heartbeat.interval.ms": 500,
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1_000,
        "replica.lag.time.max.ms": 10_000,
        # a small machine
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
        "num.replica.fetchers": 1,
        "num.recovery.threads.per.data.dir": 1,
        "log.cleaner.dedupe.buffer.size": 8 * 1024 * 1024,
        "log.index.size.max.bytes": 1024 * 1024,
        "log.segment.bytes": 64 * 1024 * 1024,
        "metadata.log.segment.bytes": 16 * 1024 * 1024,
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items())


def new_cluster_id() -> str:
    """A random id for a new cluster, as Kafka writes it; it never begins with a hyphen, which a tool would misread."""
    return base64.urlsafe_b64encode(b"T" + secrets.token_bytes(15)).decode("ascii").rstrip("=")
