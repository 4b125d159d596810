"""How much each indicator counts (OECD/JRC 2008, step 6)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.priority.configuration import Configuration, Key

Floats = npt.NDArray[np.float64]


def given_weights(configuration: Configuration) -> Floats:
    """Weights of the file in its order: of each indicator in its dimension, then of each dimension in its index."""
    terms = [term.weight for _, _, term in configuration.terms()]
    return np.array(terms + [part.weight for parts in configuration.indices.values() for part in parts])


def base_weights(normalised: pd.DataFrame, configuration: Configuration) -> Floats:
    """Weights as `given_weights`; those of indicators times their principal component loads where the steps say so."""
    weights = given_weights(configuration)
    if configuration.steps.weights == "given":
        return weights
    start = 0
    for index, parts in configuration.indices.items():
        for part in parts:
            here = slice(start, start + len(part.terms))
            keys = [(index, part.name, term.indicator) for term in part.terms]
            products = weights[here] * pca(normalised[keys].to_numpy())
            # Constant indicators load on nothing; when only these are given a weight, the given weights stand.
            if products.sum() > 0:
                weights[here] = products
            start += len(part.terms)
    return weights


def effective_weights(weights: Floats, configuration: Configuration) -> dict[Key, float]:
    """Weight of each indicator in its index, from weights as `given_weights`; they sum to 1 in each index."""
    inside = iter(weights)
    terms = {key: float(next(inside)) for key, _, _ in configuration.terms()}
    found: dict[Key, float] = {}
    for index, parts in configuration.indices.items():
        shares = np.array([next(inside) for _ in parts])
        for part, share in zip(parts, shares / shares.sum(), strict=True):
            keys = [(index, part.name, term.indicator) for term in part.terms]
            total = sum(terms[key] for key in keys)
            found |= {key: float(share * terms[key] / total) for key in keys}
    return found


def pca(normalised: Floats) -> Floats:
    """Weights from the first principal component of the correlation matrix: the squared loadings, which sum to 1.

    A squared loading is the share of the component that an indicator explains (Nicoletti, Scarpetta and Boylaud 2000,
    as in the handbook), so indicators that move together count more. They say what varies, not what matters.

    Parameters
    ----------
    normalised
        Shape (n areas, m indicators); areas with a missing value are left out. A constant indicator gets 0, and all
        get the same when no two vary together.
    """
    complete = normalised[~np.isnan(normalised).any(axis=1)]
    m = normalised.shape[1]
    varies = np.ptp(complete, axis=0) > 0 if len(complete) else np.zeros(m, dtype=bool)
    if varies.sum() < 2:
        return np.full(m, 1 / m)
    _, vectors = np.linalg.eigh(np.corrcoef(complete[:, varies], rowvar=False))
    found = np.zeros(m)
    found[varies] = vectors[:, -1] ** 2
    return found


def influence(normalised: pd.DataFrame, frame: pd.DataFrame) -> pd.Series:
    """Correlation of each indicator, turned to its sign, with its index: what it really counts, beside its weight.

    Equal weights seldom give equal influence. The square is the measure of Paruolo, Saisana and Saltelli (2013, Journal
    of the Royal Statistical Society A 176, 609-634) with a straight line as regression. Below 0 an indicator is
    outvoted: areas that it puts first come late.

    Parameters
    ----------
    normalised
        Columns (index, dimension, indicator), as in `Scores`.
    frame
        Columns need and resources.

    Returns
    -------
    Series
        -1 to 1, index (index, dimension, indicator); NaN where the indicator or the index does not vary.
    """
    found = {}
    for key in normalised.columns:
        pair = pd.concat([normalised[key], frame[key[0]]], axis=1).dropna().to_numpy()
        varies = len(pair) > 2 and (np.ptp(pair, axis=0) > 0).all()
        found[key] = np.corrcoef(pair, rowvar=False)[0, 1] if varies else np.nan
    return pd.Series(found, name="influence").rename_axis(normalised.columns.names)
