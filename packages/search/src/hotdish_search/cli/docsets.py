"""`hotdish-search docsets`: list what is indexed."""

import anyio
import orjson
import typer
from rich.console import Console
from rich.table import Table

from hotdish_search.cli.options import Database, DataDir, Json
from hotdish_search.engines import make_engine
from hotdish_search.indexing.content import Docset
from hotdish_search.settings import load_settings


def docsets(*, json: Json = False, database: Database = None, data_dir: DataDir = None) -> None:
    """List what is indexed."""
    settings = load_settings(data_dir=data_dir, database=database)
    found = anyio.run(_read, settings.database)
    if json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("Docset", "Entries", "Built", "From", box=None, pad_edge=False)
    for one in found:
        table.add_row(one.name, f"{one.n_entries:,}", f"{one.built_at:%Y-%m-%d %H:%M}", one.origin)
    Console().print(table)


async def _read(database: str) -> list[Docset]:
    engine = make_engine(database)
    await engine.open()
    try:
        return await engine.docsets()
    finally:
        await engine.close()
