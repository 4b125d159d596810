"""Seconds and megabytes of a shortlist of all areas of a built territory, and of every format that it is exported to.

Run `python -m benchmarks.export [territory]`. Budget: the package, which holds all formats, of 7,901 areas within
10 s on 2 cores.
"""

import sys
import time
from collections.abc import Callable

from geodata.errors import InputError
from geodata.store import open_territory
from pipelines.areas.ranking import View
from pipelines.areas.shortlist import make
from pipelines.export import Shortlist, csv, geojson, geopackage, package, xlsx

BUDGET = 10.0  # seconds


def main(territory: str = "italy") -> None:
    opened = open_territory(territory)
    area_ids = opened.layer("areas")["area_id"].tolist()
    start = time.perf_counter()
    shortlist = make(opened, area_ids, view=View())
    made = time.perf_counter() - start
    rows, columns = shortlist.table.shape
    print(f"{territory}: {rows:,} areas x {columns} columns, {shortlist.areas.count_coordinates().sum():,} vertices\n")
    print("| step | seconds | MB |\n| --- | ---: | ---: |")
    print(f"| make the list | {made:.2f} | |")
    formats = [(*measure(write, shortlist), write.__name__) for write in (csv, xlsx, geojson, geopackage)]
    for seconds, size, name in formats:
        print(f"| {name} | {seconds:.2f} | {size:.1f} |")
    print(f"| all four | {sum(seconds for seconds, *_ in formats):.2f} | |")
    seconds, size = measure(package, shortlist)
    print(f"| package: all four in a zip | {seconds:.2f} | {size:.1f} |")
    print(f"| list and package | {made + seconds:.2f} | |")
    print(f"\nBudget {BUDGET:.0f} s: {'met' if seconds <= BUDGET else 'MISSED'}")


def measure(write: Callable[[Shortlist], bytes], shortlist: Shortlist) -> tuple[float, float]:
    """Seconds that a format takes, and its megabytes."""
    start = time.perf_counter()
    content = write(shortlist)
    return time.perf_counter() - start, len(content) / 1e6


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
