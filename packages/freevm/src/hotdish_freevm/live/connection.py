"""A connection to Azure Resource Manager through Azure's own SDK."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from hotdish_freevm.errors import AzureError, InputError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.mgmt.compute import ComputeManagementClient

T = TypeVar("T")
PUBLIC_CLOUD = "https://management.azure.com"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TOKEN_LIFE_S = 3600
_UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class Settings:
    """How Azure is reached; from the environment, so that no secret stands in a command line."""

    url: str = PUBLIC_CLOUD
    token: str | None = None
    poll_s: float = 5.0
    backoff_s: float = 0.8

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read `HOTDISH_FREEVM_ARM_URL`, `_TOKEN` (one of `az account get-access-token`)."""
        poll = os.environ.get("HOTDISH_FREEVM_POLL_S", "5")
        try:
            poll_s = float(poll)
        except ValueError as error:
            msg = f"HOTDISH_FREEVM_POLL_S is {poll!r}, not a number of seconds"
            raise InputError(msg) from error
        return cls(
            url=os.environ.get("HOTDISH_FREEVM_ARM_URL", PUBLIC_CLOUD).rstrip("/"),
            token=os.environ.get("HOTDISH_FREEVM_TOKEN"),
            poll_s=poll_s,
            backoff_s=min(0.8, poll_s),
        )

    @property
    def is_loopback(self) -> bool:
        """Tell whether the address is this very computer, where plain HTTP leaks no token."""
        parts = urlsplit(self.url)
        return parts.scheme == "http" and parts.hostname in _LOOPBACK


class Azure:
    """One subscription: the compute client, and plain requests for what compute does not know."""

    def __init__(self, compute: "ComputeManagementClient", settings: Settings, id_: str) -> None:
        """Keep what `connect` made."""
        self.compute = compute
        self.settings = settings
        self.subscription = id_

    def close(self) -> None:
        """Close the connections."""
        self.compute.close()

    def get(self, path: str, version: str, **query: str) -> Mapping[str, Any]:
        """Give what Azure answers to a plain GET.

        Raises:
            AzureError: It answered an error, or not at all.
        """
        pairs = "&".join(f"{key}={value}" for key, value in query.items())
        return self._get(
            f"{self.settings.url}{path}?api-version={version}{'&' * bool(pairs)}{pairs}"
        )

    def pages(self, path: str, version: str) -> Iterator[Mapping[str, Any]]:
        """Give the elements of a list, page by page; links to other hosts are not followed."""
        page = self.get(path, version)
        while True:
            yield from page.get("value", [])
            link = page.get("nextLink")
            if not link or not str(link).startswith(self.settings.url):
                return
            page = self._get(str(link))

    def _get(self, url: str) -> Mapping[str, Any]:
        from azure.core.rest import HttpRequest  # noqa: PLC0415 - an extra

        def ask() -> Mapping[str, Any]:
            answer = self.compute.send_request(HttpRequest("GET", url))
            answer.raise_for_status()
            return dict(answer.json())

        return told_plainly(ask)


def connect(settings: Settings, subscription: str | None) -> Azure:
    """Connect to a subscription: the one named, or the only one there is.

    Raises:
        InputError: The extra is missing, or the subscription has to be named.
        AzureError: Azure refuses, or cannot be reached.
    """
    chosen = subscription or os.environ.get("AZURE_SUBSCRIPTION_ID")
    if chosen:
        return Azure(_client(settings, chosen), settings, chosen)
    with closing(Azure(_client(settings, "none"), settings, "")) as azure:
        found = [str(s["subscriptionId"]) for s in azure.pages("/subscriptions", "2022-12-01")]
    if len(found) != 1:
        listed = f" ({', '.join(found)})" if found else ""
        msg = f"{len(found)} subscriptions are visible{listed}. Name one: --subscription ID"
        raise InputError(msg)
    return Azure(_client(settings, found[0]), settings, found[0])


def told_plainly(request: Callable[[], T]) -> T:
    """Run a request; what the SDK raises becomes one plain error.

    Raises:
        AzureError: The request failed.
    """
    from azure.core import exceptions as sdk  # noqa: PLC0415 - an extra

    try:
        return request()
    except sdk.ClientAuthenticationError as error:
        msg = f"Azure does not know you: {_first_line(error)}. Sign in: az login"
        raise AzureError(msg) from error
    except sdk.HttpResponseError as error:
        code = str((error.error.code if error.error else None) or error.reason)
        text = (error.error.message if error.error else None) or _first_line(error)
        msg = f"Azure answered {error.status_code} {code}: {text}"
        if error.status_code == _UNAUTHORIZED:
            msg += ". Sign in: az login"
        raise AzureError(msg, error.status_code or 0, code) from error
    except sdk.AzureError as error:
        msg = f"Azure cannot be reached: {_first_line(error)}"
        raise AzureError(msg) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _client(settings: Settings, subscription: str) -> "ComputeManagementClient":
    try:
        from azure.mgmt.compute import ComputeManagementClient  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = "Asking Azure needs its SDK. Install it: pip install 'hotdish-freevm[live]'"
        raise InputError(msg) from error
    options: dict[str, Any] = {}
    if settings.is_loopback:
        options["authentication_policy"] = _loopback_policy(settings.token or "")
    elif urlsplit(settings.url).scheme != "https":
        msg = f"HOTDISH_FREEVM_ARM_URL is {settings.url!r}: a token is sent over https only"
        raise InputError(msg)
    return ComputeManagementClient(
        _credential(settings),
        subscription,
        base_url=settings.url,
        credential_scopes=[f"{settings.url}/.default"],
        polling_interval=settings.poll_s,
        retry_backoff_factor=settings.backoff_s,
        **options,
    )


def _credential(settings: Settings) -> "TokenCredential":
    if settings.token is None and not settings.is_loopback:
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - an extra, and slow

        return DefaultAzureCredential()
    return _GivenToken(settings.token or "")


class _GivenToken:
    """A token that the user fetched; it cannot be renewed here."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_token(self, *_scopes: str, **_options: Any) -> Any:
        from azure.core.credentials import AccessToken  # noqa: PLC0415 - an extra

        return AccessToken(self.token, int(time.time()) + _TOKEN_LIFE_S)


def _loopback_policy(token: str) -> Any:
    """The SDK's own policy refuses plain HTTP; on loopback there is nobody to overhear it."""
    from azure.core.pipeline import PipelineRequest  # noqa: PLC0415 - an extra
    from azure.core.pipeline.policies import SansIOHTTPPolicy  # noqa: PLC0415

    class LoopbackToken(SansIOHTTPPolicy[Any, Any]):
        def on_request(self, request: PipelineRequest[Any]) -> None:
            request.http_request.headers["Authorization"] = f"Bearer {token}"

    return LoopbackToken()
