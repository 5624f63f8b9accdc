"""A process of the hub that dies at a chosen point of its work, as by kill -9: `python -m tests.chaos.dying POINT TIMES KIND …`.

KIND and what follows are the command line of `throughline`. At the TIMES-th time that it comes to POINT it is gone at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from adapters import sql_feeds
from adapters.kafka_appender import KafkaAppender
from adapters.sealed_feeds import SealedFeeds
from adapters.sql_positions import SqlPositions
from gateway import cli

DIED = 86  # its exit code, so that no other end is taken for this one

POINTS: dict[str, tuple[Any, str]] = {
    "stored, not numbered": (SealedFeeds, "number"),  # a worker's rows are committed
    "half numbered": (sql_feeds, "notify"),  # the sequencer has moved, its transaction is open
    "announced, not sent": (KafkaAppender, "append"),  # the relay has said what comes
    "sent, not noted": (SqlPositions, "announce"),  # what the relay announced before is on the topic
    "delivered, not noted": (SqlPositions, "move"),  # a deliverer's messages are on the topics
}


def main(point: str, times: int, arguments: list[str]) -> int:
    """Run a command of `throughline` until it dies; the exit code where it does not."""
    owner, name = POINTS[point]
    setattr(owner, name, _dying(getattr(owner, name), times))
    return cli.run(arguments)


def _dying(real: Callable[..., Any], times: int) -> Callable[..., Any]:
    left = [times]

    def dies(*arguments: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            os._exit(DIED)
        return real(*arguments)

    return dies


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
