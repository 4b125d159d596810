"""How much each indicator counts (OECD/JRC 2008, step 6)."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


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


def influence(normalised: Floats, score: Floats) -> Floats:
    """Squared correlation of each indicator, shape (n, m), with the score, shape (n,): what it really counts.

    Equal weights seldom give equal influence (Paruolo, Saisana and Saltelli 2013, Journal of the Royal Statistical
    Society A 176, 609-634; this is their measure with a straight line as regression). NaN for a constant indicator.
    """
    found = np.full(normalised.shape[1], np.nan)
    for column, values in enumerate(normalised.T):
        known = ~np.isnan(values) & ~np.isnan(score)
        if known.sum() > 2 and np.ptp(values[known]) > 0 and np.ptp(score[known]) > 0:
            found[column] = np.corrcoef(values[known], score[known])[0, 1] ** 2
    return found
