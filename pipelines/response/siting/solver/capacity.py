"""Sites that can serve only so many people: exact, with the people of a place divided among sites where need be.

    maximise sum of b_ij x_ij / people_i   subject to   sum over j of x_ij <= people_i,
    sum over i of x_ij <= capacity_j y_j,   x_ij <= people_i y_j,   and the rules for y

with x_ij the people of place i whom site j serves and b_ij as in `benefit`; existing sites are open and have their
capacity too (Current and Storbeck 1988, Environment and Planning B 15, 153-163).
"""

import numpy as np
from scipy import sparse

from pipelines.response.siting.solver import highs
from pipelines.response.siting.solver.exact import Proven
from pipelines.response.siting.solver.exchange import Choice
from pipelines.response.siting.solver.problem import Problem


def prove(
    given: Problem, choice: Choice, *, covering: bool, limit: float, seconds: float
) -> tuple[Proven, sparse.csr_array]:
    """Find the best sites with capacities.

    Parameters
    ----------
    given, choice
        The problem, and the rules in terms of the new candidates.
    covering
        Count the people served within the limit (MCLP); else the person-minutes that sites save below the limit.
    limit
        Minutes.
    seconds
        Time limit.

    Returns
    -------
    tuple
        The choice, whose value counts what existing sites do too; and who is served where, people by place and
        candidate.
    """
    pairs = given.minutes.tocoo()
    worth = np.where(covering, (pairs.data <= limit).astype(np.float64), np.maximum(limit - pairs.data, 0))
    kept = (worth > 0) & (given.people[pairs.row] > 0)
    row, column, worth = pairs.row[kept], pairs.col[kept], worth[kept]
    served, count = len(row), len(given.candidates)
    people, free, each = given.people[row], given.free, np.arange(served)
    capacity = np.minimum(given.capacity, given.people.sum())
    # People by pair, then open or not by candidate; the pairs in people, so that all coefficients are near 1.
    blocks = [
        sparse.coo_array((np.ones(served), (row, each)), shape=(len(given.people), served + count)),
        sparse.coo_array(
            (np.append(np.ones(served), -capacity), (np.append(column, np.arange(count)), np.arange(served + count))),
            shape=(count, served + count),
        ),
        sparse.coo_array(
            (np.append(np.ones(served), -people), (np.tile(each, 2), np.append(each, served + column))),
            shape=(served, served + count),
        ),
    ]
    rules = np.zeros((2 + len(choice.minimum), count))
    rules[0, free], rules[1, free] = 1, choice.cost
    for region in range(len(choice.minimum)):
        rules[2 + region, free] = choice.region == region
    blocks.append(sparse.hstack([sparse.coo_array((len(rules), served)), sparse.coo_array(rules)]))
    matrix = sparse.vstack(blocks).tocsr()
    unlimited = np.full(len(given.people) + count + served, -np.inf)
    solved = highs.minimise(
        np.append(-worth, np.zeros(count)),
        matrix,
        np.concatenate([unlimited, [-np.inf, -np.inf], choice.minimum.astype(float)]),
        np.concatenate(
            [
                given.people,
                np.zeros(count + served),
                [choice.sites, choice.budget],
                np.full(len(choice.minimum), np.inf),
            ]
        ),
        top=np.append(people, np.ones(count)),
        whole=np.append(np.zeros(served, dtype=bool), ~given.existing),
        least=np.append(np.zeros(served), given.existing.astype(float)),
        seconds=seconds,
    )
    if solved.values is None:
        nothing = sparse.csr_array((len(given.people), count))
        return Proven(np.empty(0, dtype=np.int64), 0.0, -solved.bound), nothing
    chosen = np.flatnonzero(solved.values[served:][free] > 0.5)
    shares = sparse.coo_array((solved.values[:served], (row, column)), shape=given.minutes.shape).tocsr()
    return Proven(chosen, -solved.objective, max(-solved.bound, -solved.objective)), shares
