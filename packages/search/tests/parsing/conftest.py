"""Keeps pytest out of the sources of the small documentations: their conf.py needs Sphinx."""

collect_ignore = ["docs_source", "moved_source"]
