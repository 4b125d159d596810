"""Seconds to import a table of one's own: 200,000 rows, as CSV and XLSX, with coordinates, place names and mistakes.

Run `python -m benchmarks.own [territory]`. Budget: 30 s each, from the bytes of the file to the layer, on 2 cores.
"""

import io
import sys
import time

import numpy as np
import pandas as pd

from geodata import store
from geodata.errors import InputError
from geodata.store import Territory
from pipelines import userdata as own

BUDGET = 30.0  # seconds
ROWS = 200_000


def main(territory: str = "italy") -> None:
    opened = store.open_territory(territory)
    frame = table(opened)
    print(f"{territory}: {ROWS:,} rows x {frame.shape[1]} columns\n")
    print("| what | MB | read | to the layer | total | used | rejected |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    late = False
    for kind, form, content in [
        ("services", "csv", csv(frame)),
        ("services", "xlsx", xlsx(frame)),
        ("projects", "csv", csv(frame)),
        ("indicator", "csv", csv(frame[["code"]].assign(beds=pd.factorize(frame["code"])[0]))),
    ]:
        start = time.perf_counter()
        reading = own.read_own(content, f"list.{form}")
        middle = time.perf_counter()
        mapping = reading.mapping(kind) | ({"area_id": "code", "value": "beds"} if kind == "indicator" else {})
        done = own.apply(reading, mapping, kind, opened)
        end = time.perf_counter()
        late |= end - start > BUDGET
        seconds = f"{middle - start:.1f} | {end - middle:.1f} | {end - start:.1f}"
        size = len(content) / 1e6
        print(f"| {kind}, {form} | {size:.1f} | {seconds} | {len(done.layer):,} | {len(done.rejected):,} |")
    print(f"\nBudget {BUDGET:.0f} s: {'MISSED' if late else 'met'}")


def table(territory: Territory) -> pd.DataFrame:
    """Rows at and around places; a third has a place name only, of which one in ten is misspelled."""
    random = np.random.default_rng(1)
    places = territory.layer("places")
    chosen = places.iloc[random.integers(0, len(places), ROWS)]
    named = random.random(ROWS) < 1 / 3
    names = chosen["name"].to_numpy()
    misspelled = [
        name[:3] + name[4:] if slip and len(name) > 5 else name
        for name, slip in zip(names, random.random(ROWS) < 0.1, strict=True)
    ]
    lat, lon = (values + random.normal(0, 0.01, ROWS) for values in (chosen.geometry.y, chosen.geometry.x))
    return pd.DataFrame(
        {
            "name": [f"Service {number}" for number in range(ROWS)],
            "category": random.choice(
                ["Farmacia", "scuola", "ufficio postale", "Zauberei"], ROWS, p=[0.4, 0.3, 0.25, 0.05]
            ),
            "lat": np.where(named, "", np.char.mod("%.6f", lat)),
            "lon": np.where(named, "", np.char.mod("%.6f", lon)),
            "comune": misspelled,
            "code": chosen["area_id"].to_numpy(),
            "beds": random.integers(1, 200, ROWS).astype(str),
            "url": "https://example.org/service",
        }
    ).assign(code=lambda rows: rows["code"].where(~named, ""))


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, sep=";").encode("cp1252", errors="replace")


def xlsx(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_excel(buffer, index=False, engine="xlsxwriter", engine_kwargs={"options": {"strings_to_urls": False}})
    return buffer.getvalue()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
