"""The version, as the installed distribution says it."""

from importlib.metadata import version


def own_version() -> str:
    """Give the installed version."""
    return version("hotdish-freevm")
