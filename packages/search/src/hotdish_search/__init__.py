"""A Google-like search of Python's official documentation: results as you type."""

from importlib.metadata import version

__version__ = version("hotdish-search")
