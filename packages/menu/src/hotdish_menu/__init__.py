"""A CSV file becomes a window of buttons that run scripts."""
