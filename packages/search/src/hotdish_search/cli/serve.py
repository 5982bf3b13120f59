"""`hotdish-search serve`: the page, the API and the documentation on this machine."""

import contextlib
import socket
from typing import Annotated

import anyio
import typer
import uvicorn

from hotdish_search.cli.index import build
from hotdish_search.cli.options import Database, DataDir
from hotdish_search.cli.workers import Workers
from hotdish_search.engines import make_engine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.build import Wanted
from hotdish_search.settings import export, load_settings
from hotdish_web import CacheSettings


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Number of processes.", min=1)] = 1,
    database: Database = None,
    data_dir: DataDir = None,
) -> None:
    """Serve the search; builds the index first if there is none."""
    _check_free(host, port)
    settings = load_settings(data_dir=data_dir, database=database)
    CacheSettings()  # a wrong one is told here, not by each worker
    if not anyio.run(_has_index, settings.database):
        typer.echo("There is no index for this version yet; it is built once.", err=True)
        build(Wanted(), settings)
    export(settings)
    typer.echo(f"hotdish-search is on http://{host}:{port}   (Ctrl+C stops it)", err=True)
    config = uvicorn.Config(
        "hotdish_search.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        server_header=False,
        # A worker that is still importing on a slow machine is not dead: five seconds, uvicorn's
        # own limit, made it kill and start workers for ever.
        timeout_worker_healthcheck=60,
    )
    if not run(config):
        raise typer.Exit(1)


def run(config: uvicorn.Config) -> bool:
    """Serve until a signal comes; False if the application could not start."""
    if config.workers > 1:
        workers = Workers(config, sockets=[config.bind_socket()])
        workers.run()
        return workers.could_start
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        server.run()
    return server.started


async def _has_index(database: str) -> bool:
    """Tell whether there is an index; one that cannot be read is told before workers start."""
    engine = make_engine(database)
    if not await engine.exists():
        return False
    await engine.open()
    await engine.close()
    return True


def _check_free(host: str, port: int) -> None:
    """Fail before the index is built if nobody could reach it afterwards."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            msg = (
                f"Cannot listen on {host}:{port}: {error.strerror}. "
                f"Stop what uses it, or choose another port: --port {port + 1}"
            )
            raise HotdishSearchError(msg) from None
