"""Everything that hotdish-web raises on purpose; each message says what to do next."""

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pydantic import ValidationError


class HotdishWebError(Exception):
    """The base of all errors of this library."""


class SettingsError(HotdishWebError):
    """A setting is missing or wrong; the message names the variable, never its value."""

    @classmethod
    def of(cls, error: "ValidationError", which: str, prefix: str = "") -> Self:
        """Say which variables are wrong and why, without their values: one may be a password.

        Args:
            error: What pydantic found.
            which: Whose settings, such as "database settings".
            prefix: What every variable begins with.
        """
        problems = (
            f"{prefix}{found['loc'][0]}".upper() + f": {found['msg'].removeprefix('Value error, ')}"
            for found in error.errors(include_input=False, include_url=False)
        )
        return cls(f"Wrong {which}: {'; '.join(problems)} (set in the environment or in .env)")


class DatabaseNotReadyError(HotdishWebError):
    """The database is used before it was set up, or after it was closed."""


class DatabaseUnavailableError(HotdishWebError):
    """The database did not answer in time, or refused the connection."""


class CacheUsageError(HotdishWebError):
    """The response cache is used in a way that cannot work."""
