"""The search engine tantivy, through its own package for Python."""

import re
from importlib.metadata import version

import tantivy

from benchmarks.peers.asking import LIMIT, Built, Job, bytes_in, main


def build(job: Job) -> Built:
    """Put the places into an index on disk."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    for field in ("title", "headings", "body"):
        schema.add_text_field(field, tokenizer_name="en_stem")
    folder = job.folder / "index"
    folder.mkdir()
    index = tantivy.Index(schema.build(), str(folder))
    writer = index.writer()
    for one in job.documents:
        writer.add_document(
            tantivy.Document(id=one.id, title=one.title, headings=one.headings, body=one.text)
        )
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(text: str) -> list[str]:
        # Words only: its query language would take a dotted name for a phrase, a dash for "not".
        words = " ".join(re.findall(r"\w+", text.lower()))
        query = index.parse_query(words, ["title", "headings", "body"], field_boosts={"title": 3.0})
        hits = searcher.search(query, LIMIT).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    return Built(version("tantivy"), search, bytes_in(folder))


if __name__ == "__main__":
    main(build)
