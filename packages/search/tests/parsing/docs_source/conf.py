"""Settings of a small documentation that is built with many versions of Sphinx."""

from __future__ import annotations

from typing import Any

import sphinx
from sphinx import addnodes

project = "Teapot"
author = "the hotdish authors"
version = release = "1.2"
master_doc = "index"
html_theme = "basic"
html_sidebars: dict[str, list[str]] = {"**": []}
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False


def read_name_and_arguments(_env: Any, signature: str, node: Any) -> str:
    """Show `POUR_TOP (amount)` as a name and its arguments, and `b(rew)` as `brew`."""
    name, _, arguments = signature.partition(" ")
    node += addnodes.desc_name(name, name)
    if arguments:
        node += addnodes.desc_addname(" " + arguments, " " + arguments)
    return name.replace("(", "").replace(")", "")


def read_properties_as_attributes(_app: Any, _name: str, source: list[str]) -> None:
    """Sphinx knows the directive only since version 4."""
    source[0] = source[0].replace(".. property::", ".. attribute::")


def setup(app: Any) -> None:
    """Add the kinds of objects that Python's documentation adds."""
    app.add_object_type("opcode", "opcode", "%s (opcode)", read_name_and_arguments)
    app.add_object_type("pdbcommand", "pdbcmd", "%s (pdb command)", read_name_and_arguments)
    if sphinx.version_info < (4,):
        app.connect("source-read", read_properties_as_attributes)
