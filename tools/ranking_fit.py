"""Fits the weights of a sum to judged queries: which weights put the right places first?

The loss is that of a softmax over the candidates of each query: the negative logarithm of the
share that the right ones take. It is lowered by Newton's method with numpy alone; as the second
derivative only the candidates' spread is taken, which is never negative, so each step goes down.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
N_STEPS = 25
PULL = 10.0  # towards 0, in standard deviations; more makes the weights duller and surer


@dataclass(frozen=True, slots=True)
class Judged:
    """One query with its candidates.

    Attributes:
        kind: Kind of the query ("title", "topic", ...).
        question: Names the question; the same question in other words has the same.
        answer: Names its right answer.
        entries: Number of each candidate entry.
        places: Number of each candidate's place; several entries may share one.
        features: One row a candidate, one column a feature.
        is_right: Which candidates are right answers.
    """

    kind: str
    question: str
    answer: str
    entries: NDArray[np.int32]
    places: NDArray[np.int32]
    features: NDArray[np.float32]
    is_right: NDArray[np.bool_]


def fit(judged: Sequence[Judged], columns: Sequence[int]) -> FloatArray:
    """Give the weights of the columns. Every kind of query counts by the root of its number."""
    usable = [one for one in judged if one.is_right.any()]
    kinds = [one.kind for one in usable]
    trust = np.array([1 / np.sqrt(kinds.count(kind)) for kind in kinds])
    trust /= trust.mean()
    raw = np.concatenate([one.features[:, columns] for one in usable]).astype(np.float64)
    spread = raw.std(axis=0) + 1e-6
    scaled = (raw - raw.mean(axis=0)) / spread
    right = np.concatenate([one.is_right for one in usable])
    lengths = np.array([len(one.is_right) for one in usable])
    weights = np.zeros(len(columns))
    for _ in range(N_STEPS):
        gradient, curvature = _derivatives(scaled, right, lengths, trust, weights)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-3:
            break
    unscaled: FloatArray = weights / spread
    return unscaled


def _derivatives(
    scaled: FloatArray,
    right: NDArray[np.bool_],
    lengths: NDArray[np.int64],
    trust: FloatArray,
    weights: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    scores = scaled @ weights
    likely = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), lengths))
    of_right = np.where(right, likely, 0.0)
    share = likely / np.repeat(np.add.reduceat(likely, starts), lengths)
    total = np.maximum(np.add.reduceat(of_right, starts), 1e-12)
    share_of_right = of_right / np.repeat(total, lengths)
    each = np.repeat(trust, lengths)
    gradient = scaled.T @ (each * (share - share_of_right)) + PULL * weights
    weighted = scaled * share[:, np.newaxis]
    means = np.add.reduceat(weighted, starts)
    curvature = (scaled * each[:, np.newaxis]).T @ weighted
    curvature -= (means * trust[:, np.newaxis]).T @ means
    return gradient, curvature + PULL * np.eye(len(weights))


def reciprocal_rank(one: Judged, columns: Sequence[int], weights: FloatArray) -> float:
    """Give 1 over the rank of the first right place among ten, or 0."""
    order = np.argsort(-(one.features[:, columns] @ weights), kind="stable")
    _, firsts = np.unique(one.places[order], return_index=True)
    ten = order[np.sort(firsts)[:10]]
    hits = np.flatnonzero(one.is_right[ten])
    return float(1 / (hits[0] + 1)) if len(hits) else 0.0


def cross_validate(
    judged: Sequence[Judged],
    columns: Sequence[int],
    group: Callable[[Judged], str],
    n_folds: int = 5,
) -> FloatArray:
    """Give the reciprocal rank of each query, by weights fitted without its fold.

    Args:
        judged: All queries.
        columns: Features to take.
        group: Queries of one group stay in one fold.
        n_folds: How many folds.
    """
    groups = sorted({group(one) for one in judged})
    fold_of = {
        name: number % n_folds
        for number, name in enumerate(np.random.default_rng(1).permutation(groups).tolist())
    }
    ranks = np.zeros(len(judged))
    for fold in range(n_folds):
        weights = fit([one for one in judged if fold_of[group(one)] != fold], columns)
        for number, one in enumerate(judged):
            if fold_of[group(one)] == fold:
                ranks[number] = reciprocal_rank(one, columns, weights)
    return ranks
