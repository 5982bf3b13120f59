"""A Google-like search of Python's official documentation."""
