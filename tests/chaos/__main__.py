"""`make chaos`: brokers and PostgreSQL of its own, the hub's processes, a steady load, and faults; exits 1 where a promise breaks."""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from time import monotonic

from infra.kafka.cluster import KafkaCluster
from infra.postgres.server import PostgresServer
from tests.chaos.run import Plan, Run

BROKERS = 3
CHILDREN = 300


def main() -> int:
    """Run once; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument(
        "--seed", type=int, help="which faults in which order, and which lives; drawn where it is left out"
    )
    parser.add_argument("--seconds", type=float, default=400, help="how long things break, at least (%(default)s)")
    parser.add_argument("--events", type=int, default=20_000, help="how many are recorded, at least (%(default)s)")
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else secrets.randbelow(1_000_000)
    plan = Plan(seed, asked.seconds, asked.events, CHILDREN, pause=6.0)
    say = partial(print, flush=True)
    say(f"seed {seed}: at least {plan.events} events in {plan.seconds:.0f} s")
    begun = monotonic()
    folder = Path(tempfile.mkdtemp(prefix="throughline-chaos-"))
    postgres, kafka = PostgresServer(folder / "postgres"), KafkaCluster(folder / "kafka", BROKERS)
    try:
        postgres.start()
        kafka.start()
        say(f"{BROKERS} brokers and PostgreSQL have started after {monotonic() - begun:.0f} s")
        run = Run(folder / "run", kafka, postgres, plan, say)
        wrong = run.go()
    finally:
        kafka.stop()
        postgres.remove()
    for one in wrong:
        say(f"DOES NOT HOLD  {one}")
    verdict = "all holds" if not wrong else f"{len(wrong)} things do not hold"
    say(f"seed {seed}: {run.recorded} events, {len(run.done)} faults, {monotonic() - begun:.0f} s: {verdict}")
    if wrong:
        say(f"faults.log and what each process said: {run.logs}; what the brokers said: {folder / 'kafka'}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
