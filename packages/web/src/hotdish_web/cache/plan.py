"""Reads from FastAPI what a route depends on: what its key holds, and if hits may skip routing."""

from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute
from starlette.types import Scope

from hotdish_web.cache.policy import CachePolicy
from hotdish_web.cache.request import Plan
from hotdish_web.cache.ticket import INJECTED, Ticket

MOST_PLANS = 64


def make_plan(
    name: str,
    policy: CachePolicy,
    scope: Scope,
    ticket: Ticket | None,
    known: dict[int, tuple[Any, Plan]],
) -> Plan:
    """Make the plan of a route, once for each way that it is included in an application."""
    dependant = _dependant(scope)
    found = known.get(id(dependant))
    if found is not None and found[0] is dependant:
        return found[1]
    plan = Plan(
        policy=policy,
        name=name,
        query=_query(policy, dependant),
        vary=_vary(policy, dependant),
        fast=_is_fast(policy, dependant, scope, ticket),
    )
    if len(known) >= MOST_PLANS:
        known.clear()
    known[id(dependant)] = (dependant, plan)
    return plan


def _dependant(scope: Scope) -> Any:
    """Give the tree of a route's dependencies; None if this is not a route of FastAPI.

    FastAPI keeps the dependencies that `include_router` and the application add apart from the
    route's own, in a context of its own.
    """
    fastapi = scope.get("fastapi")
    context = fastapi.get("effective_route_context") if isinstance(fastapi, dict) else None
    dependant = getattr(context, "dependant", None)
    return dependant or getattr(scope.get("route"), "dependant", None)


def _walk(dependant: Any) -> Iterator[Any]:
    """Give a route's own parameters, then those of its dependencies, but not of safe ones."""
    yield dependant
    for dependency in dependant.dependencies:
        if not getattr(dependency.call, "cache_safe", False):
            yield from _walk(dependency)


def _query(policy: CachePolicy, dependant: Any) -> tuple[str, ...] | None:
    if isinstance(policy.query, tuple):
        return policy.query
    if policy.query == "all" or dependant is None:
        return None
    parts = list(_walk(dependant))
    if policy.query == "auto" and any(_reads_request(part) for part in parts):
        return None
    # A model of parameters stands for its fields: what they are called is not looked into.
    fields = [field for part in parts for field in part.query_params]
    if any(hasattr(field.field_info.annotation, "model_fields") for field in fields):
        return None
    return tuple(field.alias for field in fields)


def _reads_request(dependant: Any) -> bool:
    names = (dependant.request_param_name, dependant.http_connection_param_name)
    return any(name not in {None, INJECTED} for name in names)


def _vary(policy: CachePolicy, dependant: Any) -> tuple[bytes, ...]:
    declared: set[bytes] = set()
    if dependant is not None:
        for part in _walk(dependant):
            declared |= {field.alias.lower().encode() for field in part.header_params}
    ignored = {b"authorization"} if policy.authorization != "key" else set()
    return tuple(sorted({*policy.vary, *(declared - ignored)}))


def _is_fast(policy: CachePolicy, dependant: Any, scope: Scope, ticket: Ticket | None) -> bool:
    """Tell if nothing stands between the layer and the route that a hit must not skip.

    A route of another class, an application or a router mounted inside, may check who asks.
    """
    if policy.fast != "auto" or ticket is None:
        return policy.fast is True
    return (
        dependant is not None
        and type(scope.get("route")) is APIRoute
        and scope.get("app") is ticket.app
        and scope.get("root_path", "") == ticket.root_path
        and all(part is dependant for part in _walk(dependant))
    )
