"""`hotdish-search mcp`: a server for assistants, over standard input and output."""

from importlib.util import find_spec

import anyio
import typer

from hotdish_search.cli.options import Database, DataDir
from hotdish_search.engines import make_engine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.settings import Settings, load_settings


def mcp(*, database: Database = None, data_dir: DataDir = None) -> None:
    """Serve an assistant over the Model Context Protocol, on standard input and output."""
    if not find_spec("mcp") or not find_spec("markdownify"):
        msg = "The server for assistants needs an extra: pip install 'hotdish-search[mcp]'"
        raise HotdishSearchError(msg)
    settings = load_settings(data_dir=data_dir, database=database)
    anyio.run(_serve, settings)


async def _serve(settings: Settings) -> None:
    from hotdish_search.assistant import serve_stdio  # noqa: PLC0415  an extra

    if not await make_engine(settings.database).exists():
        typer.echo("There is no index yet. Build it: hotdish-search index", err=True)
    await serve_stdio(settings)
