"""The shortlist: chosen areas with their figures, what each column means, and where the data come from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pandas.api.types import is_integer_dtype, is_numeric_dtype

from geodata.errors import InputError
from geodata.i18n.message import tell_all
from geodata.names import suggest
from geodata.schema import CRS
from geodata.store import Territory
from pipelines.access.remoteness.degurba import CLASS
from pipelines.areas import ranking
from pipelines.areas.own import Joined
from pipelines.areas.shortlist_codebook import CODEBOOK_COLUMNS, EXTRA_DECIMALS, OWN_COLUMNS
from pipelines.areas.table import codebook_in_words
from pipelines.priority import classes, configuration, importance
from pipelines.priority.analysis import Analysis
from pipelines.priority.composite import dictionary

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
# Columns of the sources of a manifest that a list calls otherwise.
SOURCE_NAMES = {"id": "source_id", "licence_address": "licence_url"}


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
    importance
        Weight and influence of each indicator, see `pipelines.priority.importance.indicators`; None for no weighting.
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
    importance: pd.DataFrame | None = None
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
        known = pd.concat([self.codebook[CODEBOOK_COLUMNS], OWN_COLUMNS], ignore_index=True)
        known = known.drop_duplicates("indicator").set_index("indicator")
        # The name of a class is derived where its number is.
        known["agreement"] = known["agreement"].fillna({"degurba": known["agreement"].get(CLASS)})
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


def make(
    territory: Territory,
    area_ids: Sequence[str],
    *,
    view: ranking.View,
    asked: Analysis | None = None,
    notes: Mapping[str, str] | None = None,
    command: str | None = None,
) -> Shortlist:
    """Make a shortlist of areas, in the order given.

    Parameters
    ----------
    territory
        The built territory.
    area_ids
        Codes of the areas, in list order.
    view
        What the list was taken from, for the manifest.
    asked
        The analysis that says how sure each place is and why; None for the one of `ranking.ask`.
    notes
        The planner's words by area; None for a list without notes.
    command
        The command line that makes the same list; None for a list chosen by hand.

    Raises
    ------
    InputError
        An area is unknown, or the list is empty.
    """
    asked = asked or ranking.ask(territory)
    ids = list(area_ids)
    unknown = [area_id for area_id in ids if area_id not in asked.table.index]
    if unknown:
        raise InputError(
            f"There is no area {unknown[0]!r} in {territory.manifest['title']}; "
            f"{suggest(unknown[0], asked.table.index)}."
        )
    rows = asked.table.loc[ids]
    columns = pd.DataFrame(
        {
            "order": range(1, len(rows) + 1),
            "area_id": ids,
            "name": rows["name"],
            "nuts2_name": rows["nuts2_name"],
            "nuts3_name": rows["nuts3_name"],
            "degurba": rows["degurba_label"],
        }
    )
    columns = pd.concat([columns, asked.columns(ids), rows[list(territory.codebook.index)]], axis=1)
    if notes is not None:
        columns["note"] = [notes.get(area_id) for area_id in ids]
    shapes = territory.layer("areas").set_index("area_id").geometry.loc[ids]
    manifest = territory.manifest
    return Shortlist(
        areas=gpd.GeoDataFrame(columns.reset_index(drop=True), geometry=shapes.to_numpy(), crs=shapes.crs),
        codebook=codebook_in_words(territory.codebook).reset_index(drop=True),
        sources=pd.DataFrame(tell_all(manifest["sources"])).rename(columns=SOURCE_NAMES),
        manifest=facts(territory, ids, view, asked, command),
        title=f"Shortlist, {manifest['title']}",
        configuration=configuration.dump(asked.configuration),
        audit=asked.audit(ids),
        importance=importance.indicators(asked),
        own=territory.rows_in(ids) if isinstance(territory, Joined) else None,
        breaks=_breaks(asked.table, territory.codebook),
    )


def _breaks(table: pd.DataFrame, codebook: pd.DataFrame) -> dict[str, tuple[float, ...]]:
    """Bounds of the classes that the map shows of each indicator; those that are classes already have none."""
    known = dictionary()
    names = [name for name in codebook.index if name not in known or not known[name].classes]
    return {name: tuple(classes.quantile_breaks(table[name]).tolist()) for name in names}


def facts(
    territory: Territory, area_ids: list[str], view: ranking.View, asked: Analysis, command: str | None
) -> dict[str, Any]:
    """What the manifest of a list says: enough to repeat it and to see what it rests on."""
    manifest = territory.manifest
    chosen = (
        f"python -m pipelines export {territory.id} --areas {','.join(area_ids)} {asked.options()} -o shortlist.zip"
    )
    return {
        "territory": territory.id,
        "territory_version": territory.version,
        "view": asdict(view),
        "areas": area_ids,
        "priority": asked.facts(),
        "travel": tell_all(manifest["travel"]),
        "parameters": manifest["parameters"],
        "notes": tell_all(manifest["notes"]),
        "build_command": manifest["command"],
        "command": command or chosen,
        "versions": manifest["versions"],
    } | ({"own": manifest["own"]} if "own" in manifest else {})


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
    described = {*shortlist.codebook["indicator"], *OWN_COLUMNS["indicator"]}
    for name in _attributes(shortlist.areas):
        if name not in described:
            raise InputError(f"The column {name} of the shortlist is not described; add a row to its codebook.")
