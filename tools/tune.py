"""Fit the ranking's weights to judged queries, and tell what each feature gives (`make tune`).

    make tune                                      # the table of weights, cross-validated
    make tune ARGS="--ablation"                    # and what is lost without each feature
    make tune ARGS="--write"                       # and put the weights into data/weights.toml

The judged queries are JSON lines with `query`, `kind`, `relevant` (ids of places) and, beside
their folder, `aliases.json` (id -> the same place's main id).
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray
from tools.ranking_fit import Judged, cross_validate, fit

from hotdish_search.indexing import phrasebook
from hotdish_search.indexing.content import Content, Lore, make_content
from hotdish_search.meaning import find_embedder
from hotdish_search.meaning.vectors import Likeness, Vectors, as_bytes, count_starts, texts_of
from hotdish_search.model import Entry
from hotdish_search.parsing import parse_docs
from hotdish_search.query.understand import Query, understand
from hotdish_search.ranking import popularity
from hotdish_search.ranking.arrays import FloatArray, IntArray
from hotdish_search.ranking.features import FEATURES, by_name
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.rank import measure, most_alike, weigh
from hotdish_search.ranking.weights import KINDS, PARTS, load_weights
from hotdish_search.sources import get_docs

ROOT = Path(__file__).parent.parent
GOLD = ROOT.parent / "shared" / "relevance" / "dev"
WEIGHTS = ROOT / "packages/search/src/hotdish_search/data/weights.toml"
WORK = ROOT / "benchmarks" / ".work"
# Names of one word have an order of their own; only questions and topics are weighed.
QUERY_KINDS = ("websearch", "title", "intent", "qa_link", "topic", "lint_link")
N_CANDIDATES = 120
MEANING = frozenset({"meaning.said", "meaning.asked"})
EMBEDDED = 384  # numbers in a vector


@dataclass(frozen=True)
class Laboratory:
    """A documentation, ready to be searched, with the vectors of its entries."""

    content: Content
    index: Index
    vectors: Vectors


def main() -> int:
    """Fit, print and perhaps write."""
    options = _options()
    if not options.gold.is_dir():
        print(f"There are no judged queries at {options.gold}. Name their folder: "
              'make tune ARGS="--gold FOLDER"', file=sys.stderr)  # fmt: skip
        return 2
    laboratory = _open_laboratory(options.docs)
    judged, names = judge(laboratory, options.gold)
    print("\nMRR@10 by weights fitted without the query's fold; no question is in two folds\n")
    _print_scores(judged, names, lambda one: one.question, ablation=options.ablation)
    print("\nThe same; no answer is in two folds\n")
    _print_scores(judged, names, lambda one: one.answer, ablation=False)
    text = "\n".join(_as_toml(judged, names))
    print(f"\n{text}")
    if options.write:
        WEIGHTS.write_text(text, encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--gold", type=Path, default=GOLD, help="folder of judged queries")
    parser.add_argument("--docs", default="auto", help="Python's documentation as HTML")
    parser.add_argument("--ablation", action="store_true", help="leave out each feature in turn")
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    return parser.parse_args()


def _open_laboratory(docs: str) -> Laboratory:
    cache = Path(platformdirs.user_cache_dir("hotdish-search"))
    found = get_docs(docs, python="3.11", cache_folder=cache, say=_say)
    content = make_content(
        parse_docs(found.folder),
        name="lab",
        folder="",
        origin="",
        lore=Lore(popularity.load(), phrasebook.load(), phrasebook.load_topics()),
    )
    return Laboratory(content, content.index, _vectors(content.entries))


def _vectors(entries: Sequence[Entry]) -> Vectors:
    """Embed the entries as a server does, but what they say and what is asked once each."""
    texts = [texts_of(entry) for entry in entries]
    starts = count_starts(texts)
    rows = np.zeros((sum(map(len, texts)), EMBEDDED), dtype=np.int8)
    is_said = np.isin(np.arange(len(rows)), starts)
    rows[is_said] = _embedded([said for said, *_ in texts])
    rows[~is_said] = _embedded([phrase for _, *asked in texts for phrase in asked])
    return Vectors.of(rows, starts)


def _embedded(texts: Sequence[str]) -> NDArray[np.int8]:
    """Embed texts, or take what an earlier run made of the same."""
    key = hashlib.blake2b("\0".join(texts).encode(), digest_size=8).hexdigest()
    path = WORK / f"vectors-{key}.npy"
    if not path.exists():
        _say(f"Embedding {len(texts)} texts, the first time only")
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, as_bytes(_embed(texts, n_threads=2)))
    rows: NDArray[np.int8] = np.load(path)
    return rows


def _embed(texts: Sequence[str], n_threads: int = 1) -> FloatArray:
    embedder = find_embedder(n_threads)
    if embedder is None:
        sys.exit("The extra 'meaning' is not installed. Run make setup")
    return embedder.embed(texts)


def judge(laboratory: Laboratory, gold: Path) -> tuple[list[Judged], list[str]]:
    """Measure the candidates of every judged question; gives them with the features' names."""
    aliases = json.loads((gold.parent / "aliases.json").read_text(encoding="utf-8"))
    main_ids = [aliases.get(entry.id, entry.id) for entry in laboratory.content.entries]
    questions = [
        one
        for one in _read_gold(gold)
        if one["kind"] in QUERY_KINDS and not understand(one["query"]).is_name
    ]
    asked = [laboratory.index.respell(one["query"]) or one["query"] for one in questions]
    vectors = _embed(asked)
    judged: list[Judged] = []
    names: list[str] = []
    for question, text, vector in zip(questions, asked, vectors, strict=True):
        query = understand(text)
        likeness = laboratory.vectors.likeness(vector)
        entries = _candidates(query, laboratory.index, likeness)
        features = _columns(query, entries, laboratory.index, likeness)
        names = list(features)
        right = {aliases.get(place, place) for place in question["relevant"]}
        judged.append(
            Judged(
                kind=question["kind"],
                question=question.get("url") or question["query"].lower(),
                answer=min(right),
                entries=entries,
                places=laboratory.index.places[entries],
                features=np.stack(list(features.values()), axis=1),
                is_right=np.array([main_ids[entry] in right for entry in entries]),
            )
        )
    return judged, names


def _read_gold(gold: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(gold.glob("*.jsonl")):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _candidates(query: Query, index: Index, likeness: Likeness) -> IntArray:
    """Give the best by today's weights, with meaning and without."""
    everything = np.arange(len(index), dtype=np.int32)
    chosen = most_alike(likeness.asked)
    for known in (likeness, None):
        is_known = known is not None
        scores = index.priors[is_known].copy()
        weigh(measure(query, everything, index, known), load_weights(with_meaning=is_known), scores)
        chosen = np.union1d(chosen, np.argpartition(-scores, N_CANDIDATES)[:N_CANDIDATES])
    return chosen.astype(np.int32)


def _columns(
    query: Query, entries: IntArray, index: Index, likeness: Likeness
) -> Mapping[str, NDArray[np.float64 | np.float32]]:
    """Give the features, use in real code, and each part and kind as a feature that is 0 or 1."""
    parts = {f"part {name}": index.parts[entries] == at for at, name in enumerate(PARTS)}
    kinds = {f"kind {name}": index.kinds[entries] == at for at, name in enumerate(KINDS)}
    yes_or_no = {name: values.astype(np.float32) for name, values in {**parts, **kinds}.items()}
    # Scores of words are shares of the best of all.
    measured = measure(query, np.arange(len(index), dtype=np.int32), index, likeness)
    nothing = {name: np.zeros(len(entries), np.float32) for name in FEATURES}
    found = {name: values[entries] for name, values in by_name(measured)}
    return nothing | found | {"used": index.popularity[entries]} | yes_or_no


Group = Callable[[Judged], str]


def _print_scores(
    judged: Sequence[Judged], names: Sequence[str], group: Group, *, ablation: bool
) -> None:
    print("| weights of | " + " | ".join(QUERY_KINDS) + " | all |")
    print("|---|" + "---|" * (len(QUERY_KINDS) + 1))
    _print_row("everything", judged, names, group, set(names))
    _print_row("without meaning", judged, names, group, set(names) - MEANING)
    if not ablation:
        return
    asked = {name for name in names if name.endswith(".asked")}
    _print_row("without the phrasebook", judged, names, group, set(names) - asked)
    _print_row(
        "without the phrasebook, meaning", judged, names, group, set(names) - asked - MEANING
    )
    for family in dict.fromkeys(_family(name) for name in names if name not in MEANING):
        others = {name for name in names if _family(name) != family}
        _print_row(f"without {family}", judged, names, group, others)
        _print_row(f"without {family}, meaning", judged, names, group, others - MEANING)


def _family(name: str) -> str:
    return name.split(".", maxsplit=1)[0].split(" ", maxsplit=1)[0]


def _print_row(
    title: str,
    judged: Sequence[Judged],
    names: Sequence[str],
    group: Group,
    kept: AbstractSet[str],
) -> None:
    columns = [number for number, name in enumerate(names) if name in kept]
    ranks = cross_validate(judged, columns, group)
    means = [
        float(np.mean([rank for one, rank in zip(judged, ranks, strict=True) if one.kind == kind]))
        for kind in QUERY_KINDS
    ]
    print(f"| {title} | " + " | ".join(f"{mean:.3f}" for mean in (*means, ranks.mean())) + " |",
          flush=True)  # fmt: skip


def _as_toml(judged: Sequence[Judged], names: Sequence[str]) -> Iterator[str]:
    """Fit to all queries and give the lines of data/weights.toml."""
    yield "# How much each feature of ranking/features.py, part and kind counts, with likeness in"
    yield "# meaning and without. Made by `make tune`; only the ratios within one table matter."
    for title, with_meaning in (("with_meaning", True), ("without_meaning", False)):
        columns = [n for n, name in enumerate(names) if with_meaning or name not in MEANING]
        weights = fit(judged, columns)
        named = {names[column]: weight for column, weight in zip(columns, weights, strict=True)}
        for group, prefix in (("features", ""), ("parts", "part "), ("kinds", "kind ")):
            yield f"\n[{title}.{group}]"
            for name, weight in named.items():
                is_feature = not name.startswith(("part ", "kind "))
                if (is_feature if not prefix else name.startswith(prefix)) and weight:
                    yield f'"{name.removeprefix(prefix)}" = {weight:.2f}'
    yield ""


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
