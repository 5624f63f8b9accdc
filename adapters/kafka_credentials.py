"""A desk's credentials as a file that Kafka's clients read: made once, since the broker keeps no password that could be read again."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import feed_topic, receipts_topic, submit_topic
from adapters.kafka_rights import user_of
from domain.vocabulary import Audience

_PASSWORD_BYTES: Final = 32  # of chance


class CredentialFiles:
    """Files `USER.properties`, mode 0600, in a folder (made with mode 0700 where it is missing)."""

    def __init__(self, folder: Path, connection: KafkaConnection) -> None:
        self._folder = folder
        self._connection = connection

    def path(self, audience: Audience) -> Path:
        """The file of this desk."""
        return self._folder / f"{user_of(audience)}.properties"

    @contextmanager
    def new_password(self, audience: Audience) -> Iterator[str]:
        """A new password, for the broker to be told within: it is on disk before, and takes the old file's place after.

        Where the broker cannot be told, the old file stays. Raises OSError.
        """
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self.path(audience)
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(properties(audience, password, self._connection))
            out.flush()
            os.fsync(out.fileno())
        try:
            yield password
        except BaseException:
            new.unlink()
            raise
        new.replace(file)


def properties(audience: Audience, password: str, connection: KafkaConnection) -> str:
    """All that a client of librdkafka's kind (kcat and many more) needs, and in comments what it may read and write."""
    user = user_of(audience)
    settings = {
        "bootstrap.servers": connection.bootstrap,
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": user,
        "sasl.password": password,
    }
    if connection.ca is not None:
        settings["ssl.ca.location"] = str(connection.ca.absolute())
    return (
        f"# {audience}: reads {feed_topic(audience)}\n"
        f"# and {receipts_topic(audience)}, writes {submit_topic(audience)};\n"
        f"# its consumer groups begin with {user}.\n" + "".join(f"{key}={value}\n" for key, value in settings.items())
    )
