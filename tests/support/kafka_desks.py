"""Desks with rights on a real broker, as `throughline topics apply` makes them, and their credentials as clients read them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from adapters.kafka_access import Mend, opened_access, wanted
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_credentials import CredentialFiles
from adapters.kafka_rights import user_of
from domain.vocabulary import Audience
from tests.support.services import KafkaService


def hub_of(service: KafkaService) -> KafkaConnection:
    """The hub's own connection to a cluster."""
    return KafkaConnection(service.bootstrap, service.user, service.password, service.ca_file)


def with_rights(hub: KafkaConnection, desks: Collection[Audience], folder: Path) -> dict[Audience, Path]:
    """Give these desks topics, users and rules; answers each one's file of credentials."""
    files = CredentialFiles(folder, hub)
    want = wanted(desks)
    with opened_access(hub, "tests", want, known=()) as access:
        _, differ = access.look()
        ours = [d for d in differ if d.mend is not Mend.DISALLOW]  # others use the same broker
        access.mend(ours)
        for desk in desks:
            with files.new_password(desk) as password:
                access.set_password(user_of(desk), password)
        _, left = access.settled()
        assert not [d for d in left if d.mend not in {Mend.NOTHING, Mend.DISALLOW}]
    return {desk: files.path(desk) for desk in desks}


def connection_of(file: Path) -> KafkaConnection:
    """The connection that a file of credentials describes."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    said = dict(line.split("=", 1) for line in lines)
    return KafkaConnection(
        said["bootstrap.servers"], said["sasl.username"], said["sasl.password"], Path(said["ssl.ca.location"])
    )
