"""What stands near an entry: behind its name, where few others match what was typed."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from hotdish_search.indexing.content import Lore, make_content
from hotdish_search.model import Entry, ParsedDocs, ParseReport
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.names import Name, Names
from hotdish_search.ranking.neighbours import MOST, with_neighbours

make = partial(Entry, kind="function", part="library", page_title="")
TITLES = (
    "pot.stir", "pot.stir_twice", "pot.lid", "pan.stir", "Stirring", "oven.heat", "lonely", "pot",
)  # fmt: skip
STIR, TWICE, LID, PAN_STIR, STIRRING, HEAT, LONELY, POT = range(len(TITLES))


def entry(title: str) -> Entry:
    page = f"library/{title.partition('.')[0].lower()}.html"
    texts = {"Stirring": "A spoon stirs: pot.stir and pan.stir do it.", "lonely": "Nothing."}
    return make(
        id=f"{page}#{title}", title=title, page=page, summary=texts.get(title, "Cooks."),
        text=texts.get(title, ""),
    )  # fmt: skip


def made(titles: Sequence[str], *more: Entry) -> Index:
    entries = (*map(entry, titles), *more)
    parsed = ParsedDocs("Small", "1.0", entries, (), ParseReport(1, 4, 0, 4))
    content = make_content(parsed, name="small", folder="", origin="", lore=Lore())
    return Index.load(content.index.dump())


@pytest.fixture(scope="module")
def index() -> Index:
    # The row shares its place with the function above it.
    row = make(
        id="library/pot.html#pot.stir", title="stir", kind="row", page="library/pot.html",
        summary="Stir a pot.",
    )  # fmt: skip
    return made(TITLES, row)


def neighbours(index: Index, number: int) -> list[int]:
    return [near for near in index.neighbours[number].tolist() if near != number]


def test_near_is_what_shares_the_rarest_words_and_the_same_page_most(index: Index) -> None:
    assert neighbours(index, STIR)[0] == TWICE
    assert {PAN_STIR, STIRRING} <= set(neighbours(index, STIR))
    assert HEAT not in neighbours(index, STIR)
    assert index.neighbours.shape == (len(TITLES) + 1, MOST)


def test_nothing_is_near_to_its_own_place_or_to_what_shares_no_word(index: Index) -> None:
    assert len(TITLES) not in neighbours(index, STIR)
    assert neighbours(index, LONELY) == []


def test_neighbours_stand_behind_all_names_and_once(index: Index) -> None:
    named = Names.of([Name("pot.stir", STIR, 2.0), Name("pot.stir_twice", TWICE, 1.0)]).find("pot")

    found = with_neighbours(named, index)

    assert found.entries.tolist()[:2] == [STIR, TWICE]
    assert sorted(set(found.entries.tolist())) == sorted(found.entries.tolist())
    assert {PAN_STIR, STIRRING} <= set(found.entries.tolist()[2:])
    assert np.all(np.diff(found.scores) < 0)
    assert not found.is_exact[2:].any()


def test_a_docset_may_be_empty_or_have_names_without_words() -> None:
    assert made(()).neighbours.shape == (0, MOST)
    assert neighbours(made((":=", "...", "%d")), 0) == []


def test_every_entry_of_a_larger_docset_can_be_near() -> None:
    titles = [f"box{number}.lid" for number in range(300)]

    assert neighbours(made((*titles, "far.end", "near.end")), 301) == [300]
