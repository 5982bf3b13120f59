"""BM25 by field: a few rows are looked up one by one, many through a table; both give the same."""

import numpy as np
import pytest

from hotdish_search.ranking.statistics import FIELDS, Statistics

RARE, USUAL = "zest", "salt"
N_ENTRIES = 200


@pytest.fixture(scope="module")
def statistics() -> Statistics:
    documents = [
        {"body": (USUAL,) * (number % 2) + (RARE,) * (number in {7, 90}), "title": ("dish",)}
        for number in range(N_ENTRIES)
    ]
    documents[90]["title"] = (RARE,)
    return Statistics.count(documents)


@pytest.mark.parametrize("term", [RARE, USUAL])
def test_only_entries_that_hold_a_term_score(statistics: Statistics, term: str) -> None:
    everything = np.arange(N_ENTRIES, dtype=np.int32)
    holding = {RARE: [7, 90], USUAL: list(range(1, N_ENTRIES, 2))}[term]

    found = statistics.look_up(statistics.known([term]), everything)

    body = found.scores()[list(FIELDS).index("body")]
    assert np.flatnonzero(body).tolist() == holding
    assert np.flatnonzero(found.coverage("body")).tolist() == holding
    assert set(found.coverage("body")[holding].tolist()) == {1.0}


@pytest.mark.parametrize("terms", [[RARE], [USUAL], [RARE, USUAL]])
def test_scores_do_not_depend_on_which_others_are_looked_at(
    statistics: Statistics, terms: list[str]
) -> None:
    numbers = statistics.known(terms)
    everything = np.arange(N_ENTRIES, dtype=np.int32)
    of_all = statistics.look_up(numbers, everything)
    holding = np.flatnonzero(of_all.scores().any(axis=0)).astype(np.int32)

    of_some = statistics.look_up(numbers, holding)

    assert of_some.scores().tolist() == of_all.scores()[:, holding].tolist()


def test_a_rare_term_counts_more_and_a_title_has_a_row_of_its_own(statistics: Statistics) -> None:
    everything = np.arange(N_ENTRIES, dtype=np.int32)

    found = statistics.look_up(statistics.known([RARE, USUAL]), everything).scores()

    body, title = (found[list(FIELDS).index(field)] for field in ("body", "title"))
    assert body[7] > body[1] > 0
    assert np.flatnonzero(title).tolist() == [90]
