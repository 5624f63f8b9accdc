"""A worker process that is measured: says how many partitions it has, whenever that changes, and at its end its CPU seconds since."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from gateway.hub import Hub
from gateway.processes import Disclosing
from gateway.settings import from_environment
from tests.bench import world


def main() -> None:
    """Disclose until SIGTERM."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    with Hub(from_environment(Path(sys.argv[1])), clock=lambda: world.NOW) as hub:
        worker = Disclosing(hub)
        had, begun = 0, 0.0
        while not stopped:
            worker.step(0.2)
            has = len(worker._reader.assignment())
            if has != had:
                had, begun = has, time.process_time()
                print(has, flush=True)
        print(time.process_time() - begun, flush=True)
        worker.close()


if __name__ == "__main__":
    main()
