"""Floating catchment areas: how much supply there is for each person, when all who reach it share it.

Every measure takes the table of pairs, the people by origin (`demand`) and the capacity by destination (`supply`),
and returns a Series with the index of `demand`. Written with W, the weights of the pairs (origins x destinations, from
a decay of the minutes), P people and S capacities:

====================  =================================  ==================================
measure               demand at a destination            access of an origin
====================  =================================  ==================================
2SFCA, E2SFCA         D = Wᵀ P                           A = W (S / D)
3SFCA                 D = (G ∘ W)ᵀ P, G = W / row sums   A = (G ∘ W) (S / D)
balanced              D = (W / row sums)ᵀ P              A = (W / column sums) (S / D)
====================  =================================  ==================================

An origin with no supply in reach scores 0. So does a destination that no people reach: it serves nobody.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from geodata.errors import InputError
from pipelines.access.decay import E2SFCA, THREE_STEP, Decay, above_zero, binary
from pipelines.access.pairs import capacity_at, cost_matrix, people_at

Floats = npt.NDArray[np.float64]


def two_step(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, *, minutes: float = 30, counts: bool = False
) -> pd.Series:
    """Two-step floating catchment area (2SFCA): capacity a person, within one limit.

    Luo and Wang (2003), Environment and Planning B 30, 865-884. Step 1: the ratio of a destination is its capacity /
    people within the limit. Step 2: access is the sum of the ratios within the limit.

    Parameters
    ----------
    pairs
        Columns `origin`, `destination` (positions in `demand` and `supply`), `minutes`.
    demand
        People, by origin.
    supply
        Capacity, by destination.
    minutes
        The limit; equal to it is within.
    counts
        Let every destination count 1, for supply whose capacity is unknown.

    Returns
    -------
    Series
        Capacity a person (destinations a person with `counts`), index as `demand`, name `two_step`.

    Raises
    ------
    InputError
        Pairs, people or capacities cannot be used; see `cost_matrix`, `people_at` and `capacity_at`.
    """
    above_zero("limit", minutes)
    weights = cost_matrix(pairs, demand.index, supply.index)
    # As `binary` would, in place: millions of pairs would wait for memory.
    np.less_equal(weights.data, minutes, out=weights.data)
    return _access(weights, weights, demand, supply, counts).rename("two_step")


def enhanced_two_step(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, *, decay: Decay = E2SFCA, counts: bool = False
) -> pd.Series:
    """Enhanced two-step floating catchment area (E2SFCA): as 2SFCA, with less pull from farther away.

    Luo and Qi (2009), Health & Place 15, 1100-1107: the same weights in both steps.

    Parameters
    ----------
    pairs, demand, supply, counts
        As in `two_step`.
    decay
        Weights from minutes.

    Returns
    -------
    Series
        Weighted capacity a person, index as `demand`, name `enhanced_two_step`.

    Raises
    ------
    InputError
        As in `two_step`, or the decay gives a weight that is negative, infinite or missing.
    """
    weights = _weights(pairs, demand, supply, decay)
    return _access(weights, weights, demand, supply, counts).rename("enhanced_two_step")


def three_step(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, *, decay: Decay = THREE_STEP, counts: bool = False
) -> pd.Series:
    """Three-step floating catchment area (3SFCA): a person asks less of each destination when there are several.

    Wan, Zou and Sternberg (2012), International Journal of Geographical Information Science 26, 1073-1089. The
    selection weight of a destination is its weight / the weights of all destinations of the origin; it multiplies the
    weight in both steps.

    Parameters
    ----------
    pairs, demand, supply, decay, counts
        As in `enhanced_two_step`.

    Returns
    -------
    Series
        Weighted capacity a person, index as `demand`, name `three_step`.

    Raises
    ------
    InputError
        As in `enhanced_two_step`.
    """
    weights = _weights(pairs, demand, supply, decay)
    chosen = _by_row(weights)
    chosen.data *= weights.data
    return _access(chosen, chosen, demand, supply, counts).rename("three_step")


def balanced(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, *, decay: Decay, counts: bool = False
) -> pd.Series:
    """Balanced floating catchment area: nobody is counted twice, and no capacity is handed out twice.

    Paez, Higgins and Vivona (2019), PLoS ONE 14, e0218773. Weights that add up to 1 for each origin spread the people;
    weights that add up to 1 for each destination spread its ratio.

    Parameters
    ----------
    pairs, demand, supply, decay, counts
        As in `enhanced_two_step`; the method prescribes no decay.

    Returns
    -------
    Series
        Share of the ratios of the destinations in reach, index as `demand`, name `balanced`. The values of all
        origins add up to the ratios of all destinations: a level of its own, not that of 2SFCA.

    Raises
    ------
    InputError
        As in `enhanced_two_step`.
    """
    weights = _weights(pairs, demand, supply, decay)
    return _access(_by_row(weights), _by_column(weights), demand, supply, counts).rename("balanced")


def transport_performance(
    pairs: pd.DataFrame, nearby: pd.DataFrame, people: pd.Series, *, minutes: float = 90, km: float = 120
) -> pd.Series:
    """Transport performance: people reached within a time, per 100 people within a distance.

    Dijkstra, Poelman and Ackermans (2019), Road transport performance in Europe, European Commission WP 01/2019.

    Parameters
    ----------
    pairs
        Travel between places: columns `origin`, `destination` (positions in `people`), `minutes`. A place reaches
        itself, so its pair with itself belongs in both tables.
    nearby
        Straight lines between places: columns `origin`, `destination`, `km`.
    people
        People, by place.
    minutes, km
        The limits; equal to one is within.

    Returns
    -------
    Series
        People reached for each 100 people nearby, index as `people`, name `transport_performance`; NaN where nobody
        lives within the distance, since there is nothing to compare with.

    Raises
    ------
    InputError
        Pairs or people cannot be used; see `cost_matrix` and `people_at`.
    """
    living = people_at(people)
    reached = cost_matrix(pairs, people.index, people.index)
    reached.data = binary(minutes)(reached.data)
    around = cost_matrix(nearby, people.index, people.index, cost="km")
    around.data = binary(km)(around.data)
    share = _divide(100 * (reached @ living), around @ living, otherwise=np.nan)
    return pd.Series(share, index=people.index, name="transport_performance")


def _weights(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, decay: Decay) -> sparse.csr_array:
    """Weights of the pairs, shape (origins, destinations)."""
    weights = cost_matrix(pairs, demand.index, supply.index)
    weights.data = decay(weights.data)
    if weights.nnz and not (weights.data.min() >= 0 and weights.data.max() < np.inf):
        raise InputError("The decay gives weights that are negative, infinite or missing, expected 0 or more.")
    return weights


def _access(
    asking: sparse.csr_array, giving: sparse.csr_array, demand: pd.Series, supply: pd.Series, counts: bool
) -> pd.Series:
    """Step 1, people ask with some weights; step 2, destinations give with some weights."""
    asked = asking.T @ people_at(demand)
    ratio = _divide(capacity_at(supply, counts=counts), asked)
    return pd.Series(giving @ ratio, index=demand.index)


def _by_row(weights: sparse.csr_array) -> sparse.csr_array:
    """Weights that add up to 1 for each origin."""
    sums = np.repeat(weights.sum(axis=1), np.diff(weights.indptr))
    return sparse.csr_array((_divide(weights.data, sums), weights.indices, weights.indptr), shape=weights.shape)


def _by_column(weights: sparse.csr_array) -> sparse.csr_array:
    """Weights that add up to 1 for each destination."""
    sums = weights.sum(axis=0)[weights.indices]
    return sparse.csr_array((_divide(weights.data, sums), weights.indices, weights.indptr), shape=weights.shape)


def _divide(above: Floats, below: Floats, *, otherwise: float = 0) -> Floats:
    """Divide, with a value of its own where there is nothing to divide by."""
    return np.divide(above, below, out=np.full(len(above), otherwise, dtype=np.float64), where=below > 0)
