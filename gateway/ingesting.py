"""Submissions over Kafka: each desk writes on a topic of its own, and is answered on another. At least once in, once in effect."""

from __future__ import annotations

import json
import logging
from time import sleep
from typing import Final

from adapters.kafka_connection import KafkaConnection
from adapters.kafka_submissions import KafkaSubmissions, Submitted
from adapters.passing_faults import PASSING
from domain.forms import Problem, Refused
from gateway.hub import Hub
from gateway.lines import problems_as_json, read_line

LIMIT: Final = 100  # submissions of one step: seconds, where each waits for the disk
NAME_LENGTH: Final = 200  # characters of what a sender calls a submission

_NAME: Final = Problem("ce_id", f"is UTF-8 text of 1 to {NAME_LENGTH} characters", "CloudEvents 1.0: id")

log = logging.getLogger(__name__)


class Ingest:
    """Takes what stands on the desks' topics into the hub. Any number of processes; each needs a hub of its own."""

    def __init__(self, hub: Hub, connection: KafkaConnection, name: str | None = None) -> None:
        self._hub = hub
        self._submissions = KafkaSubmissions(connection, name)
        self._held: set[str] = set()

    def step(self, wait: float) -> int:
        """Wait up to so many seconds for submissions, take what arrived and answer it; says how many were answered.

        1. record or refuse each, in its topic's order  2. commit all receipts with the places of what they answer. A crash between
        1 and 2 brings the submissions again: they are recognised by their keys.

        One that others keep overtaking, or at which the hub fails, is neither received nor refused: it holds up its own topic, whose
        order is kept, and is tried again. Raises what a broker or a database that is away makes of it; then all comes again.
        """
        answers: list[tuple[Submitted, str, bytes]] = []
        held: dict[str, Submitted] = {}
        for submitted in self._submissions.arrived(wait, LIMIT):
            if submitted.partition.topic in held:
                continue
            try:
                answers.append((submitted, *self._take(submitted)))
            except PASSING:
                raise
            except Exception as fault:
                held[submitted.partition.topic] = submitted
                if submitted.place not in self._held:
                    log.error("%s is tried again until it can be answered: %s", submitted.place, type(fault).__name__)
        self._held = {submitted.place for submitted in held.values()}
        self._submissions.answer(answers, list(held.values()))
        if held and not answers:
            sleep(wait)
        return len(answers)

    def lag(self) -> int:
        """How many submissions are not answered, on the topics that this process has."""
        return self._submissions.lag()

    def close(self) -> None:
        """Leave the topics to other processes."""
        self._submissions.close()

    def _take(self, submitted: Submitted) -> tuple[str, bytes]:
        """What a submission is answered: kind and body. Never a value of what was submitted, but what its sender calls it."""
        called: str | int = submitted.offset
        try:
            name = _name(submitted)
            called = submitted.offset if name is None else name
            key = submitted.place if name is None else name
            receipt = self._hub.recording.submit(read_line(submitted.line), submitted.audience.agency, {}, key)
        except Refused as refused:
            return _refused(called, refused)
        return "received", _body({"submission": called, "received": str(receipt.event_id)})


def _name(submitted: Submitted) -> str | None:
    """What its sender calls it; None where it has no name. Raises Refused."""
    if submitted.name is None:
        return None
    try:
        name = submitted.name.decode()
    except UnicodeDecodeError:
        raise Refused(_NAME) from None
    if not 0 < len(name) <= NAME_LENGTH:
        raise Refused(_NAME)
    return name


def _refused(called: str | int, refused: Refused) -> tuple[str, bytes]:
    return "refused", _body({"submission": called, "refused": problems_as_json(refused.problems)})


def _body(words: dict[str, object]) -> bytes:
    return json.dumps(words, ensure_ascii=False).encode()
