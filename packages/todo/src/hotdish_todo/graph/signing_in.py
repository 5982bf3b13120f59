"""Get a token for Graph by the device code: a code is typed into Microsoft's own page."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from hotdish_todo.errors import RemoteError

SCOPES = ("Tasks.Read",)
AUTHORITY = "https://login.microsoftonline.com/common"


class DeviceFlowApp(Protocol):
    """What is used of msal's PublicClientApplication."""

    def initiate_device_flow(self, scopes: list[str]) -> dict[str, Any]:
        """Ask for a code."""

    def acquire_token_by_device_flow(self, flow: dict[str, Any]) -> Mapping[str, Any]:
        """Wait until the code was typed in, or has run out."""


def sign_in(
    client_id: str,
    say: Callable[[str], None],
    make_app: Callable[[str], DeviceFlowApp] | None = None,
) -> str:
    """Give an access token for the application that the user has registered.

    Raises:
        RemoteError: Microsoft refused; many organisations forbid the device code.
    """
    app = make_app(client_id) if make_app else _msal_app(client_id)
    flow = app.initiate_device_flow(scopes=list(SCOPES))
    if "user_code" not in flow:
        raise RemoteError(_refusal(flow))
    say(str(flow["message"]))
    answer = app.acquire_token_by_device_flow(flow)
    if "access_token" not in answer:
        raise RemoteError(_refusal(answer))
    return str(answer["access_token"])


def _msal_app(client_id: str) -> DeviceFlowApp:
    import msal  # type: ignore[import-untyped]  # noqa: PLC0415 - slow, and only this needs it

    app: DeviceFlowApp = msal.PublicClientApplication(client_id, authority=AUTHORITY)
    return app


def _refusal(answer: Mapping[str, Any]) -> str:
    reason = answer.get("error_description") or answer.get("error") or "no reason given"
    first_line = str(reason).splitlines()[0]
    return (
        f"Microsoft refused the sign-in: {first_line}. If your organisation forbids the device "
        "code, use --token-file with a token from Graph Explorer, or read the browser's profile"
    )
