"""The terrain model of the bundled Italy: seconds, and agreement with published classes by parameter.

Run `python -m benchmarks.terrain`. The second table needs `../shared/opendata/reference/inner_areas_4_regions.csv.gz`.
"""

import sys
import time

from benchmarks.agreement import CLASSES_FILE, Italy, Official
from geodata.errors import InputError
from pipelines.access import places, reach
from pipelines.access.remoteness import degurba
from pipelines.access.travel.model import TravelModel

# One at a time, about a quarter less and a quarter more where that makes sense.
VARIANTS: list[dict[str, float]] = [
    {},
    {"circuity": 1.1},
    {"circuity": 1.3},
    {"steepness": 0},
    {"steepness": 3},
    {"steepness": 5},
    {"local_speed": 50},
    {"local_speed": 80},
    {"road_speed": 80},
    {"road_speed": 120},
    {"centre_delay": 0, "town_delay": 0},
    {"join": 0},
    {"join": 6},
    {"join_km": 5},
    {"join_km": 30},
    {"start": 0},
    {"start": 6},
    {"ferry_speed": 20},
    {"boarding": 30},
    {"sea_km": 0.5},
    {"sea_km": 2},
]


def main() -> None:
    italy = Italy()
    start = time.perf_counter()
    model = italy.terrain()
    print(f"network of {len(italy.places):,} places: {time.perf_counter() - start:.1f} s (budget 10 s)")
    seconds(model, italy)
    if not CLASSES_FILE.exists():
        raise InputError(f"There is no {CLASSES_FILE}, expected the published classes; agreement is not measured.")
    official = Official(italy)
    print("\n| changed | Spearman | same class | with minutes, estimated |\n| --- | ---: | ---: | ---: |")
    for variant in VARIANTS:
        name = ", ".join(f"{key} {value:g}" for key, value in variant.items()) or "as is"
        found = official.measure(italy.terrain(**variant))
        print(
            f"| {name} | {found['spearman']:.3f} | {100 * found['same_class']:.1f} % | {found['with_minutes']:.3f} |",
            flush=True,
        )


def seconds(model: TravelModel, italy: Italy) -> None:
    """Time of all minutes of a build."""
    settled, sources, ids = italy.places, italy.sources, italy.ids
    start = time.perf_counter()
    reach.minutes_by_area(settled, degurba.urban_centres(sources.degurba), model, ids)
    reach.minutes_by_area(settled, settled.geometry[settled["own_population"] >= 50_000], model, ids)
    for _, rows in sources.services.groupby("category"):
        reach.minutes_by_area(settled, rows.geometry, model, ids)
    reach.nearest_services(places.main_places(settled), sources.services, model, k=3)
    print(f"all minutes of a build: {time.perf_counter() - start:.1f} s (budget 20 s)")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
