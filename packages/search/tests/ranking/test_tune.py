"""tools/ranking_fit.py finds the weights with which `make tune` fills data/weights.toml."""

import numpy as np
import pytest
from tools.ranking_fit import Judged, cross_validate, fit, reciprocal_rank


def by_question(one: Judged) -> str:
    return one.question


@pytest.fixture
def judged() -> list[Judged]:
    """Queries whose right answer has the higher first feature; the second is noise."""
    chance = np.random.default_rng(0)
    made = []
    for number in range(40):
        features = chance.random((8, 2)).astype(np.float32)
        numbers = np.arange(8, dtype=np.int32)
        right = numbers == features[:, 0].argmax()
        made.append(Judged("title", f"query {number}", "", numbers, numbers, features, right))
    return made


def test_the_feature_that_tells_gets_the_weight(judged: list[Judged]) -> None:
    telling, noise = fit(judged, [0, 1])

    assert telling > 5 * abs(noise)


def test_the_fit_does_not_run_away_where_a_whole_step_is_too_long() -> None:
    """Rare features of few right answers threw the weights to 100 and beyond."""
    chance = np.random.default_rng(3)
    judged = []
    for number in range(300):
        features = (chance.random((200, 6)) < [0.5, 0.2, 0.05, 0.01, 0.01, 0.003]).astype(float)
        scores = features @ [1, 2, 3, 4, 5, 6] + chance.gumbel(size=200)
        numbers = np.arange(200, dtype=np.int32)
        right = numbers == scores.argmax()
        judged.append(
            Judged("title", f"q{number}", "", numbers, numbers, features.astype(np.float32), right)
        )

    weights = fit(judged, range(6))

    assert (np.diff(weights) > 0).all()
    assert np.abs(weights).max() < 10


def test_queries_without_a_right_candidate_do_no_harm(judged: list[Judged]) -> None:
    numbers = np.zeros(1, dtype=np.int32)
    features = np.ones((1, 2), dtype=np.float32)
    lost = Judged("title", "lost", "", numbers, numbers, features, np.zeros(1, dtype=np.bool_))

    np.testing.assert_allclose(fit([*judged, lost], [0, 1]), fit(judged, [0, 1]))


def test_a_query_is_scored_by_weights_that_never_saw_its_group(judged: list[Judged]) -> None:
    assert cross_validate(judged, [0], by_question).mean() == 1
    assert cross_validate(judged, [1], by_question).mean() < 0.6


def test_entries_of_one_place_are_one_answer() -> None:
    features = np.array([[3.0], [2.0], [1.0]], dtype=np.float32)
    places = np.array([7, 7, 8], dtype=np.int32)
    right = np.array([False, False, True])
    one = Judged("title", "query", "", np.arange(3, dtype=np.int32), places, features, right)

    assert reciprocal_rank(one, [0], np.array([1.0])) == 0.5
    assert reciprocal_rank(one, [0], np.array([-1.0])) == 1
