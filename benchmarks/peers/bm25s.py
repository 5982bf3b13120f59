"""BM25 over NumPy arrays, by the package bm25s."""

from importlib.metadata import version

import bm25s
import Stemmer

from benchmarks.peers.asking import LIMIT, Built, Job, bytes_in, main


def build(job: Job) -> Built:
    """Count the words of all places."""
    stemmer = Stemmer.Stemmer("english")

    def tokens(texts: list[str]) -> bm25s.tokenization.Tokenized:
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)

    retriever = bm25s.BM25()
    texts = [f"{one.title} {one.headings} {one.text}" for one in job.documents]
    retriever.index(tokens(texts), show_progress=False)
    folder = job.folder / "index"
    retriever.save(str(folder))

    def search(query: str) -> list[str]:
        words = tokens([query])
        if not any(words.ids):
            return []
        numbers, scores = retriever.retrieve(words, k=LIMIT, show_progress=False)
        return [
            job.documents[number].id
            for number, score in zip(numbers[0], scores[0], strict=True)
            if score > 0
        ]

    return Built(version("bm25s"), search, bytes_in(folder))


if __name__ == "__main__":
    main(build)
