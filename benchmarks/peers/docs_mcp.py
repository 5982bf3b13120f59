"""python-docs-mcp-server, which searches Python's documentation for AI assistants.

It ships no index. To build one it downloads the inventory, clones CPython and has Sphinx write the
pages as JSON; here its own functions read the same from the documentation at hand.
"""

import json
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import sphobjinv
from bs4 import BeautifulSoup
from mcp_server_python_docs.ingestion import inventory, sphinx_json
from mcp_server_python_docs.server import _load_synonyms
from mcp_server_python_docs.services.search import SearchService
from mcp_server_python_docs.storage import db

from benchmarks.peers.asking import LIMIT, Built, Job, main

PYTHON = "3.11"


def build(job: Job) -> Built:
    """Let it ingest the documentation, then open it read-only as its server does."""
    path = job.folder / "index.db"
    writing = db.get_readwrite_connection(path)
    local = sphobjinv.Inventory(str(job.pages / "objects.inv"))
    inventory.soi = SimpleNamespace(Inventory=lambda **_url: local)  # where it would download
    inventory.ingest_inventory(writing, PYTHON, is_default=True)
    (docset,) = writing.execute("SELECT id FROM doc_sets").fetchone()
    sphinx_json.ingest_sphinx_json_dir(writing, pages_as_json(job), docset)
    sphinx_json.populate_synonyms(writing)
    sphinx_json.rebuild_fts_indexes(writing)
    writing.close()
    service = SearchService(db.get_readonly_connection(path), _load_synonyms())

    def search(query: str) -> list[str]:
        return [hit.uri for hit in service.search(query, max_results=LIMIT).hits]

    return Built(version("python-docs-mcp-server"), search, path.stat().st_size)


def pages_as_json(job: Job) -> Path:
    """Write the bodies of the pages the way Sphinx's JSON builder does."""
    folder = job.folder / "json"
    for name in sorted({one.id.partition("#")[0] for one in job.documents}):
        page = BeautifulSoup((job.pages / name).read_bytes(), "html.parser")
        body, title = page.select_one("div.body"), page.select_one("h1")
        path = (folder / name).with_suffix(".fjson")
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "body": body.decode_contents() if body else "",
            "title": title.get_text() if title else "",
            "current_page_name": name.removesuffix(".html"),
        }
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder


if __name__ == "__main__":
    main(build)
