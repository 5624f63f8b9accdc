"""Importing more than 128,000 rows of all tables: memory of the whole process, and time against half as many rows.

Measured is what the import does: read, check, decide, seal, record. Disclosing has a measurement of its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from adapters.places_csv import read_places
from adapters.synth_county import YEAR_END, County
from adapters.synth_files import write_county
from gateway.importing import import_return
from tests.bench import world
from tests.bench.measure import Result

CHILDREN = 18_000  # each has about seven rows in one year's return


def measure() -> Iterator[Result]:
    """Each import runs in a process of its own; the half before and after the whole, because the machine's pace wanders."""
    with TemporaryDirectory() as folder:
        whole, half = Path(folder) / "whole", Path(folder) / "half"
        write_county(whole, children=CHILDREN, seed=1, county=County(years=1))
        write_county(half, children=CHILDREN // 2, seed=1, county=County(years=1))
        taken_half, taken_whole, again = _run(half), _run(whole), _run(half)
        taken_half["seconds"] = (taken_half["seconds"] + again["seconds"]) / 2
        yield Result(
            f"import of {taken_whole['rows']:.0f} rows, peak memory",
            taken_whole["megabytes"],
            500,
            False,
            "MB",
            f"{taken_whole['rows'] / taken_whole['seconds']:.0f} rows/s",
        )
        scale = taken_whole["rows"] / taken_half["rows"]
        yield Result(
            f"import of {scale:.2f} times the rows, time over once",
            taken_whole["seconds"] / taken_half["seconds"] * 2 / scale,
            2.2,
            False,
            detail=f"{taken_whole['seconds']:.1f} s against {taken_half['seconds']:.1f} s",
        )


def _run(folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.importing", str(folder)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(folder: Path) -> None:
    """Import one folder and print rows, seconds and peak megabytes."""
    with world.hub() as hub:
        begun = perf_counter()
        totals = import_return(
            hub, folder / "2026", world.DURHAM, YEAR_END, read_places(folder / "places.csv"), lambda _rows: None
        )
        taken = perf_counter() - begun
    print(json.dumps({"rows": totals.rows, "seconds": taken, "megabytes": _peak_megabytes()}))


def _peak_megabytes() -> float:
    """Of this process alone: what getrusage answers begins with the memory of the one that started it (Linux)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    [peak] = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(peak) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
