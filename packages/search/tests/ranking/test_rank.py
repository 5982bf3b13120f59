"""Ranking: what is known of an entry for a query, and what that is worth."""

import tomllib
from dataclasses import replace
from functools import partial
from importlib.resources import files

import numpy as np
import pytest

from hotdish_search.indexing.content import Lore, make_content
from hotdish_search.meaning.vectors import Likeness
from hotdish_search.model import Entry, ParsedDocs, ParseReport
from hotdish_search.query.understand import understand
from hotdish_search.ranking.features import FEATURES, by_name
from hotdish_search.ranking.group import spread
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.names import NOTHING as NO_NAMES
from hotdish_search.ranking.names import Named
from hotdish_search.ranking.rank import Ranking, measure, most_alike, rank
from hotdish_search.ranking.weights import KINDS, PARTS, load_weights

make = partial(Entry, page="library/x.html", page_title="x", part="library")
ENTRIES = (
    make(id="library/x.html#open", title="open", kind="function", summary="Open a file."),
    make(id="library/x.html#os.remove", title="os.remove", kind="function", summary="Unlink."),
    make(id="library/x.html#os.rmdir", title="os.rmdir", kind="function", summary="Drop it."),
    make(id="library/x.html#x.open_all", title="x.open_all", kind="function", summary="Open all."),
    make(id="library/x.html", title="x", kind="module", summary="Things for files."),
)
OPEN, REMOVE, RMDIR, OPEN_ALL, MODULE = range(len(ENTRIES))
NOTHING = np.empty(0, np.int32)
LORE = Lore({"open": 500.0}, {"os.rmdir": ("get rid of an empty folder", "rd in a script")})


@pytest.fixture(scope="module")
def index() -> Index:
    parsed = ParsedDocs("Small", "1.0", ENTRIES, (), ParseReport(1, 4, 0, 4))
    content = make_content(parsed, name="small", folder="", origin="", lore=LORE)
    return Index.load(content.index.dump())


def features(index: Index, text: str) -> dict[str, list[float]]:
    entries = np.arange(len(ENTRIES), dtype=np.int32)
    measured = by_name(measure(understand(text), entries, index))
    nothing = {name: [0.0] * len(ENTRIES) for name in FEATURES if not name.startswith("meaning.")}
    return nothing | {name: values.tolist() for name, values in measured}


def test_scores_of_words_are_shares_of_the_best_in_the_query(index: Index) -> None:
    titled = features(index, "how to open all")["own.title"]

    assert titled[OPEN_ALL] == 1
    assert 0 < titled[OPEN] < 1
    assert titled[REMOVE] == 0


def test_a_phrase_of_the_thesaurus_points_at_its_names_the_first_most(index: Index) -> None:
    tool = features(index, "delete a file")["tool"]

    assert tool[REMOVE] == 1
    assert tool[RMDIR] == 0
    assert features(index, "remove directory")["tool"][RMDIR] == 0.5


def test_a_name_that_stands_in_the_query_is_marked(index: Index) -> None:
    assert features(index, "why does os.rmdir fail")["named"][RMDIR] == 1
    assert sum(features(index, "why does it fail")["named"]) == 0


@pytest.mark.parametrize("with_meaning", [True, False])
def test_use_in_real_code_counts_as_a_logarithm(index: Index, *, with_meaning: bool) -> None:
    prior = index.priors[with_meaning]

    more = load_weights(with_meaning=with_meaning).used * np.log(501)
    assert more > 0
    assert prior[OPEN] - prior[REMOVE] == pytest.approx(more, rel=1e-6)


def test_what_an_entry_is_counts_whatever_is_asked(index: Index) -> None:
    weights = load_weights(with_meaning=False)
    of_kind = dict(zip(KINDS, weights.kinds, strict=True))

    more = index.priors[False][MODULE] - index.priors[False][REMOVE]

    assert more == pytest.approx(of_kind["module"] - of_kind["function"], rel=1e-6)


def test_what_means_alike_is_found_though_it_shares_no_word(index: Index) -> None:
    near = np.array([0.1, 0.1, 0.9, 0.1, 0.1], dtype=np.float32)

    without = rank(understand("zap the drawer"), NO_NAMES, NOTHING, index)
    ranking = rank(understand("zap the drawer"), NO_NAMES, NOTHING, index, Likeness(near, near))

    assert len(without) == 0
    assert ranking.best().entries[0] == RMDIR


def test_what_people_ask_finds_an_entry_that_does_not_say_so(index: Index) -> None:
    asked = features(index, "get rid of an empty folder")["own.asked"]

    assert asked[RMDIR] == 1
    assert sum(asked) == 1


def test_a_heading_asks_for_a_module_and_a_question_does_not(index: Index) -> None:
    assert features(index, "Opening Things")["topic"] == [0, 0, 0, 0, 1]
    assert sum(features(index, "opening things")["topic"]) == 0


def test_likeness_to_what_is_asked_is_known_beside_that_to_what_is_said(index: Index) -> None:
    said, asked = np.eye(2, len(ENTRIES), dtype=np.float32)
    entries = np.arange(len(ENTRIES), dtype=np.int32)

    measured = measure(understand("anything"), entries, index, Likeness(said, asked))

    assert measured["meaning.said"].argmax() == 0
    assert measured["meaning.asked"].argmax() == 1


def test_only_the_nearest_are_looked_at() -> None:
    cosines = np.linspace(0, 1, 500, dtype=np.float32)

    assert set(most_alike(cosines).tolist()) == set(range(450, 500))


def test_an_unknown_word_ranks_nothing_and_breaks_nothing(index: Index) -> None:
    assert len(rank(understand("qqqq"), NO_NAMES, NOTHING, index)) == 0


def test_what_full_text_found_and_what_names_found_are_ordered_together(index: Index) -> None:
    query = understand("open")
    named = Named(np.array([OPEN], np.int32), np.array([100.0]), np.array([True]), "open")

    ranking = rank(query, named, np.array([OPEN_ALL, OPEN], np.int32), index)

    assert ranking.best().entries.tolist() == [OPEN, OPEN_ALL]


def test_the_best_are_in_order_and_equals_keep_theirs() -> None:
    ranking = Ranking(np.arange(5, dtype=np.int32), np.array([1.0, 3.0, 2.0, 2.0, 4.0]))

    assert ranking.best().entries.tolist() == [4, 1, 2, 3, 0]
    assert ranking.best(most=2).entries.tolist() == [4, 1]


def test_one_entry_of_a_place_is_shown(index: Index) -> None:
    places = np.array([0, 1, 2, 3, 0], np.int32)  # the last entry shares the first one's place
    shared = replace(index, places=places)
    ordered = Ranking(np.array([MODULE, REMOVE, OPEN, RMDIR], np.int32), np.array([4.0, 3, 2, 1]))

    entries, scores = spread(ordered, understand("anything"), shared, limit=10)

    assert entries == [MODULE, REMOVE, RMDIR]
    assert scores == [4.0, 3.0, 1.0]


@pytest.mark.parametrize("with_meaning", [True, False])
def test_the_table_of_weights_names_only_what_exists(*, with_meaning: bool) -> None:
    table = tomllib.loads(files("hotdish_search").joinpath("data/weights.toml").read_text())
    named = table["with_meaning" if with_meaning else "without_meaning"]
    assert named["features"].keys() <= {*FEATURES, "used"}
    assert named["parts"].keys() <= set(PARTS)
    assert named["kinds"].keys() <= set(KINDS)


@pytest.mark.parametrize("with_meaning", [True, False])
def test_whatever_is_measured_has_a_weight(index: Index, *, with_meaning: bool) -> None:
    weights = load_weights(with_meaning=with_meaning)
    near = np.ones(len(ENTRIES), np.float32)
    likeness = Likeness(near, near) if with_meaning else None
    everything = np.arange(len(ENTRIES), dtype=np.int32)
    # This query speaks of every feature.
    query = understand("Delete Folder X.Open_All")
    measured = measure(query, everything, index, likeness)

    assert weights.features.keys() >= measured.keys()
    for name, values in measured.items():
        assert (weights.features[name] * values).shape == values.shape
    assert len(weights.parts) == len(PARTS)
    assert len(weights.kinds) == len(KINDS)
