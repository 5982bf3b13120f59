"""Settings of a documentation whose pages moved into another part."""

project = "Moved teapot"
author = "the hotdish authors"
version = release = "2.0"
extensions = ["sphinxext.rediraffe"]
rediraffe_redirects = {"library/functions.rst": "builtins/functions.rst"}
html_theme = "basic"
html_sidebars: dict[str, list[str]] = {"**": []}
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
