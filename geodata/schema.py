"""The contract of every layer of a built territory, checked on write and on read.

Geometry is in EPSG:4326. Codes are text. A missing number is NaN; a missing text or code is null.
"""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from geodata.characters import with_controls
from geodata.errors import InputError
from geodata.i18n import mark

CRS = "EPSG:4326"
COMPLETENESS = (mark("census"), mark("register"), mark("partial"), mark("illustrative"))
# How well the place of a project is known; `seat` is that of its organisation, which may be far from where it works.
PRECISIONS = (mark("town"), mark("municipality"), mark("region"), mark("seat"))
PROJECT_KINDS = (mark("project"), mark("support organisation"), mark("competence centre"))
QUALITY_KINDS = (mark("missing"), mark("partial"), mark("not scorable"), mark("flagged"), mark("implausible"))


@dataclass(frozen=True)
class Layer:
    """One layer: its columns with types and rules, its key, and its kind of geometry (None: a plain table).

    Rows are stored in the order of the key, or as they come where the order says something. The rows of a `placeless`
    layer are shapes, or points of which some may be missing.
    """

    name: str
    columns: pa.DataFrameSchema
    key: tuple[str, ...]
    geometry: tuple[str, ...] | None = None
    ordered: bool = False
    placeless: bool = False


def _text(*, nullable: bool = False) -> pa.Column:
    return pa.Column(str, nullable=nullable)


def _name() -> pa.Column:
    """Name for people to read, which holds no control characters."""
    return pa.Column(str, pa.Check(lambda names: ~with_controls(names), name="without control characters"))


def _number(low: float | None = None, high: float | None = None, *, nullable: bool = True) -> pa.Column:
    checks = [pa.Check.ge(low)] if low is not None else []
    checks += [pa.Check.le(high)] if high is not None else []
    return pa.Column(float, checks, nullable=nullable)


def _whole(*, low: int = 0) -> pa.Column:
    return pa.Column("int64", pa.Check.ge(low))


def _layer(
    name: str,
    columns: dict[str, pa.Column],
    *,
    key: tuple[str, ...],
    geometry: tuple[str, ...] | None = None,
    placeless: bool = False,
) -> Layer:
    fields = columns | ({"geometry": pa.Column("geometry", nullable=placeless)} if geometry else {})
    # The columns of `indicators` are those of the codebook, which differ by territory.
    schema = pa.DataFrameSchema(fields, strict=name != "indicators", unique=list(key))
    return Layer(name, schema, key, geometry, ordered=name == "codebook", placeless=placeless)


POLYGON = ("Polygon", "MultiPolygon")
POINT = ("Point",)
LINE = ("LineString",)

LAYERS = {
    layer.name: layer
    for layer in (
        _layer(
            "areas",
            {
                "area_id": _text(),
                "name": _name(),
                "nuts1": _text(nullable=True),
                "nuts2": _text(nullable=True),
                "nuts3": _text(nullable=True),
                "degurba": pa.Column(str, pa.Check.isin(["1", "2", "3"]), nullable=True),
                "area_km2": _number(0),
            },
            key=("area_id",),
            # A municipality of a list is its centre, or has no position.
            geometry=(*POLYGON, *POINT),
            placeless=True,
        ),
        _layer(
            "regions",
            {
                "region_id": _text(),
                "level": pa.Column(str, pa.Check.isin(["nuts1", "nuts2", "nuts3"])),
                "name": _name(),
                "parent_id": _text(nullable=True),
                "areas": _whole(),
            },
            key=("region_id",),
            geometry=POLYGON,
        ),
        _layer(
            "places",
            {
                "place_id": _text(),
                "area_id": _text(),
                "name": _name(),
                "weight": _number(0, 1, nullable=False),
                "population": _number(0),
                "own_population": _number(0),
                # Of the settlement that the place is in: of its own, or of the cells around it.
                "settlement_population": _number(0),
                # Of the place itself, where a grid counts ages by cell.
                "people_under_15": _number(0),
                "people_65_plus": _number(0),
                "elevation": _number(-500, 5000),
                "degurba": pa.Column("Int64", pa.Check.isin([10, 11, 12, 13, 20, 21, 22, 23, 30]), nullable=True),
            },
            key=("place_id",),
            geometry=POINT,
        ),
        _layer(
            "services",
            {
                "service_id": _text(),
                "category": _text(),
                "name": _name(),
                "level": _text(nullable=True),
                "capacity": _number(0),
                "source_id": _text(),
                "source_url": _text(nullable=True),
                "confidence": _text(nullable=True),
            },
            key=("service_id",),
            geometry=POINT,
        ),
        _layer(
            "projects",
            {
                "project_id": _text(),
                "name": _name(),
                "organisation": _text(nullable=True),
                "kind": pa.Column(str, pa.Check.isin(PROJECT_KINDS)),
                "themes": _text(),
                "country": _text(),
                "place": _text(nullable=True),
                "precision": pa.Column(str, pa.Check.isin(PRECISIONS)),
                "start_year": pa.Column("Int64", nullable=True),
                "end_year": pa.Column("Int64", nullable=True),
                # Days as ISO 8601; the theme and the word it was found by; the Union's share in euro.
                "start": _text(nullable=True),
                "end": _text(nullable=True),
                "theme_match": _text(nullable=True),
                "eu_budget": _number(0),
                "source_id": _text(),
                "source_title": _text(),
                "source_url": _text(),
                "confidence": _text(),
            },
            key=("project_id",),
            geometry=POINT,
        ),
        # Where projects are, in figures: the class of their cell, their place, and kilometres to towns by their people.
        _layer(
            "project_contexts",
            {
                "project_id": _text(),
                "degurba_code": pa.Column("Int64", pa.Check.isin([10, 11, 12, 13, 21, 22, 23, 30]), nullable=True),
                "place_id": _text(nullable=True),
                "place_name": _text(nullable=True),
                "place_population": pa.Column("Int64", pa.Check.ge(0), nullable=True),
                "place_km": _number(0),
                "km_5000": _number(0),
                "km_50000": _number(0),
                "km_250000": _number(0),
                # Why there are no figures.
                "unknown": _text(nullable=True),
            },
            key=("project_id",),
        ),
        _layer(
            "consortia",
            {
                "generation": _whole(low=1),
                "consortium": _text(),
                "full_name": _text(),
                "countries": _text(),
                "lead": _text(nullable=True),
                "known_members": _text(nullable=True),
                "start": _text(nullable=True),
                "end": _text(nullable=True),
            },
            key=("generation", "consortium"),
        ),
        _layer(
            "nearest",
            {
                "area_id": _text(),
                "category": _text(),
                "order": _whole(low=1),
                "service_id": _text(),
                "minutes": _number(0, nullable=False),
                # A user's own table of travel times may have none.
                "km": _number(0),
            },
            key=("area_id", "category", "order"),
        ),
        _layer(
            "place_minutes",
            {
                "place_id": _text(),
                "category": _text(),
                "nearest": _number(0),
                "mean_3": _number(0),
                # Services within the highest threshold of the category.
                "within": _number(0, nullable=False),
            },
            key=("place_id", "category"),
        ),
        _layer(
            "inequality",
            {
                "region_id": _text(),
                "category": _text(),
                "people": _number(0),
                "mean": _number(0),
                "palma": _number(0),
                "gini": _number(0, 1),
                "theil": _number(),
                "theil_between": _number(),
                # Below 0: areas of many people aged 65 and over have fewer services within reach.
                "concentration": _number(-1, 1),
                "fgt0": _number(0, 1),
                "fgt1": _number(0, 1),
                "fgt2": _number(0, 1),
            },
            key=("region_id", "category"),
        ),
        _layer(
            "projects_near",
            {
                "area_id": _text(),
                "project_id": _text(),
                "minutes": _number(0, nullable=False),
                "km": _number(0),
            },
            key=("area_id", "project_id"),
        ),
        # Where urban centres are, for minutes to them: the middles of their 1 km cells.
        _layer("urban_centres", {"cell_id": _text()}, key=("cell_id",), geometry=POINT),
        # What the travel model was made from, beside areas and places; a territory has those its model needs.
        _layer("ferry_ports", {"port_id": _text(), "name": _name()}, key=("port_id",), geometry=POINT),
        _layer(
            "major_roads",
            {"road_id": _whole(), "km": _number(0, nullable=False)},
            key=("road_id",),
            geometry=LINE,
        ),
        _layer(
            "fixed_links",
            {"link_id": _text(), "name": _name(), "km": _number(0, nullable=False)},
            key=("link_id",),
            geometry=LINE,
        ),
        # Cells of villages, towns and urban centres, by their lower left corner in EPSG:3035.
        _layer(
            "settled_cells",
            {
                "x_km": _whole(),
                "y_km": _whole(),
                "degurba": pa.Column("int64", pa.Check.isin([13, 21, 22, 23, 30])),
            },
            key=("x_km", "y_km"),
        ),
        _layer(
            "road_nodes",
            {
                "node": _whole(),
                "lon": _number(-180, 180, nullable=False),
                "lat": _number(-90, 90, nullable=False),
            },
            key=("node",),
        ),
        _layer(
            "road_edges",
            {
                "tail": _whole(),
                "head": _whole(),
                "minutes": _number(0, nullable=False),
                "km": _number(0, nullable=False),
            },
            key=("tail", "head"),
        ),
        _layer(
            "travel_times",
            {
                "origin": _text(),
                "destination": _text(),
                "minutes": _number(0, nullable=False),
                "km": _number(0),
            },
            key=("origin", "destination"),
        ),
        _layer("indicators", {"area_id": _text()}, key=("area_id",)),
        _layer(
            "quality",
            {
                "area_id": _text(),
                "indicator": _text(),
                "kind": pa.Column(str, pa.Check.isin(QUALITY_KINDS)),
                "reason": _text(),
            },
            key=("area_id", "indicator", "kind"),
        ),
        _layer(
            "codebook",
            {
                "indicator": _text(),
                "title": _text(),
                "unit": _text(),
                "decimals": _whole(),
                "direction": pa.Column(str, pa.Check.isin(["worse", "better", "neutral"])),
                "dimension": _text(),
                "year": _text(),
                "sources": _text(),
                "completeness": pa.Column(str, pa.Check.isin(COMPLETENESS)),
                "formula": _text(),
                "missing": _text(),
                # How often a class that is derived here equals the published one; null where nothing is derived.
                "agreement": _text(nullable=True),
            },
            key=("indicator",),
        ),
    )
}

# Layers that only territories of some travel model have.
OF_TRAVEL_MODELS = (
    *("urban_centres", "ferry_ports", "major_roads", "fixed_links", "settled_cells"),
    *("road_nodes", "road_edges", "travel_times"),
)


def check(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the layer as given when it meets its contract.

    Parameters
    ----------
    name
        Name of the layer, a key of `LAYERS`.
    frame
        The rows; a GeoDataFrame in EPSG:4326 where the layer has geometry.

    Raises
    ------
    InputError
        A column is missing or unknown, has the wrong type or a value outside its rule, a key occurs twice, or
        the geometry is of the wrong kind, empty, or not in EPSG:4326. The first problem is named.
    """
    layer = LAYERS[name]
    if layer.geometry is not None:
        _check_geometry(layer, frame)
    unknown = [str(column) for column in frame.columns if column not in layer.columns.columns]
    if unknown and layer.columns.strict:
        raise InputError(f"Layer {name} breaks its contract: column {unknown[0]} is not expected.")
    try:
        layer.columns.validate(frame)
    except pa.errors.SchemaError as error:
        raise InputError(f"Layer {name} breaks its contract: {_explain(error)}.") from None
    return frame


def empty(name: str) -> pd.DataFrame:
    """A layer without rows, for a territory that has none of them; a GeoDataFrame where the layer has geometry."""
    layer = LAYERS[name]
    types = {column: str(rule.dtype) for column, rule in layer.columns.columns.items() if column != "geometry"}
    frame = pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in types.items()})
    return frame if layer.geometry is None else gpd.GeoDataFrame(frame, geometry=[], crs=CRS)


def complete(name: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give rows the columns of a layer that they lack, with nothing in them, and put all in its order."""
    kinds = {column: str(rule.dtype) for column, rule in LAYERS[name].columns.columns.items() if column != "geometry"}
    lacking = {
        column: pd.Series(index=frame.index, dtype=kind) for column, kind in kinds.items() if column not in frame
    }
    return frame.assign(**lacking)[[*kinds, "geometry"]]


def _check_geometry(layer: Layer, frame: pd.DataFrame) -> None:
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"Layer {layer.name} has no geometry; give a GeoDataFrame in {CRS}.")
    if frame.crs is None or frame.crs.to_string() != CRS:
        raise InputError(f"Layer {layer.name} is in {frame.crs and frame.crs.to_string()}, expected {CRS}; convert it.")
    missing, kinds = frame.geometry.isna(), layer.geometry or ()
    if layer.placeless:
        # Points, of which some may be missing, or shapes: not both.
        points = set(frame.geom_type[~missing]) == set(POINT)
        kinds, missing = (POINT, missing & False) if points else (POLYGON, missing)
    bad = missing | frame.geometry.is_empty.fillna(False) | ~(frame.geom_type.isin(kinds) | frame.geometry.isna())
    if bad.any():
        first = frame.loc[bad, layer.key[0]].iloc[0]
        raise InputError(
            f"Layer {layer.name} has {int(bad.sum())} rows without a {layer.geometry[0] if layer.geometry else ''}"
            f" (the first is {first}); give each row its geometry."
        )


def _explain(error: pa.errors.SchemaError) -> str:
    """Say the first broken rule in plain words."""
    reason = error.reason_code.name if error.reason_code else ""
    column = getattr(error.schema, "name", None)
    if reason == "COLUMN_NOT_IN_DATAFRAME":
        return f"column {error.failure_cases} is missing"
    if reason == "WRONG_DATATYPE":
        return f"column {column} has type {error.data[column].dtype}, expected {error.check}"
    if reason == "DUPLICATES":
        return "a key occurs more than once"
    if reason == "SERIES_CONTAINS_NULLS":
        return f"column {column} has missing values, which it may not"
    return f"column {column} has a value outside its rule ({str(error.check)[:80]})"


def by_id(layer: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Give a layer its ids as index too: travel models know the points they are asked about by them."""
    return layer.set_axis(layer[key].rename(None))
