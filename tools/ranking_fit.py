"""Fits the weights of a sum to judged queries: which weights put the right places first?

The loss is that of a softmax over the candidates of each query: the negative logarithm of the
share that the right ones take. It is lowered by Newton's method with numpy alone; as the second
derivative only the candidates' spread is taken, which is never negative, so each step points down,
and it is halved until the loss is less.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
N_STEPS = 25
LEAST_GAIN = 1e-5  # share of the loss; who gains less has arrived
_LEAST = 1e-12  # stands for no share at all
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
    slope = _Slope(scaled, right, lengths, trust)
    weights = np.zeros(len(columns))
    loss = slope.loss(weights)
    for _ in range(N_STEPS):
        step = slope.step(weights)
        while (lower := slope.loss(weights - step)) > loss:
            step /= 2
        weights -= step
        loss, gain = lower, loss - lower
        if gain < LEAST_GAIN * loss:
            break
    unscaled: FloatArray = weights / spread
    return unscaled


@dataclass(frozen=True, slots=True)
class _Slope:
    """The loss over weights, and where it falls.

    Attributes:
        scaled: Features of all candidates, one query after the other.
        right: Which candidates are right.
        lengths: How many candidates each query has.
        trust: How much each query counts.
    """

    scaled: FloatArray
    right: NDArray[np.bool_]
    lengths: NDArray[np.int64]
    trust: FloatArray

    def loss(self, weights: FloatArray) -> float:
        """Give the loss, the pull towards 0 included."""
        likely, starts = self._likelihoods(weights)
        right = np.add.reduceat(np.where(self.right, likely, 0.0), starts)
        shares = np.maximum(right, _LEAST) / np.add.reduceat(likely, starts)
        return float(-self.trust @ np.log(shares) + PULL / 2 * weights @ weights)

    def step(self, weights: FloatArray) -> FloatArray:
        """Give the step of Newton's method, to be subtracted."""
        likely, starts = self._likelihoods(weights)
        of_right = np.where(self.right, likely, 0.0)
        share = likely / self._of_each(np.add.reduceat(likely, starts))
        total = np.maximum(np.add.reduceat(of_right, starts), _LEAST)
        each = self._of_each(self.trust)
        gradient = self.scaled.T @ (each * (share - of_right / self._of_each(total)))
        weighted: FloatArray = self.scaled * share[:, np.newaxis]
        means = np.add.reduceat(weighted, starts)
        curvature: FloatArray = (self.scaled * each[:, np.newaxis]).T @ weighted
        curvature -= (means * self.trust[:, np.newaxis]).T @ means
        pull = PULL * np.eye(len(weights))
        found: FloatArray = np.linalg.solve(curvature + pull, gradient + PULL * weights).astype(
            float
        )
        return found

    def _likelihoods(self, weights: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
        """Give the likelihood of each candidate but for a factor, and where each query starts."""
        starts = np.concatenate([[0], np.cumsum(self.lengths)[:-1]])
        scores = self.scaled @ weights
        return np.exp(scores - self._of_each(np.maximum.reduceat(scores, starts))), starts

    def _of_each(self, values: FloatArray) -> FloatArray:
        """Give each query's value to each of its candidates."""
        return np.repeat(values, self.lengths)


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
