"""A built territory with the planner's own layers beside it: what the screen and the exports read.

The built version stays as it is. Each own layer adds one indicator: an own indicator is that itself, a layer of points
gives the number of its points in each area. No index changes by it unless a weighting names the indicator.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import files, schema, store
from geodata.errors import InputError
from geodata.geometry import area_of
from geodata.i18n import mark
from geodata.i18n.message import Message, pack
from geodata.indicators import Indicator
from geodata.store import Territory
from pipelines.userdata import storage
from pipelines.userdata.reading import Imported

DIMENSION = "Own data"
NOT_STATED = "not stated"
ADDRESS = "own data"
ROWS = ["area_id", "own_layer", "kind", "name", "what", "lat", "lon", "file"]


@dataclass(frozen=True, eq=False)
class Own:
    """An own layer in use.

    Attributes
    ----------
    name, kind
        What it is called, and `services`, `projects` or `indicator`.
    layer
        The rows, or the numbers by area id.
    provenance
        File, checksum, mapping, decisions, and what the planner said about it.
    saved
        Whether it is kept with the territory, rather than in one session.
    """

    name: str
    kind: str
    layer: "gpd.GeoDataFrame | pd.Series[float]"
    provenance: dict[str, Any]
    saved: bool

    @property
    def id(self) -> str:
        """Id of its indicator, by which a weighting names it."""
        return "own_" + self.name.replace("-", "_")

    @property
    def source_id(self) -> str:
        """Id by which codebook and exports cite it."""
        return f"own-{self.name}"

    @property
    def key(self) -> str:
        """Digest that differs when the layer does."""
        return files.digest(json.dumps([self.name, self.saved, self.provenance], sort_keys=True).encode())

    @property
    def file(self) -> str:
        """Name of the file it came from."""
        return str(self.provenance.get("file", NOT_STATED))

    @property
    def about(self) -> dict[str, str]:
        """What the planner said about an indicator: `title`, `unit`, `direction`."""
        return dict(self.provenance.get("about", {}))


def of(name: str, imported: Imported) -> Own:
    """Take an import into use for one session."""
    return Own(name, imported.kind, imported.layer, dict(imported.provenance), saved=False)


def saved(territory: str, *, root: Path | None = None) -> tuple[list[Own], list[str]]:
    """Read the own layers that are kept with a territory, and say in a sentence each which cannot be read."""
    layers, problems = [], []
    for name in storage.names(territory, root=root):
        try:
            one = storage.find(name, territory=territory, root=root)
            layer = storage.load(name, territory=territory, root=root)
            layers.append(Own(name, one.kind, layer, one.provenance, saved=True))
        except InputError as error:
            problems.append(str(error))
    return layers, problems


def open_territory(territory: str, *, root: Path | None = None) -> Territory:
    """Open the version in force of a territory, with the own layers that are kept with it.

    Raises
    ------
    InputError
        The territory is not built, or an own layer is damaged.
    """
    built = store.open_territory(territory, root=root)
    layers, problems = saved(territory, root=root)
    if problems:
        raise InputError(problems[0])
    return Joined(built, layers) if layers else built


class Joined(Territory):
    """A built territory whose indicators, codebook, quality and sources go on with those of own layers."""

    def __init__(self, built: Territory, layers: Iterable[Own]) -> None:
        self.folder = built.folder
        self.built = built
        self.own = tuple(layers)
        *sources, basemap = built.manifest["sources"]
        # The last source is that of the base map; screens rely on it.
        sources = [*sources, *(_source(own) for own in self.own), basemap]
        self.manifest = built.manifest | {
            "sources": sources,
            "own": [{"name": own.name, "indicator": own.id} | own.provenance for own in self.own],
        }

    @cached_property
    def areas_of(self) -> "dict[str, pd.Series[str]]":
        """Area of each row of the layers of points, by name of the layer; missing outside of all areas."""
        areas = self.built.layer("areas")
        return {own.name: area_of(own.layer, areas) for own in self.own if isinstance(own.layer, gpd.GeoDataFrame)}

    @cached_property
    def values(self) -> pd.DataFrame:
        """The indicators of the own layers, index `area_id`."""
        ids = pd.Index(self.built.layer("indicators")["area_id"], name="area_id")
        columns: dict[str, pd.Series[float]] = {}
        for own in self.own:
            if isinstance(own.layer, gpd.GeoDataFrame):
                located = own.layer["precision"] != "region" if "precision" in own.layer else slice(None)
                found = self.areas_of[own.name][located].value_counts()
                columns[own.id] = found.reindex(ids, fill_value=0).astype(float)
            else:
                columns[own.id] = own.layer.reindex(ids).astype(float)
        return pd.DataFrame(columns, index=ids)

    @cached_property
    def entries(self) -> dict[str, Indicator]:
        """What the indicators of the own layers are, by id."""
        return {own.id: _entry(own, self.values[own.id]) for own in self.own}

    def rows_in(self, area_ids: list[str]) -> pd.DataFrame:
        """Rows of the layers of points that lie in areas, in the order of these: `ROWS` as columns."""
        found = [pd.DataFrame(columns=ROWS)]
        for own in self.own:
            if not isinstance(own.layer, gpd.GeoDataFrame):
                continue
            areas = self.areas_of[own.name]
            rows = own.layer[areas.isin(area_ids)]
            columns = {
                "area_id": areas[rows.index],
                "name": rows["name"],
                "what": rows["category" if own.kind == "services" else "themes"],
                "lat": rows.geometry.y,
                "lon": rows.geometry.x,
            }
            found.append(pd.DataFrame(columns).assign(own_layer=own.name, kind=own.kind, file=own.file))
        every = pd.concat([each for each in found if len(each)] or found, ignore_index=True)[ROWS]
        place = every["area_id"].map({area_id: position for position, area_id in enumerate(area_ids)})
        return every.iloc[place.argsort(kind="stable")].reset_index(drop=True)

    def layer(self, name: str) -> pd.DataFrame:
        """Read one layer, as `Territory.layer` does, with what own layers add to it."""
        layer = self.built.layer(name)
        if name == "indicators":
            layer = layer.merge(self.values.reset_index(), on="area_id")
        elif name == "codebook":
            layer = pd.concat([layer, pd.DataFrame(list(map(self._described, self.own)))], ignore_index=True)
        elif name == "quality":
            layer = pd.concat([layer, self._lacking()], ignore_index=True).astype("str")
        return schema.check(name, layer)

    def _described(self, own: Own) -> dict[str, Any]:
        entry = self.entries[own.id]
        return {
            "indicator": own.id,
            "title": pack(entry.title),
            "unit": entry.unit,
            "decimals": entry.decimals,
            "direction": entry.direction,
            "dimension": entry.dimension,
            "year": NOT_STATED,
            "sources": own.source_id,
            "completeness": "partial",
            "formula": pack(entry.formula),
            "missing": pack(entry.missing),
            "agreement": None,
        }

    def _lacking(self) -> pd.DataFrame:
        row, column = self.values.isna().to_numpy().nonzero()
        names = self.values.columns[column]
        return pd.DataFrame(
            {
                "area_id": self.values.index[row],
                "indicator": names,
                "kind": "missing",
                "reason": [pack(self.entries[name].missing) for name in names],
            }
        )


def _entry(own: Own, values: "pd.Series[float]") -> Indicator:
    if own.kind == "indicator":
        about, known = own.about, values.dropna()
        unit = about.get("unit") or "unit not stated"
        return Indicator(
            id=own.id,
            title=Message("{name} (own data)", name=about.get("title") or own.name),
            unit=unit,
            measure=unit,
            decimals=0 if np.equal(np.mod(known, 1), 0).all() else 2,
            direction=about.get("direction", "neutral"),  # type: ignore[arg-type]
            dimension=DIMENSION,
            layers=(),
            formula=Message("As in the planner's own table {file}", file=own.file),
            missing=mark("The planner's own table has no usable value for the area"),
        )
    return Indicator(
        id=own.id,
        title=Message("{name} in the area (own data)", name=own.name),
        unit=own.kind,
        measure=own.kind,
        decimals=0,
        direction="better",
        dimension=DIMENSION,
        layers=(),
        formula=Message("Number of rows of the planner's own table {file} that lie in the area", file=own.file),
        missing=mark("Never; 0 means that none of the listed rows lies in the area"),
    )


def _source(own: Own) -> dict[str, Any]:
    used, rows = own.provenance.get("used", len(own.layer)), own.provenance.get("rows", len(own.layer))
    return {
        "id": own.source_id,
        "title": f"{own.name}: {own.file}",
        "publisher": "own data",
        "address": ADDRESS,
        "year": NOT_STATED,
        "version": str(own.provenance.get("sha256", NOT_STATED))[: store.ID_LENGTH],
        "licence": NOT_STATED,
        "licence_address": NOT_STATED,
        "attribution": f"Own data: {own.file}.",
        "completeness": "partial",
        "limits": Message(
            "The planner's own table; {used} of its {rows} rows are used, and nobody else has checked it.",
            used=used,
            rows=rows,
        ),
    }
