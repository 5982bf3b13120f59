"""Tells when `@cache_response` stands above the route's decorator, where it would do nothing."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import APIRouter, FastAPI

from hotdish_web.errors import CacheUsageError


def wrong_order(function: Callable[..., Any]) -> CacheUsageError:
    """Give the error that says what to do."""
    return CacheUsageError(
        f"@cache_response stands above the route of {function.__qualname__} and does nothing "
        "there. Write it directly under @app.get(...), above the function"
    )


def refuse_above_a_route(function: Callable[..., Any]) -> None:
    """Raise if the function is the newest route of an application or router in sight.

    `@app.get` gives back the very function that it registers, so the function itself does not
    tell. But its application or router is nearly always a variable where the decorators are
    written. What is not found here is told when the application starts.
    """
    for router in _routers_in_sight():
        if router.routes and getattr(router.routes[-1], "endpoint", None) is function:
            raise wrong_order(function)


def _routers_in_sight() -> Iterator[FastAPI | APIRouter]:
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__package__") == __package__:
        frame = frame.f_back
    in_sight = {**frame.f_globals, **frame.f_locals} if frame is not None else {}
    for value in in_sight.values():
        if isinstance(value, FastAPI | APIRouter):
            yield value
