"""Everything that hotdish-web raises on purpose; each message says what to do next."""


class HotdishWebError(Exception):
    """The base of all errors of this library."""


class SettingsError(HotdishWebError):
    """A setting is missing or wrong; the message names the variable, never its value."""


class DatabaseNotReadyError(HotdishWebError):
    """The database is used before it was set up, or after it was closed."""


class DatabaseUnavailableError(HotdishWebError):
    """The database did not answer in time, or refused the connection."""


class CacheUsageError(HotdishWebError):
    """The response cache is used in a way that cannot work."""
