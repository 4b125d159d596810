"""Compare two builds of a territory layer by layer, as after a change that may move code but no number.

`python -m benchmarks.same_numbers FIRST SECOND` compares two folders of versions, such as `data/italy/3f2a91c0d4e5`,
built by the code of before and of after. Without folders it builds Italy twice and compares these.
"""

import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata import recipes, store
from geodata.files import file_digest
from geodata.schema import LAYERS
from pipelines.build.run import build


def differences(first: Path, second: Path) -> list[str]:
    """Where two versions differ, a line each: files, rows, columns, values and shapes; empty when all are equal."""
    files = [{path.relative_to(folder).as_posix() for path in folder.rglob("*.*")} for folder in (first, second)]
    found = [f"{name} is in one of the two only" for name in sorted(files[0] ^ files[1])]
    for name in sorted(files[0] & files[1]):
        if name == "manifest.json":  # says when and by which code the version was made
            continue
        if file_digest(first / name) == file_digest(second / name):
            continue
        layer = name.removesuffix(".parquet")
        if layer not in LAYERS:
            found.append(f"{name} has other bytes")
            continue
        read = gpd.read_parquet if LAYERS[layer].geometry is not None else pd.read_parquet
        found += [f"{layer}: {line}" for line in _of_layer(read(first / name), read(second / name))]
    return found


def _of_layer(first: pd.DataFrame, second: pd.DataFrame) -> list[str]:
    if list(first.columns) != list(second.columns):
        return [f"columns {sorted(set(first.columns) ^ set(second.columns))} differ, or their order"]
    if len(first) != len(second):
        return [f"{len(first)} and {len(second)} rows"]
    found = []
    for column in first.columns:
        one, two = first[column], second[column]
        if isinstance(one, gpd.GeoSeries):
            unequal = one.to_wkb() != two.to_wkb()
        else:
            unequal = ~((one == two) | (one.isna() & two.isna())).fillna(False).astype(bool)
        if unequal.any():
            found.append(f"{int(unequal.sum())} values of {column} differ")
    return found


def twice(folder: Path) -> list[Path]:
    """Build Italy two times; the folders of its versions."""
    roots = [folder / name for name in ("first", "second")]
    for root in roots:
        build(recipes.load("italy"), root=root)
    return [store.open_territory("italy", root=root).folder for root in roots]


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        first, second = map(Path, sys.argv[1:3]) if len(sys.argv) > 2 else twice(Path(name))
        lines = differences(first, second)
    print("\n".join(lines) or "All layers and display files are equal.")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
