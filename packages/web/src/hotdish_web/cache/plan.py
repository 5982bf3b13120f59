"""Reads from FastAPI what a route depends on: what its key holds, and if hits may skip routing."""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi.routing import APIRoute, APIWebSocketRoute
from fastapi.security import APIKeyHeader
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import Scope

from hotdish_web.cache.declared import headers_of, models_of, names_of
from hotdish_web.cache.policy import CachePolicy
from hotdish_web.cache.request import Plan
from hotdish_web.cache.ticket import INJECTED, Ticket

MOST_PLANS = 64
CHOSEN_BY_PATH = {
    kind.matches for kind in (APIRoute, APIWebSocketRoute, Mount, Route, WebSocketRoute)
}


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
    vary = _vary(policy, dependant)
    plan = Plan(
        policy=policy,
        name=name,
        query=_query(policy, dependant),
        vary=vary,
        told=vary + _credentials(policy, dependant),
        by_host=_any_part(dependant, _reads_request),
        fast=_is_fast(policy, dependant, scope, ticket),
        methods=frozenset(scope["route"].methods),
    )
    if len(known) >= MOST_PLANS:
        known.clear()
    known[id(dependant)] = (dependant, plan)
    return plan


def _dependant(scope: Scope) -> Any:
    """Give the tree of a route's dependencies.

    FastAPI keeps the dependencies that `include_router` and the application add apart from the
    route's own, in a context of its own.
    """
    fastapi = scope.get("fastapi")
    context = fastapi.get("effective_route_context") if isinstance(fastapi, dict) else None
    dependant = getattr(context, "dependant", None)
    return dependant or scope["route"].dependant


def _walk(dependant: Any) -> Iterator[Any]:
    """Give a route's own parameters, then those of its dependencies, but not of safe ones."""
    yield dependant
    for dependency in dependant.dependencies:
        if not getattr(dependency.call, "cache_safe", False):
            yield from _walk(dependency)


def _query(policy: CachePolicy, dependant: Any) -> tuple[str, ...] | None:
    if isinstance(policy.query, tuple):
        return policy.query
    if policy.query == "all":
        return None
    if policy.query == "auto" and _any_part(dependant, _reads_request):
        return None
    # A model of parameters stands for its fields: what they are called is not looked into.
    fields = [field for part in _walk(dependant) for field in part.query_params]
    if any(models_of(field.field_info.annotation) for field in fields):
        return None
    return tuple(name for field in fields for name in names_of(field.name, field.field_info))


def _reads_request(dependant: Any) -> bool:
    names = (dependant.request_param_name, dependant.http_connection_param_name)
    return any(name not in {None, INJECTED} for name in names)


def _any_part(dependant: Any, is_so: Callable[[Any], bool]) -> bool:
    """Ask a route and its dependencies."""
    return any(is_so(part) for part in _walk(dependant))


def _vary(policy: CachePolicy, dependant: Any) -> tuple[bytes, ...]:
    declared: set[bytes] = set()
    for part in _walk(dependant):
        for field in part.header_params:
            declared |= headers_of(field.name, field.field_info)
        # A scheme such as APIKeyHeader("X-API-Key") reads its header from the request.
        if isinstance(part.call, APIKeyHeader):
            declared.add(part.call.model.name.lower().encode())
    ignored = {b"authorization"} if policy.authorization != "key" else set()
    return tuple(sorted({*policy.vary, *(declared - ignored)}))


def _credentials(policy: CachePolicy, dependant: Any) -> tuple[bytes, ...]:
    """Give the credentials that decide which answer a client gets, for the answer's Vary."""
    told: tuple[bytes, ...] = (b"authorization",) if policy.authorization == "key" else ()
    if policy.cookies != "ignore" and _any_part(dependant, _reads_cookies):
        told += (b"cookie",)
    return told


def _reads_cookies(dependant: Any) -> bool:
    return bool(dependant.cookie_params) or _reads_request(dependant)


def _is_fast(policy: CachePolicy, dependant: Any, scope: Scope, ticket: Ticket | None) -> bool:
    """Tell if nothing stands between the layer and the route that a hit must not skip.

    A route of another class, an application or a router mounted inside, may check who asks.
    """
    if policy.fast != "auto" or ticket is None:
        return policy.fast is True
    return (
        type(scope.get("route")) is APIRoute
        and scope.get("app") is ticket.app
        and scope.get("root_path", "") == ticket.root_path
        and all(part is dependant for part in _walk(dependant))
        and all(_goes_by_path(route) for route in scope["app"].routes)
    )


def _goes_by_path(route: Any) -> bool:
    """Tell if a route is chosen by its path alone: neither by the host nor in a way of its own."""
    inside = getattr(route, "original_router", None)
    if inside is not None:  # as FastAPI keeps an included router
        return all(_goes_by_path(one) for one in inside.routes)
    return type(route).matches in CHOSEN_BY_PATH
