"""A CSV file becomes a window of buttons that run scripts."""

__version__ = "0.1.0"
