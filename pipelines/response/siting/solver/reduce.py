"""Reductions that leave the best choice unchanged: places alike are one, candidates that do no more than another go."""

import numpy as np
from scipy import sparse

from pipelines.response.siting.solver.problem import Flags, Floats, Ints

# Beyond so many products the comparison of all candidates costs more than it saves.
MOST_PRODUCTS = 3e8


def groups(matrix: sparse.csr_array) -> Ints:
    """Number the rows so that those with the same columns share a number.

    Rows are compared by a sum of random numbers of 64 bits, one a column; that two unequal rows agree has a chance of
    one in 10¹⁹ a pair.
    """
    numbers = np.random.default_rng(1).integers(0, 2**63, size=matrix.shape[1], dtype=np.uint64)
    sums = np.zeros(matrix.shape[0], dtype=np.uint64)
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if len(filled):
        sums[filled] = np.add.reduceat(numbers[matrix.indices], matrix.indptr[filled])
    return np.asarray(np.unique(sums, return_inverse=True)[1])


def dominated(matrix: sparse.csr_array, cost: Floats, group: Ints) -> Flags:
    """Which columns are held by another of the same group that costs no more; of equal columns the first stays.

    Parameters
    ----------
    matrix
        Any values; a stored one counts.
    cost, group
        By column.
    """
    counts = np.diff(matrix.indptr).astype(np.float64)
    dominance = np.zeros(matrix.shape[1], dtype=bool)
    if not matrix.nnz or counts @ counts > MOST_PRODUCTS:
        return dominance
    pattern = sparse.csr_array((np.ones(matrix.nnz, dtype=np.int32), matrix.indices, matrix.indptr), shape=matrix.shape)
    shared = (pattern.T.tocsr() @ pattern).tocoo()
    size = np.bincount(matrix.indices, minlength=matrix.shape[1])
    a, b = shared.row, shared.col
    dominance_pairs = (a != b) & (shared.data == size[a]) & (cost[b] <= cost[a]) & (group[a] == group[b])
    same = (size[a] == size[b]) & (cost[a] == cost[b])
    dominance_pairs &= ~same | (b < a)
    dominance[a[dominance_pairs]] = True
    dominance |= size == 0
    return dominance
