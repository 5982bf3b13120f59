"""An application for several uvicorn workers; `CALLS` names the file that counts its runs.

With `PATIENT` it waits for its store however busy the machine is.
"""

import asyncio
import os

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from hotdish_web import ResponseCache, cache_response
from hotdish_web.cache import breaker

app = FastAPI()
cache = ResponseCache.from_settings()
cache.install(app)
if "PATIENT" in os.environ:
    breaker.PATIENCE_S = 10
    cache.tiers.breaker = breaker.Breaker(limit_s=10)


def count_run() -> int:
    """Append one byte: it counts over all workers."""
    file = os.open(os.environ["CALLS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(file, b"x")
        return os.fstat(file).st_size
    finally:
        os.close(file)


@app.get("/json")
@cache_response(ttl=600)
async def slow() -> dict[str, int]:
    """Answer after half a second."""
    number = count_run()
    await asyncio.sleep(0.5)
    return {"run": number, "worker": os.getpid()}


@app.get("/quick/{name}")
@cache_response(ttl=600, tags=["quick:{name}"])
async def quick(name: str) -> JSONResponse:
    """Answer at once."""
    return JSONResponse({"run": count_run(), "worker": os.getpid(), "name": name})


@app.get("/failing")
@cache_response(ttl=600)
async def failing() -> None:
    """Fail after a moment."""
    count_run()
    await asyncio.sleep(0.2)
    raise RuntimeError


@app.post("/invalidate/{tag}")
async def invalidate(tag: str) -> bool:
    """Invalidate a tag."""
    return await cache.invalidate(tag)


@app.post("/clear")
async def clear() -> bool:
    """Forget the answers of one route."""
    return await quick.cache.clear()


@app.get("/worker")
async def worker() -> dict[str, object]:
    """Tell which worker answers, and how its shared store does."""
    return {"worker": os.getpid(), "shared": cache.stats().shared_store}
