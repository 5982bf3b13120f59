"""Options that several sub-commands share, written once."""

from pathlib import Path
from typing import Annotated

import typer

Database = Annotated[
    str | None,
    typer.Option(
        help="Database of the index, such as sqlite:////home/me/index.sqlite3.",
        envvar="DATABASE_URL",
        show_default="a file in the data folder",
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the index.",
        envvar="HOTDISH_SEARCH_DATA_DIR",
        show_default="the user's data folder",
    ),
]
Docset = Annotated[
    str | None,
    typer.Option(help="Docset to search, such as python-3.11.", show_default="the first"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print no progress.")]
