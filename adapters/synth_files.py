"""Writes an invented county to a folder: a statutory return (SSDA903), its postcodes, and reports to send in."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from adapters.ssda903_tables import EPISODES
from adapters.synth_lives import County, life
from adapters.synth_reports import Report, health_reports, yot_reports

MOST_CHILDREN: Final = 99_999  # local ids have six digits, and NHS numbers of strangers must be left
_HEADER: Final = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")


def write_county(folder: Path, *, children: int, seed: int, county: County) -> None:
    """Write header.csv, episodes.csv, places.csv, health.jsonl and yot.jsonl; the folder is made if it is not there.

    The same arguments give the same bytes anywhere. One child is in memory at a time. Raises ValueError for a number of
    children that is not 1 to MOST_CHILDREN.
    """
    if not 1 <= children <= MOST_CHILDREN:
        raise ValueError(f"children: from 1 to {MOST_CHILDREN}")
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        header, episodes, places, health, yot = (
            files.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
            for name in ("header.csv", "episodes.csv", "places.csv", "health.jsonl", "yot.jsonl")
        )
        header_rows, episode_rows = csv.writer(header, lineterminator="\n"), csv.writer(episodes, lineterminator="\n")
        csv.writer(places, lineterminator="\n").writerows(
            [("postcode_district", "authority"), *((district, code) for code, district in county.districts.items())]
        )
        header_rows.writerow(_HEADER)
        episode_rows.writerow(EPISODES.columns)
        for number in range(1, children + 1):
            child = life(number, seed, county)
            header_rows.writerow(child.header)
            episode_rows.writerows(child.episodes)
            health.writelines(_lines(health_reports(child, seed)))
            yot.writelines(_lines(yot_reports(child, seed)))


def _lines(reports: Iterable[Report]) -> Iterable[str]:
    return (json.dumps(report, ensure_ascii=False) + "\n" for report in reports)
