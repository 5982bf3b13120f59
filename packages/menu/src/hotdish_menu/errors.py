"""The exceptions of this package: one base, caught once by the command."""


class MenuError(Exception):
    """Something went wrong in a way that its message explains to the person at the screen."""


class UsageError(MenuError):
    """The command, or a file handed to it, cannot be used as it is."""


class PlanError(MenuError):
    """An item cannot be started here, and the message says why."""
