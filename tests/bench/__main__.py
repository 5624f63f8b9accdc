"""Runs every measurement and prints its ratio beside its bound; exits 1 if a bound is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from tests.bench import carrying, disclosing, growth, importing, latency, recording
from tests.bench.measure import Result

MEASUREMENTS: dict[str, Callable[[], Iterator[Result]]] = {
    "recording": recording.measure,
    "disclosing": disclosing.measure,
    "growth": growth.measure,
    "importing": importing.measure,
    "carrying": carrying.measure,
    "latency": latency.measure,
}


def main() -> int:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], help="which measurements; all by default")
    names = parser.parse_args().names or list(MEASUREMENTS)
    missed = 0
    for name in names:
        print(f"{name} …", flush=True)
        for result in MEASUREMENTS[name]():
            print(result, flush=True)
            missed += not result.holds
    print("every bound holds" if not missed else f"{missed} bounds missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
