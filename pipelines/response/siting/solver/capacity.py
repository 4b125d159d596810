"""Sites that can serve only so many people: exact, with the people of a place divided among sites where need be.

    maximise sum of b_ij x_ij / people_i   subject to   sum over j of x_ij <= people_i,
    sum over i of x_ij <= capacity_j y_j,   x_ij <= people_i y_j,   and the rules for y

with x_ij the people of place i whom site j serves and b_ij as in `benefit`; existing sites are open and have their
capacity too (Current and Storbeck 1988, Environment and Planning B 15, 153-163).
"""

import numpy as np
from scipy import sparse

from pipelines.response.siting.solver import highs
from pipelines.response.siting.solver.exact import Proof
from pipelines.response.siting.solver.exchange import Choice
from pipelines.response.siting.solver.problem import Problem


def prove(
    problem: Problem, choice: Choice, *, covering: bool, limit: float, seconds: float
) -> tuple[Proof, sparse.csr_array]:
    """Find the best sites with capacities.

    Parameters
    ----------
    problem, choice
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
    pairs = problem.minutes.tocoo()
    worth = np.where(covering, (pairs.data <= limit).astype(np.float64), np.maximum(limit - pairs.data, 0))
    useful = (worth > 0) & (problem.people[pairs.row] > 0)
    row, column, worth = pairs.row[useful], pairs.col[useful], worth[useful]
    flows, count = len(row), len(problem.candidates)
    people, free, each = problem.people[row], problem.free, np.arange(flows)
    capacity = np.minimum(problem.capacity, problem.people.sum())
    # People by pair, then open or not by candidate; the pairs in people, so that all coefficients are near 1.
    blocks = [
        sparse.coo_array((np.ones(flows), (row, each)), shape=(len(problem.people), flows + count)),
        sparse.coo_array(
            (np.append(np.ones(flows), -capacity), (np.append(column, np.arange(count)), np.arange(flows + count))),
            shape=(count, flows + count),
        ),
        sparse.coo_array(
            (np.append(np.ones(flows), -people), (np.tile(each, 2), np.append(each, flows + column))),
            shape=(flows, flows + count),
        ),
    ]
    rules = np.zeros((2 + len(choice.minimum), count))
    rules[0, free], rules[1, free] = 1, choice.cost
    for region in range(len(choice.minimum)):
        rules[2 + region, free] = choice.region == region
    blocks.append(sparse.hstack([sparse.coo_array((len(rules), flows)), sparse.coo_array(rules)]))
    matrix = sparse.vstack(blocks).tocsr()
    unlimited = np.full(len(problem.people) + count + flows, -np.inf)
    solution = highs.minimise(
        np.append(-worth, np.zeros(count)),
        matrix,
        np.concatenate([unlimited, [-np.inf, -np.inf], choice.minimum.astype(float)]),
        np.concatenate(
            [
                problem.people,
                np.zeros(count + flows),
                [choice.sites, choice.budget],
                np.full(len(choice.minimum), np.inf),
            ]
        ),
        top=np.append(people, np.ones(count)),
        whole=np.append(np.zeros(flows, dtype=bool), ~problem.existing),
        least=np.append(np.zeros(flows), problem.existing.astype(float)),
        seconds=seconds,
    )
    if solution.values is None:
        nothing = sparse.csr_array((len(problem.people), count))
        return Proof(np.empty(0, dtype=np.int64), 0.0, -solution.bound), nothing
    selection = np.flatnonzero(solution.values[flows:][free] > 0.5)
    shares = sparse.coo_array((solution.values[:flows], (row, column)), shape=problem.minutes.shape).tocsr()
    return Proof(selection, -solution.objective, max(-solution.bound, -solution.objective)), shares
