"""The shortlist: chosen areas with their figures, what each column means, and where the data come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pandas.api.types import is_integer_dtype, is_numeric_dtype

from geodata.errors import InputError
from geodata.schema import CRS, LAYERS

# Files carry more decimals than the screen, so that shares and sums computed from them still agree.
EXTRA_DECIMALS = 2
AUDIT_DECIMALS = 6
LONGEST_TEXT = 32_766  # characters in one cell of Excel, less one for an apostrophe
REQUIRED = ("order", "area_id", "name")
SOURCE_COLUMNS = (
    "source_id",
    "title",
    "publisher",
    "year",
    "version",
    "licence",
    "licence_url",
    "attribution",
    "completeness",
    "limits",
)
NOTES = {
    "Missing values": "An empty cell is a missing value, never 0; the codebook says when each column is missing.",
    "Decimals": f"Numbers are rounded to {EXTRA_DECIMALS} decimals more than the map shows (decimals_in_file of the "
    "codebook), so that totals computed from the file agree.",
    "Codes": "area_id is text and keeps its leading zeros; Excel drops them when it opens the CSV directly: use the "
    "XLSX, or import the column as text.",
    "Apostrophes": "In CSV and XLSX a text that begins with = + - @, a tab or a line break has an apostrophe before "
    "it, so that it is not run as a formula.",
    "Coordinates": "Longitude and latitude in degrees, WGS 84 (EPSG:4326).",
}

UNSURE = "Area not scorable, or not computed"

_CODEBOOK_COLUMNS = list(LAYERS["codebook"].columns.columns)
_OWN_COLUMNS = pd.DataFrame(
    [
        ("order", "Place in the list", "1 = first", 0, "Order chosen by the planner, or rank", "Never"),
        ("area_id", "Code of the area", "code", 0, "Official code, text with leading zeros", "Never"),
        ("name", "Name of the area", "text", 0, "Official name", "Never"),
        ("nuts1_name", "NUTS 1 region", "text", 0, "Region the area lies in", "The source has no region for the area"),
        ("nuts2_name", "NUTS 2 region", "text", 0, "Region the area lies in", "The source has no region for the area"),
        ("nuts3_name", "NUTS 3 region", "text", 0, "Region the area lies in", "The source has no region for the area"),
        ("degurba", "Degree of urbanisation", "text", 0, "Class of the area, DEGURBA level 1", "Area not classified"),
        ("rank", "Rank by gap", "1 = highest", 0, "Among all areas of the territory", "Area not scorable"),
        ("rank_low", "Rank, 5 % bound", "rank", 0, "5 % of the replicates rank the area here or better", UNSURE),
        ("rank_high", "Rank, 95 % bound", "rank", 0, "95 % of the replicates rank the area here or better", UNSURE),
        (
            "probability",
            "Probability of being among the first k",
            "0-1",
            2,
            "Share of the replicates, with varied weights and methods, in which the area is among the k highest gaps "
            "of the territory; k, draws and seed are in the manifest",
            UNSURE,
        ),
        (
            "tier",
            "How sure it is that the area is among the first k",
            "text",
            0,
            "Probability: firm from 0.9, likely from 0.5, borderline from 0.1, else not on the list",
            UNSURE,
        ),
        (
            "reason",
            "Why the area is where it is",
            "text",
            0,
            "Written from the contributions to the gap; next to the line of the list also with the distance to it",
            "Never",
        ),
        ("note", "Note of the planner", "text", 0, "The planner's own words", "No note was written"),
        ("attribution", "Attribution and licences", "text", 0, "To be given wherever the row is used", "Never"),
    ],
    columns=["indicator", "title", "unit", "decimals", "formula", "missing"],
).reindex(columns=_CODEBOOK_COLUMNS)


@dataclass(frozen=True)
class Annex:
    """A further file of the package: its name, its content, and what it is in a few words."""

    name: str
    content: bytes
    about: str


@dataclass(frozen=True, eq=False)
class Shortlist:
    """Areas in the order of the list, with all that is needed to understand and repeat it.

    Attributes
    ----------
    areas
        One row an area, EPSG:4326, in list order: `order` (1..n), `area_id` (text), `name`, then any of the names
        of regions, `degurba`, `rank`, `rank_low`, `rank_high`, `probability`, `tier`, `reason` and `note`, and the
        indicators of the codebook.
    codebook
        Layer `codebook` of the territory; a row for every column of `areas` that is not named above.
    sources
        One row a source, columns `SOURCE_COLUMNS`.
    manifest
        What the list was made from and how: territory and version, filters, index, travel model, the command
        that repeats it. Values as JSON has them.
    title
        What the planner calls the list.
    configuration
        The weighting as a configuration file; empty for none.
    audit
        Every step of the index, index area_id; None when there is no weighting.
    own
        Rows of the planner's own points in the areas, with `lat`, `lon`; None when there are no own layers.
    annexes
        Further files of the package.
    breaks
        Bounds of the classes of indicators over the whole territory, see `pipelines.priority.classes`.

    Raises
    ------
    InputError
        The list is empty or one of the above does not hold.
    """

    areas: gpd.GeoDataFrame
    codebook: pd.DataFrame
    sources: pd.DataFrame
    manifest: dict[str, Any]
    title: str
    configuration: str = ""
    audit: pd.DataFrame | None = None
    own: pd.DataFrame | None = None
    annexes: tuple[Annex, ...] = ()
    breaks: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_areas(self.areas)
        _check_sources(self.sources)
        _check_described(self)

    @cached_property
    def attribution(self) -> str:
        """Attribution of every source with its licence, a sentence each, each once."""
        return attribution_of(self.sources)

    @cached_property
    def table(self) -> pd.DataFrame:
        """What every file holds: rounded numbers (NaN when missing), texts (null when missing), no geometry."""
        areas = _attributes(self.areas).assign(attribution=self.attribution)
        decimals = self.columns.set_index("column")["decimals_in_file"].to_dict()
        return pd.DataFrame({name: _tidy(values, decimals[name]) for name, values in areas.items()})

    @cached_property
    def columns(self) -> pd.DataFrame:
        """What every column of `table` is: the codebook, one row a column, in the order of the columns."""
        areas = _attributes(self.areas).assign(attribution="")
        known = pd.concat([self.codebook[_CODEBOOK_COLUMNS], _OWN_COLUMNS], ignore_index=True)
        known = known.drop_duplicates("indicator").set_index("indicator")
        described = known.loc[list(areas)].rename_axis("column").reset_index()
        numeric = pd.Series([is_numeric_dtype(values) for _, values in areas.items()])
        described["decimals"] = described["decimals"].astype("Int64").where(numeric)
        described["decimals_in_file"] = described["decimals"] + EXTRA_DECIMALS
        return described

    @cached_property
    def steps(self) -> pd.DataFrame | None:
        """`audit` as the files hold it: `area_id` first, numbers with `AUDIT_DECIMALS`, 1 where a value was imputed."""
        if self.audit is None:
            return None
        whole = self.audit.select_dtypes("bool").columns
        return self.audit.astype(dict.fromkeys(whole, "int64")).round(AUDIT_DECIMALS).reset_index(names="area_id")

    @cached_property
    def origins(self) -> pd.DataFrame:
        """Where the data come from: `sources` as texts, in the order of `SOURCE_COLUMNS`."""
        # A year column with a gap arrives as floats; convert_dtypes makes whole numbers of them before they are text.
        return self.sources[list(SOURCE_COLUMNS)].convert_dtypes().astype("str").reset_index(drop=True)


def attribution_of(sources: pd.DataFrame) -> str:
    """Attribution of every source with its licence, a sentence each, each once."""
    pairs = zip(sources["attribution"], sources["licence"], strict=True)
    return " ".join(dict.fromkeys(f"{attribution.rstrip('.')} ({licence})." for attribution, licence in pairs))


def _attributes(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(areas.drop(columns=areas.geometry.name)).reset_index(drop=True)


def _tidy(values: pd.Series, decimals: Any) -> pd.Series:
    if not is_numeric_dtype(values):
        return values.astype("str")
    if is_integer_dtype(values) and values.notna().all():
        return values.astype("int64")
    # Adding 0 turns a rounded -0.0 into 0.0.
    return pd.Series(values.to_numpy(float, na_value=np.nan).round(int(decimals)) + 0.0, index=values.index)


def _check_areas(areas: gpd.GeoDataFrame) -> None:
    if areas.empty:
        raise InputError("The shortlist is empty; add an area to it before you export it.")
    for required in REQUIRED:
        if required not in areas:
            raise InputError(f"The shortlist has no column {required}; give at least {', '.join(REQUIRED)}.")
    if areas.crs is None or areas.crs.to_string() != CRS:
        raise InputError(f"The shortlist is in {areas.crs and areas.crs.to_string()}, expected {CRS}; convert it.")
    if is_numeric_dtype(areas["area_id"]):
        raise InputError("The column area_id of the shortlist holds numbers; give text, which keeps leading zeros.")
    twice = areas.loc[areas["area_id"].duplicated(), "area_id"]
    if len(twice):
        raise InputError(f"Area {twice.iloc[0]} is on the shortlist twice; remove one.")
    if areas["order"].tolist() != list(range(1, len(areas) + 1)):
        raise InputError(f"The column order of the shortlist must count from 1 to {len(areas)}; number the rows again.")
    for name, values in _attributes(areas).items():
        if is_numeric_dtype(values):
            wrong, problem = np.isinf(values.to_numpy(float, na_value=np.nan)), "is infinite; give a number or none"
        else:
            wrong = (values.astype("str").str.len() > LONGEST_TEXT).to_numpy()
            problem = f"is longer than the {LONGEST_TEXT:,} characters that fit a cell; shorten it"
        if wrong.any():
            raise InputError(f"The value of {name} for area {areas['area_id'].to_numpy()[wrong][0]} {problem}.")


def _check_sources(sources: pd.DataFrame) -> None:
    lacking = [name for name in SOURCE_COLUMNS if name not in sources]
    if lacking:
        raise InputError(f"The sources of the shortlist lack the column {lacking[0]}; give it.")
    if sources.empty or sources[["attribution", "licence"]].isna().any(axis=None):
        raise InputError("The shortlist needs at least one source, and each its licence and attribution; add them.")


def _check_described(shortlist: Shortlist) -> None:
    described = {*shortlist.codebook["indicator"], *_OWN_COLUMNS["indicator"]}
    for name in _attributes(shortlist.areas):
        if name not in described:
            raise InputError(f"The column {name} of the shortlist is not described; add a row to its codebook.")
