"""`@cache_response`: put directly under the route's decorator."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, Protocol, TypeVar, Unpack, cast, overload
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hotdish_web.cache.order import refuse_above_a_route
from hotdish_web.cache.plan import make_plan
from hotdish_web.cache.policy import CachePolicy, PolicyOptions
from hotdish_web.cache.replay import replay_in_router
from hotdish_web.cache.request import CacheRequest, Plan, has_body
from hotdish_web.cache.response_cache import ResponseCache, default_cache
from hotdish_web.cache.ticket import INJECTED, TICKET, Ticket
from hotdish_web.errors import CacheUsageError

Parameters = ParamSpec("Parameters")
Result_co = TypeVar("Result_co", covariant=True)

DECORATED = "__hotdish_cached__"
"""Set on a function that was decorated: a route must have the wrapper, not the function."""


class EndpointCache:
    """The cache of one route: `await endpoint.cache.clear()`."""

    def __init__(
        self, function: Callable[..., Any], policy: CachePolicy, cache: ResponseCache | None
    ) -> None:
        self.policy = policy
        self.name = f"{function.__module__}.{function.__qualname__}"
        self._own = cache
        self._of_apps: WeakKeyDictionary[Any, ResponseCache] = WeakKeyDictionary()

    @property
    def caches(self) -> list[ResponseCache]:
        """All caches that keep answers of this route: one for each application it is in."""
        return [self._own] if self._own is not None else list(self._of_apps.values())

    def cache_in(self, app: Any) -> ResponseCache:
        """Give the cache in an application; without `install` one in this process."""
        if self._own is not None:
            return self._own
        found = self._of_apps.get(app)
        if found is None:
            found = self._of_apps[app] = default_cache(app)
        return found

    def bind(self, app: Any, cache: ResponseCache) -> None:
        """Take note of the cache that is installed in an application of this route."""
        self._of_apps[app] = cache

    async def clear(self) -> bool:
        """Forget all answers of this route, in all workers.

        False if the shared store does not answer: the other workers then learn it later.
        """
        return all([await cache.invalidate(self.name) for cache in self.caches])


class CachedEndpoint(Protocol[Parameters, Result_co]):
    """A route's function with a cache."""

    cache: EndpointCache

    def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result_co:
        """Call the function as ever."""
        ...


class _Decorate(Protocol):
    def __call__(
        self, function: Callable[Parameters, Result_co], /
    ) -> CachedEndpoint[Parameters, Result_co]: ...


@overload
def cache_response(
    function: Callable[Parameters, Result_co], /
) -> CachedEndpoint[Parameters, Result_co]: ...


@overload
def cache_response(
    *, cache: ResponseCache | None = None, **options: Unpack[PolicyOptions]
) -> _Decorate: ...


def cache_response(
    function: Callable[..., Any] | None = None,
    /,
    *,
    cache: ResponseCache | None = None,
    **options: Unpack[PolicyOptions],
) -> Any:
    """Cache what a GET route answers; write it directly under `@app.get(...)`.

    Args:
        function: The route's function, if the decorator is used bare.
        cache: The cache that keeps the answers; by default the one installed in the application,
            or else one in this process.
        **options: See `CachePolicy`.

    Raises:
        CacheUsageError: An option does not exist or makes no sense, or the decorator stands above
            that of the route.
    """
    policy = CachePolicy.of(options)

    def decorate(function: Callable[..., Any]) -> Any:
        refuse_above_a_route(function)
        return _wrap(function, policy, cache)

    return decorate if function is None else decorate(function)


def _wrap(
    function: Callable[..., Any], policy: CachePolicy, cache: ResponseCache | None
) -> Callable[..., Any]:
    if inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function):
        msg = f"{function.__qualname__} is a generator: a stream cannot be cached. Return a value"
        raise CacheUsageError(msg)
    endpoint = EndpointCache(function, policy, cache)
    signature = _signature(function)
    own_request = _request_parameter(signature)
    is_async = inspect.iscoroutinefunction(function)
    plans: dict[int, tuple[Any, Plan]] = {}

    @functools.wraps(function)
    async def cached(*args: Any, **kwargs: Any) -> Any:
        request = kwargs.get(own_request) if own_request else kwargs.pop(INJECTED, None)
        if request is None or "route" not in request.scope:
            # Called as a plain function, by a test or by other code.
            return await _call(function, args, kwargs, is_async=is_async)
        ticket: Ticket | None = request.scope.get(TICKET)
        if ticket is not None and ticket.run:
            if ticket.tiers is not None and policy.tags:
                tags = policy.tags_for({**_defaults(signature), **kwargs})
                ticket.generations = await ticket.tiers.read_generations(tags, ticket.patience)
            return await _call(function, args, kwargs, is_async=is_async)
        plan = make_plan(endpoint.name, policy, request.scope, ticket, plans)
        if ticket is None:
            if has_body(request.scope):
                return await _call(function, args, kwargs, is_async=is_async)
            return _AnswerFromCache(endpoint.cache_in(request.scope["app"]), plan)
        assert ticket.cache is not None  # noqa: S101  # it is a cache that asks
        endpoint.bind(ticket.app, ticket.cache)
        ticket.bypass = CacheRequest.read(plan, request.scope, request.receive).bypass
        if ticket.bypass is not None:  # its dependencies have run, so it goes on where it is
            return await _call(function, args, kwargs, is_async=is_async)
        ticket.plan = plan
        return Response()  # the layer takes it from here and sends the real answer

    if own_request is None:
        keyword = inspect.Parameter.KEYWORD_ONLY
        injected = inspect.Parameter(INJECTED, keyword, annotation=Request)
        signature = _with_parameter(signature, injected)
    cached.__signature__ = signature  # type: ignore[attr-defined]
    cached.cache = endpoint  # type: ignore[attr-defined]
    setattr(function, DECORATED, cached)
    return cast("Callable[..., Any]", cached)


class _AnswerFromCache(Response):
    """Answers from the cache as it is sent: the way without the layer."""

    def __init__(self, cache: ResponseCache, plan: Plan) -> None:
        # Response.__init__ would make headers for nothing; this is a hot path.
        self.status_code = 200
        self.background = None
        self.body = b""
        self.raw_headers = []
        self._cache = cache
        self._plan = plan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._cache.engine.answer(replay_in_router, self._plan, scope, receive, send)


async def _call(
    function: Callable[..., Any], args: Any, kwargs: dict[str, Any], *, is_async: bool
) -> Any:
    if is_async:
        return await function(*args, **kwargs)
    return await run_in_threadpool(function, *args, **kwargs)


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(function, eval_str=True)
    except NameError:  # an annotation that only a type checker can see
        return inspect.signature(function)


def _request_parameter(signature: inspect.Signature) -> str | None:
    for name, parameter in signature.parameters.items():
        kind = parameter.annotation
        if (isinstance(kind, type) and issubclass(kind, Request)) or kind == "Request":
            return name
    return None


def _with_parameter(
    signature: inspect.Signature, parameter: inspect.Parameter
) -> inspect.Signature:
    parameters = list(signature.parameters.values())
    has_kwargs = bool(parameters) and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD
    parameters.insert(len(parameters) - has_kwargs, parameter)
    return signature.replace(parameters=parameters)


def _defaults(signature: inspect.Signature) -> dict[str, Any]:
    empty = inspect.Parameter.empty
    return {
        name: parameter.default
        for name, parameter in signature.parameters.items()
        if parameter.default is not empty
    }
