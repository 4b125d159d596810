"""Need, resources and gap from indicators, with every step open to inspection.

The steps are those of OECD/JRC (2008), Handbook on Constructing Composite Indicators: denominators, imputation,
outliers, normalisation, weights, aggregation. gap = sqrt(need x (100 - resources)).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import indicators
from geodata.errors import InputError
from geodata.i18n import current, using
from geodata.i18n.message import Enumeration, Message, plural, tell
from geodata.indicators import Indicator, coverage_unknown
from geodata.names import suggest
from pipelines.priority.aggregate import Array, gap, mean
from pipelines.priority.configuration import UNKNOWN_COVERAGE, Configuration, Key, Term
from pipelines.priority.normalise import METHODS, scale
from pipelines.priority.outliers import Treatment, treatment
from pipelines.priority.shrinkage import shrink
from pipelines.priority.weights import base_weights, effective_weights, given_weights

Floats = npt.NDArray[np.float64]
LEVELS = ["index", "dimension", "indicator"]
UNTREATED = Treatment("none", -np.inf, np.inf)


@dataclass(frozen=True)
class Scores:
    """The indices of every area and the steps that lead to them.

    Attributes
    ----------
    configuration
        As asked, less what is in `silent`.
    frame
        Columns need, resources, gap (0-100), index area_id; NaN where not scorable. Resources are NaN everywhere when
        the configuration has none.
    silent
        Indicators that part no areas, or repeat another one, and so do not count; see `informative`.
    lacks
        Which indicators an area lacks that has no gap for it, columns indicator, index area_id; only these areas.
    figures
        Indicators after denominators, as they are published, imputed where they are missing; columns (index,
        dimension, indicator), and so are the next four.
    values
        The same, with shares of small places pulled towards those of their region: what the index is made of.
    imputed
        True where a value was imputed.
    treatments
        What was done about outliers, by column.
    normalised
        0-100, where more always raises the index.
    dimensions
        0-100, columns (index, dimension).
    weights
        Effective weight of each indicator in its index, by column; they sum to 1 in each index.
    """

    configuration: Configuration
    frame: pd.DataFrame
    lacks: pd.DataFrame
    figures: pd.DataFrame
    values: pd.DataFrame
    imputed: pd.DataFrame
    treatments: dict[Key, Treatment]
    normalised: pd.DataFrame
    dimensions: pd.DataFrame
    weights: pd.Series
    silent: dict[Key, str] = field(default_factory=dict)
    _told: dict[str, pd.Series] = field(default_factory=dict, repr=False)

    @property
    def not_scorable(self) -> pd.Series:
        """Why an area has no gap, one sentence in the language in use, index area_id; only these areas."""
        spoken = current()
        if spoken not in self._told:
            titles = np.array([_title(str(indicator)) for indicator in self.lacks.columns], dtype=object)
            sentences = [_lacking(list(titles[row])) for row in self.lacks.to_numpy()]
            self._told[spoken] = pd.Series(sentences, index=self.lacks.index, name="reason", dtype=object)
        return self._told[spoken]

    def audit(self) -> pd.DataFrame:
        """One flat table of all steps, index area_id, with columns such as `need|Age|share_65_plus|normalised`."""
        parts: dict[str, pd.Series] = {}
        for key in self.normalised.columns:
            name = "|".join(key)
            parts[f"{name}|value"] = self.values[key]
            if not self.values[key].equals(self.figures[key]):
                parts[f"{name}|figure"] = self.figures[key]
            parts[f"{name}|imputed"] = self.imputed[key]
            parts[f"{name}|normalised"] = self.normalised[key]
            parts[f"{name}|weight"] = pd.Series(self.weights[key], index=self.frame.index)
        for pair in self.dimensions.columns:
            parts["|".join(pair)] = self.dimensions[pair]
        return pd.DataFrame(parts).join(self.frame)


def score(
    values: pd.DataFrame,
    configuration: Configuration,
    *,
    regions: pd.Series | None = None,
    neighbours: pd.DataFrame | None = None,
) -> Scores:
    """Compute need, resources and gap.

    Parameters
    ----------
    values
        One float column per indicator, NaN where missing; index area_id.
    configuration
        What the indices are made of.
    regions
        Region of each area, index area_id: what shares of small places are pulled towards (None: the territory), and
        what imputation by region needs.
    neighbours
        Columns `area`, `neighbour`: each pair of areas that touch, in both directions, once; only for imputation by
        neighbours. Areas that are not in `values` do not count.

    Raises
    ------
    InputError
        An indicator of the configuration is not in `values`, holds an infinite number or counts a list of examples, an
        area_id is there twice, or regions or neighbours are needed and not given.
    """
    observed = observe(values, configuration, regions=regions)
    configuration, silent = informative(observed, configuration)
    observed = observed[[key for key, _, _ in configuration.terms()]]
    scorable, lacks = _scorable(observed, configuration)
    filled = impute(observed, configuration.steps.impute, regions=regions, neighbours=neighbours)
    treatments = treat(filled, configuration, configuration.steps.outliers)
    normalised = normalise(filled, treatments, configuration, configuration.steps.normalise)
    weights = base_weights(normalised, configuration)
    columns: dict[Key, Array] = {key: normalised[key].to_numpy() for key, _, _ in configuration.terms()}
    dimensions, indices = combine(columns, weights, configuration, across=configuration.steps.across)
    indices = {index: np.where(scorable[index], found, np.nan) for index, found in indices.items()}
    need, resources = indices["need"], indices.get("resources")
    frame = pd.DataFrame(
        {
            "need": need,
            "resources": np.nan if resources is None else resources,
            "gap": gap(need, resources, method=configuration.steps.gap),
        },
        index=values.index,
    )
    return Scores(
        configuration=configuration,
        frame=frame,
        lacks=lacks,
        figures=divide(values, configuration).fillna(filled),
        values=filled,
        imputed=filled.notna() & observed.isna(),
        treatments=treatments,
        normalised=normalised,
        dimensions=pd.DataFrame(dimensions, index=values.index).rename_axis(columns=LEVELS[:2]),
        weights=pd.Series(effective_weights(weights, configuration), name="weight").rename_axis(LEVELS),
        silent=silent,
    )


def observe(values: pd.DataFrame, configuration: Configuration, *, regions: pd.Series | None = None) -> pd.DataFrame:
    """Pick the indicators, divide by denominators and shrink shares; columns (index, dimension, indicator).

    A denominator of 0 gives NaN.

    Raises
    ------
    InputError
        As `score`.
    """
    figures = divide(values, configuration)
    return pd.DataFrame(
        {
            key: estimated(figures[key].to_numpy(), values, term, configuration, regions)
            for key, _, term in configuration.terms()
        },
        index=values.index,
    ).rename_axis(columns=LEVELS)


def divide(values: pd.DataFrame, configuration: Configuration) -> pd.DataFrame:
    """Pick the indicators of a configuration and divide by denominators, as `observe` before it shrinks shares."""
    if not values.index.is_unique:
        twice = values.index[values.index.duplicated()][0]
        raise InputError(f"Area {twice} is there more than once in the indicators; keep one row for each area.")
    columns: dict[Key, Floats] = {}
    for key, _, term in configuration.terms():
        if coverage_unknown(term.indicator):
            raise InputError(f"{UNKNOWN_COVERAGE.format(indicator=term.indicator)}.")
        column = _column(values, term.indicator, configuration)
        if term.per is not None:
            below = _column(values, term.per, configuration)
            column = np.divide(column, below, out=np.full(len(column), np.nan), where=below != 0)
        columns[key] = column
    return pd.DataFrame(columns, index=values.index).rename_axis(columns=LEVELS)


def estimated(
    x: Floats, values: pd.DataFrame, term: Term, configuration: Configuration, regions: pd.Series | None
) -> Floats:
    """Shrink the figures of an indicator towards those of the region, shape (areas,), where it says so."""
    return x if term.shrink is None else _shrunk(values, x, term.shrink, configuration, regions)[0]


def errors_of_small_numbers(
    values: pd.DataFrame, configuration: Configuration, *, regions: pd.Series | None = None
) -> dict[Key, Floats]:
    """Standard deviation of each share that is shrunk, each of shape (areas,), see `shrinkage.py`."""
    figures = divide(values, configuration)
    return {
        key: _shrunk(values, figures[key].to_numpy(), term.shrink, configuration, regions)[1]
        for key, _, term in configuration.terms()
        if term.shrink is not None
    }


def _shrunk(
    values: pd.DataFrame, share: Floats, people: str, configuration: Configuration, regions: pd.Series | None
) -> tuple[Floats, Floats]:
    around = None if regions is None else regions.reindex(values.index)
    return shrink(share, _column(values, people, configuration), around)


def informative(observed: pd.DataFrame, configuration: Configuration) -> tuple[Configuration, dict[Key, str]]:
    """Leave out indicators that say nothing, so that they move no rank: what is equal everywhere, and what repeats.

    An indicator repeats another of its index when it has the same value in every area. The last indicator of an index
    stays.

    Returns
    -------
    tuple
        The configuration without them, and of each of them the indicator that it repeats, or an empty text where it is
        equal everywhere.
    """
    silent: dict[Key, str] = {}
    seen: dict[tuple[str, bytes, int], str] = {}
    for key, _, term in tuple(configuration.terms()):
        x = observed[key].to_numpy()
        known = x[~np.isnan(x)]
        # One number for NaN and for zero, whatever their bits.
        content = (key[0], (np.where(np.isnan(x), np.nan, x) + 0.0).tobytes(), term.sign)
        if not len(known) or known.min() < known.max():
            if content not in seen:
                seen[content] = term.indicator
                continue
            repeats = seen[content]
        else:
            repeats = ""
        shorter = configuration.without(key)
        if shorter is not None and shorter.indices.keys() == configuration.indices.keys():
            configuration, silent[key] = shorter, repeats
    return configuration, silent


def _column(values: pd.DataFrame, indicator: str, configuration: Configuration) -> Floats:
    if indicator not in values.columns:
        raise InputError(
            f"Index configuration {configuration.name} needs the indicator {indicator!r}, which this territory does "
            f"not have; {suggest(indicator, (str(column) for column in values.columns))}."
        )
    column = values[indicator].to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(column).any():
        where = values.index[np.isinf(column)][0]
        raise InputError(f"Indicator {indicator} of area {where} is infinite; give a number, or leave it empty.")
    return column


def _scorable(
    observed: pd.DataFrame, configuration: Configuration
) -> tuple[dict[str, npt.NDArray[np.bool_]], pd.DataFrame]:
    """Which areas have enough data for each index, and what those lack that have not."""
    weights = effective_weights(given_weights(configuration), configuration)
    scorable: dict[str, npt.NDArray[np.bool_]] = {}
    lacks = pd.DataFrame(False, index=observed.index, columns=list(dict.fromkeys(key[2] for key in weights)))
    for index in configuration.indices:
        counted = [key for key, weight in weights.items() if key[0] == index and weight > 0]
        share = sum(observed[key].notna().to_numpy() * weights[key] for key in counted)
        # Shares are sums of fractions: a last digit must not make an area unscorable.
        scorable[index] = np.asarray(share >= configuration.steps.availability - 1e-9)
        for key in counted:
            lacks[key[2]] |= observed[key].isna() & ~scorable[index]
    return scorable, lacks[lacks.any(axis=1)]


def dictionary() -> dict[str, Indicator]:
    """Every indicator of the dictionary, for all categories of service, in the language in use."""
    return _dictionary(current())


@cache
def _dictionary(language: str) -> dict[str, Indicator]:
    with using(language):
        return indicators.dictionary(tuple(indicators.categories()))


def _title(indicator: str) -> str:
    known = dictionary()
    return known[indicator].title if indicator in known else indicator


def _lacking(titles: list[str]) -> str:
    more = len(titles) - 3
    rest = plural("{count} more indicator", "{count} more indicators", more)
    shown = titles if more <= 1 else [*titles[:3], rest]
    return tell(Message("No data for {indicators}.", indicators=Enumeration(tuple(shown))))


def impute(
    observed: pd.DataFrame,
    method: str,
    *,
    regions: pd.Series | None = None,
    neighbours: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Fill missing values by the mean of the `neighbours`, the median of the `region` or `territory`, or not: `none`.

    Mean and median are the unconditional imputation of OECD/JRC (2008), step 3. That of neighbours is the spatial lag,
    row-standardised contiguity weights (Anselin 1988, Spatial Econometrics), over those that have a value of their own;
    where none has, the value stays missing. A region in which no area has a value takes the median of the territory.

    Raises
    ------
    InputError
        The method is region or neighbours and these are not given.
    """
    if method == "none":
        return observed
    if method == "neighbours":
        if neighbours is None:
            raise InputError("Imputation by neighbours needs the areas that touch; give them, or impute by territory.")
        return observed.fillna(_around(observed, neighbours))
    filled = observed
    if method == "region":
        if regions is None:
            raise InputError("Imputation by region needs the region of each area; give it, or impute by territory.")
        medians = observed.groupby(regions.reindex(observed.index)).transform("median")
        filled = observed.fillna(medians)
    return filled.fillna(observed.median())


def _around(observed: pd.DataFrame, neighbours: pd.DataFrame) -> pd.DataFrame:
    """Mean of the known values of the neighbours of each area that lacks any, NaN where none has one."""
    lacking = observed.index[observed.isna().any(axis=1)]
    # In one order, so that sums have the same last digit.
    pairs = neighbours[neighbours["area"].isin(lacking)].sort_values(["area", "neighbour"])
    return observed.reindex(pairs["neighbour"]).groupby(pairs["area"].to_numpy()).mean()


def treat(values: pd.DataFrame, configuration: Configuration, method: str) -> dict[Key, Treatment]:
    """Choose the treatment of outliers of each column: `treat`, or `none`."""
    return {
        key: treatment(values[key].to_numpy()) if method == "treat" else UNTREATED
        for key, _, _ in configuration.terms()
    }


def normalise(
    values: pd.DataFrame, treatments: dict[Key, Treatment], configuration: Configuration, method: str
) -> pd.DataFrame:
    """Bring each column to 0-100, where more raises the index; an indicator's own method goes before `method`."""
    columns: dict[Key, Floats] = {
        key: normalise_term(values[key].to_numpy(), treatments[key], term, method)
        for key, _, term in configuration.terms()
    }
    return pd.DataFrame(columns, index=values.index).rename_axis(columns=LEVELS)


def normalise_term(x: Floats, treatment: Treatment, term: Term, method: str) -> Floats:
    """Treat, turn to the sign and normalise one indicator, shape (n,)."""
    if term.goalposts is not None:
        # Goalposts already bound the scale, and a treatment would move it away from them.
        low, high = term.goalposts
        found = scale(x, low=low, high=high)
        return found if term.sign > 0 else 100 - found
    return METHODS[term.normalise or method](term.sign * treatment.apply(x))


def combine(
    columns: Mapping[Key, Array], weights: Floats, configuration: Configuration, *, across: float
) -> tuple[dict[tuple[str, str], Array], dict[str, Array]]:
    """Dimensions by (index, dimension) and indices from normalised indicators, all of the shape of a column.

    `weights` are in the order of `given_weights`; `across` is the power of the mean over dimensions.
    """
    inside = iter(weights)
    terms = {key: next(inside) for key, _, _ in configuration.terms()}
    dimensions: dict[tuple[str, str], Array] = {}
    indices: dict[str, Array] = {}
    for index, parts in configuration.indices.items():
        for part in parts:
            keys = [(index, part.name, term.indicator) for term in part.terms]
            shares = [terms[key] for key in keys]
            dimensions[index, part.name] = mean(
                [columns[key] for key in keys], shares, power=configuration.steps.within
            )
        scores = [dimensions[index, part.name] for part in parts]
        indices[index] = mean(scores, [next(inside) for _ in parts], power=across)
    return dimensions, indices
